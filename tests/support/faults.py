"""Cause faults of storage on real databases, and sort the errors that they raise."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tortoise import Tortoise

from storage.database import sql
from storage.database.database import close_database, connection, settings
from storage.database.faults import Fault, fault_of
from storage.database.transaction import transact
from storage.tables import Setting

Work = Callable[[], Awaitable[object]]


async def fault(work: Work) -> Fault:
    """Return the class of the error that the work raises."""
    with pytest.raises(Exception) as raised:
        await work()
    return fault_of(raised.value)


@asynccontextmanager
async def opened(url: str, busy_timeout: int = 100) -> AsyncIterator[None]:
    config = settings(url, "normal")
    if url.startswith("sqlite"):
        config["connections"]["default"]["credentials"]["busy_timeout"] = busy_timeout
    await Tortoise.init(config=config, _enable_global_fallback=True)
    try:
        yield
    finally:
        await close_database()
        await asyncio.sleep(0.05)  # the thread of a connection that could not be opened ends behind us


def write(name: str = "a") -> Work:
    async def work() -> None:
        await Setting.create(name=name, value="x")

    return lambda: transact(work)


BAD: dict[str, tuple[str, list[object]]] = {
    "taken name": ("INSERT INTO settings (name, value) VALUES ('taken', 'x')", []),
    "no value where one is needed": ("INSERT INTO settings (name, value) VALUES ('b', NULL)", []),
}
WRONG = {
    "no such table": "SELECT * FROM nowhere",
    "no such column": "SELECT nothing FROM settings",
    "no SQL": "SELEKT 1",
}


async def database_file() -> Path:
    """Return the open SQLite file."""
    return Path(next(row["file"] for row in await sql.rows("PRAGMA database_list", [])))


async def overwrite(table: str, body: bytes | None = None) -> bytes:
    """Overwrite the first page of a table in the open SQLite file, by 0xff or by `body`; return what was there."""
    root = (await sql.rows("SELECT rootpage FROM sqlite_master WHERE name = ?1", [table]))[0]["rootpage"]
    size = (await sql.rows("PRAGMA page_size", []))[0]["page_size"]
    await connection().execute_query("PRAGMA wal_checkpoint(TRUNCATE)")
    with (await database_file()).open("r+b") as raw:
        raw.seek((root - 1) * size)
        before = raw.read(size)
        raw.seek((root - 1) * size)
        raw.write(body or b"\xff" * size)
    await connection().execute_query("PRAGMA shrink_memory")
    return before
