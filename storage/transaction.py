"""The one way to write: a transaction in a task of its own, so that cancelling the caller cannot wedge the database.

A task cancelled while Tortoise enters a transaction never gives its lock back. Here the work runs shielded to its end,
and only then is the cancellation passed on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tortoise.transactions import in_transaction  # noqa: TID251

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


async def _run(work: Callable[[], Awaitable[T]]) -> T:
    async with in_transaction("default"):
        return await work()
