"""Look at a SQLite file before it is opened: refuse in words what cannot work; only one process at a time migrates it.

A driver that meets a damaged file may wait for its own lock without end.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from storage.database.schema import CannotOpen, MayOpenLater

LOCKED_SECONDS = 5.0


@asynccontextmanager
async def looked_at(file: Path, *, may_migrate: bool) -> AsyncIterator[list[str]]:
    """Yield the migrations that a file has, none for a new one; meanwhile no other process can look at its folder.

    Make the folder (0700) and the file (0600), and take others' rights to the file away. Raise CannotOpen.
    """
    folder = await asyncio.to_thread(_prepared, file, may_migrate=may_migrate)
    try:
        await asyncio.to_thread(fcntl.flock, folder, fcntl.LOCK_EX)
        yield await asyncio.to_thread(_applied, file, may_migrate=may_migrate)
    finally:
        os.close(folder)


def _prepared(file: Path, *, may_migrate: bool) -> int:
    """Return a descriptor of the file's folder. With `may_migrate` make both, and take others' rights away."""
    folder = file.resolve().parent
    try:
        if may_migrate:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
            _close_to_others(file)
        return os.open(folder, os.O_RDONLY)
    except FileNotFoundError as error:
        raise CannotOpen(f"there is no database {file}: start the bot once, or name another in [storage]") from error
    except OSError as error:
        raise CannotOpen(f"{file} cannot be written ({error.strerror}): {_remedy(file)}") from error


def _close_to_others(file: Path) -> None:
    for one in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        if one.exists() and one.stat().st_mode & 0o077 and one.stat().st_uid == os.geteuid():
            one.chmod(0o600)


def _remedy(file: Path) -> str:
    folder = file.resolve().parent
    return (
        f"let the bot's user write {file.name} in {folder}, free room on its disk, or name another place in [storage]"
    )


def _applied(file: Path, *, may_migrate: bool) -> list[str]:
    if not file.exists():
        raise CannotOpen(f"there is no database {file}: start the bot once, or name another in [storage]")
    try:
        with closing(sqlite3.connect(file, timeout=LOCKED_SECONDS, isolation_level=None)) as database:
            if may_migrate:
                database.execute("BEGIN IMMEDIATE")  # tells at once that the file or its disk takes no writing
                database.execute("ROLLBACK")
            return _read(database)
    except sqlite3.DatabaseError as error:
        later = MayOpenLater if "locked" in str(error) else CannotOpen
        raise later(_explained(file, error)) from error


def _read(database: sqlite3.Connection) -> list[str]:
    """Return the applied migrations, after one row of each table was read."""
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for name in tables:
        database.execute(f'SELECT * FROM "{name}" ORDER BY rowid DESC LIMIT 1').fetchone()  # noqa: S608 - its own names
    if "tortoise_migrations" not in tables:
        return []
    return [name for (name,) in database.execute("SELECT name FROM tortoise_migrations WHERE app = 'huiyin'")]


def _explained(file: Path, error: sqlite3.DatabaseError) -> str:
    words = str(error)
    if "locked" in words:
        return f"{file} is locked by another process for {LOCKED_SECONDS:.0f} s: stop it, then start again"
    if "malformed" in words or "not a database" in words:
        return (
            f"{file} is damaged ({words}) and does not come back by itself: keep a copy of the folder, then "
            f"restore the last backup; without one, recover what is left: sqlite3 {file.name} .recover | sqlite3 new.db"
        )
    return f"{file} cannot be used ({words}): {_remedy(file)}"


def damage_in(file: Path) -> sqlite3.DatabaseError | None:
    """Read every page of a file; return the error that says what is damaged, None if nothing is.

    Raise sqlite3.Error if the file cannot be read at all now.
    """
    with closing(sqlite3.connect(file, timeout=LOCKED_SECONDS, isolation_level=None)) as database:
        try:
            found = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            return error
    return None if found == "ok" else sqlite3.DatabaseError(f"malformed: {found.splitlines()[-1]}")
