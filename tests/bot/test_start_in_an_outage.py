"""Storage that fails while the bot starts is waited for; then the start ends with one sentence and status 2."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKED = """
import sys
from bot import opening
from bot.__main__ import main
from handlers.timed import calendar_change
from tests.support.broken import locked

async def recompute(*_):
    raise locked()

calendar_change.recompute = recompute
opening.START_SECONDS, opening.PAUSE_SECONDS = 0.5, 0.2
sys.exit(main(["run", "--config", sys.argv[1]]))
"""


def test_it_is_told_in_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOCKED, str(ROOT / "config.toml")]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("the start waits for the database") == 1  # one line for each kind and minute
    said = done.stderr.strip().splitlines()[-1]
    assert said.startswith("huiyin: var/huiyin.db 被别的程序锁着（OperationalError: database is locked）")
    assert "fuser -v var/huiyin.db" in said
    assert "Traceback" not in done.stderr
