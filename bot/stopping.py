"""Stop background tasks: cancel them until they have ended, and let nothing interrupt what has to be finished."""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Collection, Sequence
from contextlib import suppress

import structlog

CANCEL_SECONDS = 0.2
"""How long a cancelled task has to end before it is cancelled again."""


log = structlog.get_logger(__name__)
STOP_SECONDS = 8.0
"""How long a stop may take: a service manager kills after ten seconds, or ninety, whatever is broken."""
ENDED_HARD = 70


def end_within(seconds: float = STOP_SECONDS) -> None:
    """End the process hard if it still runs after so long. What is not stored by then is repeated after the start."""

    def end() -> None:
        time.sleep(seconds)
        log.critical("it did not stop in time and ends now", seconds=seconds)
        os._exit(ENDED_HARD)

    threading.Thread(target=end, daemon=True).start()


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
