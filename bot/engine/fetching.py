"""Download attachments in the background: a slow download delays only its sender.

The message is put off until its files are stored, then handled with their ids. A file that could not be downloaded in
three tries of one process stays an attachment without an id; the message is handled all the same, and its sender is
told.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from msgspec import json
from msgspec.structs import replace

from bot.channels.base import WHOLE_SECONDS, Outcome, SendError
from bot.engine import attachments
from bot.stopping import cancel_until_ended
from handlers.rules.language.messages import Attachment, Message
from storage import inbox_claims
from storage.database.faults import is_away, kind_of

Settle = Callable[[inbox_claims.Arrival, Message, Exception], Awaitable[object]]
log = structlog.get_logger(__name__)
TRIES = 3
MOST_AT_ONCE = 16
"""How many files are downloaded at once; each may take 20 MB of memory."""
RETRY_AFTER = timedelta(seconds=5)
PUT_OFF = timedelta(seconds=90)
"""When another process takes the message over, if this one has not said since that it still downloads."""
RENEW_SECONDS = 30.0
TIMEOUT_SECONDS = WHOLE_SECONDS + 30.0
"""The most seconds for one file, with what its platform needs to name its address."""


def missing(message: Message) -> bool:
    """Return whether an attachment of the message could not be downloaded."""
    return any(one.id is None and not one.source for one in message.attachments)


class _Held:
    """A message whose files are downloaded, with its lease as it was renewed last."""

    def __init__(self, arrival: inbox_claims.Arrival) -> None:
        self.arrival = arrival
        self.lock = asyncio.Lock()
        """Held by who changes the lease, or uses it."""


class Fetching:
    """`fetchers` are by channel; `ready` is called when a message can be handled, `settle` when a fault stopped it."""

    def __init__(self, now: Callable[[], datetime], ready: Callable[[], None], settle: Settle) -> None:
        self._now, self._ready, self._settle = now, ready, settle
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: dict[int, _Held] = {}
        self._failed: Counter[tuple[str, str, str]] = Counter()
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self.fetchers: dict[str, attachments.Fetch] = {}

    def is_needed(self, message: Message) -> bool:
        """Return whether a message has files that are still to be downloaded."""
        return message.channel in self.fetchers and any(one.id is None and one.source for one in message.attachments)

    def is_under_way(self, arrival: inbox_claims.Arrival) -> bool:
        """Return whether this process downloads the files of a message."""
        return arrival.id in self._under_way

    async def start(self, arrival: inbox_claims.Arrival, message: Message) -> None:
        """Put the message off and download its files in a task."""
        held = _Held(await inbox_claims.start_fetching(arrival, self._now() + PUT_OFF))
        self._under_way[arrival.id] = held
        task = asyncio.create_task(self._fetch(held, message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait_for_one(self) -> bool:
        """Wait until the files of one message are done; return False if none is being downloaded."""
        if not self._tasks:
            return False
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        return True

    async def stop(self) -> None:
        """Give up what is being downloaded; the messages are taken over when their time is over."""
        await cancel_until_ended(list(self._tasks))

    async def _fetch(self, held: "_Held", message: Message) -> None:
        renewing = asyncio.create_task(self._renew(held))
        try:
            await self._fetch_all(held, message)
        except inbox_claims.AlreadyHandled:
            log.info("another process took the message over", inbox=held.arrival.id)
        except Exception as error:
            async with held.lock:
                await self._settle(held.arrival, message, error)
        finally:
            renewing.cancel()
            if self._under_way.get(held.arrival.id) is held:
                del self._under_way[held.arrival.id]
            self._ready()

    async def _renew(self, held: "_Held") -> None:
        """Keep the message put off while its files are downloaded."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                async with held.lock:
                    held.arrival = await inbox_claims.fetch_later(held.arrival, self._now() + PUT_OFF)
            except inbox_claims.AlreadyHandled:
                return
            except Exception as error:
                log.warning("a download could not be renewed", inbox=held.arrival.id, fault=kind_of(error))

    async def _fetch_all(self, held: "_Held", message: Message) -> None:
        """Store the files of a message, then let it be handled. Raise what says that storage is away."""
        wanted = (self._fetch_one(message, one) for one in message.attachments)
        found = await asyncio.gather(*wanted, return_exceptions=True)
        if away := next((one for one in found if isinstance(one, BaseException)), None):
            raise away
        async with held.lock:
            if any(one is None for one in found):
                held.arrival = await inbox_claims.fetch_later(held.arrival, self._now() + RETRY_AFTER)
                return
            whole = replace(message, attachments=tuple(one for one in found if isinstance(one, Attachment)))
            await inbox_claims.rewrite(held.arrival, json.encode(whole).decode(), self._now())
        for one in message.attachments:
            self._failed.pop(_key(message, one), None)

    async def _fetch_one(self, message: Message, attachment: Attachment) -> Attachment | None:
        """Return the attachment with its id; without one if it cannot be downloaded; None if a later try may work.

        Raise what says that storage is away.
        """
        if attachment.id is not None:
            return attachment
        try:
            async with self._places, asyncio.timeout(TIMEOUT_SECONDS):
                return await attachments.keep(attachment, self.fetchers[message.channel], message.sender, self._now())
        except Exception as error:
            if is_away(error):
                raise
            reason = str(error)[:200] if isinstance(error, SendError) else kind_of(error)
            log.warning("a download failed", channel=message.channel, message=message.id, reason=reason)
            later = error.outcome is Outcome.RETRY if isinstance(error, SendError) else True
            self._failed[_key(message, attachment)] += 1
            last = self._failed[_key(message, attachment)] >= TRIES
            return None if later and not last else replace(attachment, source="")


def _key(message: Message, attachment: Attachment) -> tuple[str, str, str]:
    return message.channel, message.id, attachment.source
