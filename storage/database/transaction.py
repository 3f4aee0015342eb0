"""The one way to write: a transaction in a task of its own, so that cancelling the caller cannot wedge the database.

A task cancelled while Tortoise enters a transaction never gives its lock back. Here the work runs shielded to its end,
and only then is the cancellation passed on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tortoise.transactions import in_transaction  # noqa: TID251

from storage.database.database import connection

T = TypeVar("T")


async def transact(work: Callable[[], Awaitable[T]]) -> T:
    """Runs `work` in one transaction; commits when it returns, rolls back when it raises."""
    task = asyncio.create_task(_run(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise


async def in_turn(name: str, work: Callable[[], Awaitable[T]]) -> T:
    """Like `transact`, after whoever else does what has this name, in any process.

    SQLite has one writer at a time anyway: a single statement needs nothing more there.
    """
    if connection().capabilities.dialect != "postgres":
        return await work()

    async def alone() -> T:
        await connection().execute_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [name])
        return await work()

    return await transact(alone)


async def _run(work: Callable[[], Awaitable[T]]) -> T:
    async with in_transaction("default"):
        return await work()
