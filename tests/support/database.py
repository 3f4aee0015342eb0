"""A new database for a test: migrated once per session, then copied, because migrating takes ten times as long."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import asyncpg

from storage.database.database import close_database, open_database


@cache
def _home() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="huiyin-schema-")


async def migrated(directory: Path) -> str:
    """The address of an empty database in `directory`, at the newest schema."""
    template = Path(_home().name) / "empty.db"
    if not template.exists():
        await open_database(f"sqlite:///{template}", synchronous="normal")
        await close_database()
    file = directory / "huiyin.db"
    if not file.exists():
        shutil.copyfile(template, file)
    return f"sqlite:///{file}"


async def _emptied(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()


@asynccontextmanager
async def database(directory: Path) -> AsyncIterator[str]:
    """An open database of its own: SQLite, or the PostgreSQL that HUIYIN_TEST_DATABASE names, emptied."""
    url = os.environ.get("HUIYIN_TEST_DATABASE") or await migrated(directory)
    if url.startswith("postgres"):
        await _emptied(url)
    await open_database(url, synchronous="normal")
    try:
        yield url
    finally:
        await close_database()
