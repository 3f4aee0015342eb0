"""Storage that fails while the bot starts ends the start with one sentence and status 2, and with no traceback."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKED = """
import sys
from bot.__main__ import main
from handlers.timed import calendar_change
from tests.support.broken import locked

async def recompute(*_):
    raise locked()

calendar_change.recompute = recompute
sys.exit(main(["run", "--config", sys.argv[1]]))
"""


def test_it_is_told_in_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOCKED, str(ROOT / "config.toml")]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].startswith("huiyin: the database fails (OperationalError: database is")
    assert "Traceback" not in done.stderr
