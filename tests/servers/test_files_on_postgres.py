"""Faults, old histories and races on PostgreSQL, each file in a process of its own, for its own database."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import postgres_binaries

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "file",
    [
        "faults_on_postgres.py",
        "old_on_postgres.py",
        "races_on_postgres.py",
        "behind_pgbouncer.py",
        "commits_on_postgres.py",
        "processes_on_postgres.py",
    ],
)
def test_it_holds_on_postgres(file: str) -> None:
    postgres_binaries()
    command = [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", "-x", f"tests/servers/{file}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
