"""The log shows where something failed, never the values of variables: they hold secrets and what people wrote."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FAILS = """
import structlog
from bot.cli import commands

def work(secret):
    raise RuntimeError("out of paper")

commands._log_to_stderr()
try:
    work("s3cr3t" * 2)
except RuntimeError:
    structlog.get_logger("test").exception("it failed", trace="ab12")
"""


def test_a_traceback_names_lines_and_no_values() -> None:
    done = subprocess.run([sys.executable, "-c", FAILS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "it failed" in done.stderr
    assert "trace=ab12" in done.stderr
    assert "RuntimeError: out of paper" in done.stderr
    assert "in work" in done.stderr
    assert "s3cr3ts3cr3t" not in done.stderr
