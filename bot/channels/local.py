"""The local channel: a group chat inside this process, which the group page and the terminal show.

What was said is the inbox, what the bot said is the outbox; nothing is kept twice. Listeners hear of each message live.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from msgspec import json
from msgspec.structs import replace

from bot.channels.base import Hear, Limit, Outcome, Receipt, SendError
from bot.clock import Clock
from handlers.rules.language.messages import Attachment, Message, Press, Quote, Reply
from storage import outbox

NAME = "local"
QUEUE = 1000


class LocalChannel:
    """One group, `conversation`, in which anyone may speak as anyone; "@<person>" is a chat with one of them."""

    name = NAME
    idempotent = True

    def __init__(self, conversation: str, hear: Hear, clock: Clock, bot_names: tuple[str, ...]) -> None:
        self.conversation = conversation
        self._hear = hear
        self._clock = clock
        self._bot_names = bot_names
        self._listeners: set[asyncio.Queue[tuple[str, Any]]] = set()

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        if say.update:
            await self._update(say.update, say.text)
        else:
            self.tell("sent", (int(key), conversation, say))
        return Receipt(f"out-{key}")

    def parts(self, conversation: str, say: Reply) -> Sequence[Reply]:  # noqa: ARG002 - nothing is too long here
        return [say]

    def limits(self, conversation: str, say: Reply) -> Sequence[Limit]:  # noqa: ARG002 - nothing is limited here
        return ()

    async def fetch(self, attachment: Attachment) -> bytes:
        raise SendError(f"the local channel takes no files: {attachment.name}", Outcome.REFUSED)

    async def close(self) -> None:
        return

    async def say(self, person: str, text: str, *, quote: Quote | None = None, private: bool = False) -> Message:
        """Somebody says something. It is stored when this returns."""
        addressed = private or quote is not None or any(f"@{name}" in text for name in self._bot_names)
        message = self._message(person, private, text=text, quote=quote, addressed=addressed)
        await self._store(message)
        return message

    async def press(self, person: str, key: str, ref: str, private: bool = False) -> None:
        """Somebody presses a button."""
        await self._store(self._message(person, private, press=Press(key=key, ref=ref)))

    def _message(self, person: str, private: bool, **content: Any) -> Message:
        return Message(
            channel=NAME,
            id=uuid4().hex,
            conversation=f"@{person}" if private else self.conversation,
            sender=person,
            sent_at=self._clock.now(),
            private=private,
            **content,
        )

    async def _store(self, message: Message) -> None:
        await self._hear(message)
        if message.press is None:
            self.tell("said", message)

    async def _update(self, card: str, done: str) -> None:
        for row in await outbox.with_card(NAME, card):
            say = json.decode(row.body, type=Reply)
            if say.card and say.card.done is None:
                changed = replace(say, card=replace(say.card, buttons=(), done=done))
                await outbox.rewrite(row.id, json.encode(changed).decode())
                self.tell("changed", (row.id, row.conversation, changed))

    def tell(self, what: str, about: Any = None) -> None:
        """Tells every listener; one that does not keep up loses what is oldest, and asks for the state again."""
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait((what, about))

    @contextmanager
    def listen(self, most: int = QUEUE) -> Iterator[asyncio.Queue[tuple[str, Any]]]:
        """A queue of what happens from now on, holding the last `most` of it; 0 for all."""
        queue: asyncio.Queue[tuple[str, Any]] = asyncio.Queue(most)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)
