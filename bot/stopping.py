"""Stop background tasks: cancel them until they have ended, and let nothing interrupt what has to be finished."""

import asyncio
from collections.abc import Awaitable, Collection, Sequence
from contextlib import suppress

CANCEL_SECONDS = 0.2
"""How long a cancelled task has to end before it is cancelled again."""


async def cancel_until_ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel the tasks repeatedly until all have ended: redis-py swallows a cancellation while it connects."""
    pending: Collection[asyncio.Task[None]] = tasks
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_SECONDS)


async def finish(work: Awaitable[object]) -> None:
    """Do the last work of a task that is stopping, to its end, however often the task is cancelled meanwhile."""
    last = asyncio.ensure_future(work)
    while not last.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(last)
