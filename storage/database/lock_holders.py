"""Which other processes of this machine have a SQLite file open, as far as the system shows them to this user."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

BESIDE = ("", "-wal", "-shm")
MOST_SHOWN = 5


class Holder(NamedTuple):
    pid: int
    command: str


def holders(file: Path) -> list[Holder]:
    """Return the other processes that have the file open, or what belongs to it; none where that cannot be seen."""
    wanted = {os.path.realpath(f"{file}{end}") for end in BESIDE}
    found = (Holder(pid, _command(pid)) for pid in _others() if wanted & set(_open_files(pid)))
    return [one for one, _ in zip(found, range(MOST_SHOWN), strict=False)]


def _others() -> Iterator[int]:
    try:
        names = os.listdir("/proc")
    except OSError:
        return
    yield from (int(name) for name in names if name.isdigit() and int(name) != os.getpid())


def _open_files(pid: int) -> Iterator[str]:
    folder = f"/proc/{pid}/fd"
    try:
        for name in os.listdir(folder):
            yield os.readlink(f"{folder}/{name}")
    except OSError:
        return  # it has ended, or is another user's


def _command(pid: int) -> str:
    """Return the name of a process's program, without its arguments, which may hold secrets."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "?"
