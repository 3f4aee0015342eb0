"""A virtual environment for each peer, so that its pins do not conflict with ours; made once in `.venv/peers`."""

import subprocess
import sys
import tomllib
from pathlib import Path

from bench.timers.contestant import Contestant

PEERS = Path(__file__).parent / "peers"
ROOT = Path(__file__).parents[2]
TUNED = {"arq"}  # measured twice: with its defaults, and with 250 concurrent jobs and a poll every 10 ms


def peers(wanted: set[str] | None) -> list[Contestant]:
    """Return the peers that can be installed here; print the reason for each that cannot."""
    versions = tomllib.loads((PEERS / "versions.toml").read_text(encoding="utf-8"))
    found = []
    for name, packages in versions.items():
        if wanted is not None and name not in wanted:
            continue
        python = ROOT / ".venv" / "peers" / name / "bin" / "python"
        if python.exists() or _made(python, name, packages):
            title, command = f"{name} {_version(packages)}", (str(python), f"{name}_peer.py")
            found.append(Contestant(title, command, PEERS))
            if name in TUNED:
                found.append(Contestant(f"{title}, tuned", ("env", "BENCH_TUNED=1", *command), PEERS))
    return found


def _version(packages: list[str]) -> str:
    return packages[0].partition("==")[2]


def _made(python: Path, name: str, packages: list[str]) -> bool:
    home = python.parents[1]
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    pip = ["python3", "-m", "pip", "--disable-pip-version-check", "--quiet", "--python", str(python), "install"]
    done = subprocess.run([*pip, *packages], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{name} cannot be installed: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        subprocess.run(["rm", "-rf", str(home)], check=True)
    return done.returncode == 0
