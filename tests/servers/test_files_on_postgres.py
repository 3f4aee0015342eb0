"""Faults, old histories and races on PostgreSQL, in processes of their own: Tortoise keeps the first dialect."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import empty_cluster, postgres_binaries

ROOT = Path(__file__).parents[2]


FILES = (
    ("faults_on_postgres.py",),
    ("old_on_postgres.py", "races_on_postgres.py", "behind_pgbouncer.py"),
    ("commits_on_postgres.py", "processes_on_postgres.py"),
)
"""What is run in one process: a start takes as long as most of them."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("files", FILES, ids="+".join)
def test_it_holds_on_postgres(files: tuple[str, ...]) -> None:
    empty_cluster(postgres_binaries())
    command = [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", "-x"]
    command += [f"tests/servers/{file}" for file in files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
