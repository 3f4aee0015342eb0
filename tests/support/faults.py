"""Cause faults of storage on real databases, and sort the errors that they raise."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from tortoise import Tortoise

from storage.database.database import close_database, settings
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
