"""Faults of PostgreSQL, in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import postgres_binaries

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(120)
def test_faults_of_postgres_are_sorted_and_none_of_them_stays() -> None:
    postgres_binaries()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n0",
        "-p",
        "no:cacheprovider",
        "-x",
        "tests/servers/faults_on_postgres.py",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
