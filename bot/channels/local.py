"""The local channel: a group chat inside this process, shown by the group page and the terminal.

The inbox holds what people said and the outbox what the bot said; nothing is stored twice. Listeners get each message
live.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from msgspec import json
from msgspec.structs import replace

from bot.channels.base import Limit, Outcome, Receipt, SendError, StoreMessage
from bot.clock import Clock
from handlers.rules.language.folding import normalize, visible
from handlers.rules.language.messages import Attachment, Message, Press, Quote, Reply
from storage import sent_messages

NAME = "local"
QUEUE = 1000


class LocalChannel:
    """One group, `conversation`, in which anyone may speak as anyone; "@<person>" is a chat with one of them.

    `place_of` returns the group of somebody (an id) who speaks in another one: that of their unit.
    """

    name = NAME
    idempotent = True

    def __init__(
        self,
        conversation: str,
        store: StoreMessage,
        clock: Clock,
        bot_names: tuple[str, ...],
        place_of: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self.conversation = conversation
        self._store_message = store
        self._clock = clock
        self._bot_names = bot_names
        self._place_of = place_of
        self._listeners: set[asyncio.Queue[tuple[str, Any]]] = set()

    async def send(self, conversation: str, reply: Reply, key: str) -> Receipt:
        if reply.update:
            await self._update(reply.update, reply.text)
        else:
            self.tell("sent", (int(key), conversation, reply))
        return Receipt(f"out-{key}")

    def parts(self, conversation: str, reply: Reply) -> Sequence[Reply]:  # noqa: ARG002 - nothing is too long here
        return [reply]

    def limits(self, conversation: str, reply: Reply) -> Sequence[Limit]:  # noqa: ARG002 - nothing is limited here
        return ()

    async def fetch(self, attachment: Attachment) -> bytes:
        raise SendError(f"the page stores a file before it is sent: {attachment.name}", Outcome.REFUSED)

    async def close(self) -> None:
        return

    async def say(
        self, person: str, text: str, *, quote: Quote | None = None, private: bool = False, **more: Any
    ) -> Message:
        """Store what a person says and return it as a message; `more` are its `material` and its `attachments`."""
        seen = normalize(visible(text)).casefold()
        named = any(f"@{normalize(name).casefold()}" in seen for name in self._bot_names)
        addressed = private or quote is not None or named
        message = self._message(person, private, text=text, quote=quote, addressed=addressed, **more)
        await self._store(message)
        return message

    async def press(self, person: str, key: str, ref: str, private: bool = False) -> None:
        """Store a person's press of a button."""
        await self._store(self._message(person, private, press=Press(key=key, ref=ref)))

    def _message(self, person: str, private: bool, **content: Any) -> Message:
        return Message(
            channel=NAME,
            id=uuid4().hex,
            conversation=f"@{person}" if private else self._place_of(person) or self.conversation,
            sender=person,
            sent_at=self._clock.now(),
            private=private,
            **content,
        )

    async def _store(self, message: Message) -> None:
        await self._store_message(message)
        if message.press is None:
            self.tell("said", message)

    async def _update(self, card: str, done: str) -> None:
        for row in await sent_messages.with_card(NAME, card):
            reply = json.decode(row.body, type=Reply)
            if reply.card and reply.card.done is None:
                changed = replace(reply, card=replace(reply.card, buttons=(), done=done))
                await sent_messages.rewrite(row.id, json.encode(changed).decode())
                self.tell("changed", (row.id, row.conversation, changed))

    def tell(self, what: str, about: Any = None) -> None:
        """Tell every listener. One that does not keep up loses the oldest entries and asks for the state again."""
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait((what, about))

    @contextmanager
    def listen(self, most: int = QUEUE) -> Iterator[asyncio.Queue[tuple[str, Any]]]:
        """Yield a queue of what happens from now on, holding the last `most` entries; 0 for all."""
        queue: asyncio.Queue[tuple[str, Any]] = asyncio.Queue(most)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)
