"""Files of messages are fetched beside the dispatch: a slow one keeps nobody's answer waiting but its sender's.

The message rests meanwhile, and comes again with the numbers of its files. What did not come in three tries stays an
attachment without a number: the message is dealt with all the same, and its sender hears of it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from msgspec import json
from msgspec.structs import replace

from bot.channels.base import Outcome, SendError
from bot.engine import attachments
from handlers.rules.language.messages import Attachment, Message
from storage import inbox

log = structlog.get_logger(__name__)
TRIES = 3
AGAIN = timedelta(seconds=5)
REST = timedelta(seconds=90)
PATIENCE = 60.0


def missing(message: Message) -> bool:
    """Whether something that came with a message could not be fetched."""
    return any(one.id is None and not one.source for one in message.attachments)


class Fetching:
    """`fetchers` are by channel; `came` is called when a message may be dealt with."""

    def __init__(self, now: Callable[[], datetime], came: Callable[[], None]) -> None:
        self._now, self._came = now, came
        self._tasks: set[asyncio.Task[None]] = set()
        self.fetchers: dict[str, attachments.Fetch] = {}

    def wants(self, message: Message) -> bool:
        return message.channel in self.fetchers and any(one.id is None and one.source for one in message.attachments)

    async def begin(self, arrival: inbox.Arrival, message: Message) -> None:
        """Fetches in a task of its own; the message rests until then, or until it is clear that nobody fetches."""
        await inbox.put_off(arrival.id, self._now() + REST)
        task = asyncio.create_task(self._fetch(arrival, message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def some_came(self) -> bool:
        """Waits for the first of what is being fetched; False if nothing is."""
        if not self._tasks:
            return False
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        return True

    async def _fetch(self, arrival: inbox.Arrival, message: Message) -> None:
        last = arrival.attempts >= TRIES
        found = await asyncio.gather(*(self._one(message, one, last=last) for one in message.attachments))
        if any(one is None for one in found):
            await inbox.put_off(arrival.id, self._now() + AGAIN)
        else:
            whole = replace(message, attachments=tuple(one for one in found if one is not None))
            await inbox.rewrite(arrival.id, json.encode(whole).decode(), self._now())
        self._came()

    async def _one(self, message: Message, attachment: Attachment, *, last: bool) -> Attachment | None:
        """The attachment with its number, without one if it cannot come, None if it may come later."""
        if attachment.id is not None:
            return attachment
        try:
            async with asyncio.timeout(PATIENCE):
                return await attachments.keep(attachment, self.fetchers[message.channel], message.sender, self._now())
        except Exception as error:
            log.warning("a file was not fetched", channel=message.channel, message=message.id, reason=str(error)[:200])
            later = error.outcome is Outcome.RETRY if isinstance(error, SendError) else True
            return None if later and not last else replace(attachment, source="")
