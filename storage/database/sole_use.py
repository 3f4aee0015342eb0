"""One process alone works on a SQLite file: it holds a lock beside it, which the kernel frees however the process ends.

The lock says who holds it, for the next one that wants it. Commands that read or write for a moment do not take it.
"""

import fcntl
import os
import socket
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Self

import msgspec
import structlog

log = structlog.get_logger(__name__)
LONGEST_NOTE = 1000


class InUse(Exception):
    """Another process holds the file; `by` is what it noted, None if that cannot be read."""

    def __init__(self, by: "User | None") -> None:
        super().__init__("another process works on this database")
        self.by = by


class User(NamedTuple):
    """The process that works on the file, as it noted itself at its start."""

    pid: int
    host: str
    since: datetime


class SoleUse:
    """The right to work on a file, until it is given back."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, file: Path, now: datetime) -> Self:
        """Take the lock beside the file and note who holds it. Raise InUse if another process has it.

        Where no lock can be made, as on a full disk, the work goes on without it: the database itself tells the rest.
        """
        try:
            descriptor = _opened(file)
        except OSError as error:
            return cls._without(file, error)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _note(descriptor, User(os.getpid(), socket.gethostname(), now))
        except BlockingIOError as error:
            by = _noted(descriptor)
            os.close(descriptor)
            raise InUse(by) from error
        except OSError as error:
            log.warning("the lock beside the database is not as it should be", fault=error.strerror)
        return cls(descriptor)

    @classmethod
    def _without(cls, file: Path, error: OSError) -> Self:
        log.warning("no lock beside the database: see that no second bot runs", file=str(file), fault=error.strerror)
        return cls(None)

    def give_back(self) -> None:
        """Free the lock. Its file stays: a second one of the same name could be held at the same time."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def lock_file(file: Path) -> Path:
    """Return the file of the lock, beside the one that the database really is."""
    real = file.resolve()
    return real.with_name(f"{real.name}-run")


def _opened(file: Path) -> int:
    lock = lock_file(file)
    lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _note(descriptor: int, user: User) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, msgspec.json.encode(user), 0)


def _noted(descriptor: int) -> User | None:
    try:
        return msgspec.json.decode(os.pread(descriptor, LONGEST_NOTE, 0), type=User)
    except (OSError, msgspec.DecodeError):
        return None
