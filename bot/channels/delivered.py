"""Store what a platform delivered, whatever fails: nothing is lost, and no message holds up another conversation's.

Storage away: it is tried again, at growing pauses, until it works. Anything else is a bug in reading it: it is kept as
it came, as a failed message of which the desk is told, and the platform need not deliver it again. What cannot be
stored although it was read is kept by the dispatcher in the same way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from functools import partial
from hashlib import sha256
from itertools import count
from typing import Any, NamedTuple, TypeVar

import structlog

from bot.backoff import Backoff
from bot.channels.wire_types import Malformed
from handlers.rules.language.storable import storable_text
from storage import inbox
from storage.database.faults import is_away, kind_of

log = structlog.get_logger(__name__)
STORING = Backoff(first=0.5, longest=5.0)
T = TypeVar("T")
UNREADABLE = "unreadable"
LONGEST_PLACE = 118


class Delivered(NamedTuple):
    """What a platform delivered, as text; its conversation and sender as far as they are known, "" otherwise."""

    channel: str
    text: str
    conversation: str = ""
    sender: str = ""


async def store_at_last(
    store: Callable[[], Awaitable[None]], delivered: Delivered, now: Callable[[], datetime], pauses: Backoff = STORING
) -> None:
    """Store by `store`, again for as long as storage is away; keep what it cannot read. Raise nothing."""
    for failures in count():
        try:
            await store_or_keep(store, delivered, now())
        except Exception as error:
            pause = pauses.pause(failures)
            log.warning("a delivery waits", channel=delivered.channel, seconds=round(pause, 1), fault=kind_of(error))
            await asyncio.sleep(pause)
        else:
            return


async def store_or_keep(store: Callable[[], Awaitable[T]], delivered: Delivered, now: datetime) -> T | None:
    """Store by `store` and return its result; keep what it cannot read, and return None.

    Raise Malformed as `store` does, and what stopped it if storage is away.
    """
    try:
        return await store()
    except Malformed:
        raise
    except Exception as error:
        if is_away(error):
            raise
        log.exception("what a platform delivered cannot be read", channel=delivered.channel)
        await keep_unread(delivered, kind_of(error), now)
        return None


async def keep_unread(delivered: Delivered, why: str, now: datetime) -> None:
    """Keep what cannot be read as a failed message, of which the desk is told; once, however often it comes."""
    await inbox.keep_failed(_row(delivered, why), now)


def _row(delivered: Delivered, why: str) -> inbox.FailedRow:
    body = storable_text(delivered.text)
    id = f"unreadable:{sha256(body.encode()).hexdigest()}"
    conversation, sender = (storable_text(text)[:LONGEST_PLACE] or None for text in delivered[2:])
    return inbox.FailedRow(delivered.channel, id, body, conversation, sender, UNREADABLE, why)


class InOrder:
    """Works of one conversation are done one after the other, those of others beside them."""

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, conversation: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a piece of work behind the last one of its conversation."""
        task = asyncio.create_task(_behind(self._last.get(conversation), work))
        self._last[conversation] = task
        self._tasks.add(task)
        task.add_done_callback(partial(self._ended, conversation))
        return task

    def _ended(self, conversation: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._last.get(conversation) is task:
            del self._last[conversation]

    async def finish(self, seconds: float) -> None:
        """Wait for all that was started, at most so long; end what is not done then."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(list(self._tasks), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _behind(before: asyncio.Task[None] | None, work: Coroutine[Any, Any, None]) -> None:
    try:
        if before is not None:
            await asyncio.wait([before])
    except asyncio.CancelledError:
        work.close()
        raise
    await work
