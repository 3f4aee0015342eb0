"""A short run of the fault machine; `make faults` is the long one, and `CONTRIBUTING.md` says more."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import postgres_binaries, redis_binary

ROOT = Path(__file__).parents[2]
SHORT = ("--faults", "16", "--gap", "0.3", "--posts", "6", "--restarts", "0", "--pause", "0.4", "--seed", "4")


def run(setup: str, *options: str) -> None:
    command = [sys.executable, "-m", "tests.faults", "--setup", setup, *SHORT, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all invariants hold" in done.stdout


@pytest.mark.timeout(300)
def test_nothing_is_lost_on_sqlite() -> None:
    run("sqlite", "--but", "two starts at once", "process held up beyond its leases")


@pytest.mark.long
@pytest.mark.timeout(300)
def test_nothing_is_lost_on_postgres_and_redis() -> None:
    postgres_binaries()
    redis_binary()
    run("postgres")
