"""Break a handler the way a bug, storage or bad data would, and mend it again."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest


@contextmanager
def broken(handler: ModuleType, error: Exception | None = None) -> Iterator[None]:
    """Let a handler raise an error, RuntimeError by default, until the end of the block."""

    async def handle(*_: object) -> None:
        raise error or RuntimeError("broken")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(handler, "handle", handle)
        yield


def locked() -> sqlite3.OperationalError:
    """Return the error of a database that another process keeps locked."""
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error
