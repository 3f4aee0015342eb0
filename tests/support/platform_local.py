"""The local group chat as a driver of `tests.support.platforms`, without a wire protocol."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.clock import StandingClock
from bot.config import Installation, parse_installation
from bot.runtime import Bot
from handlers.rules.language.messages import Quote, Reply
from tests.support.platforms import SeenMessage, account
from tests.support.story import DEMONSTRATION


class Local:
    name = "local"
    hears_group = True
    really_pings = True
    hears_quotes = True
    has_buttons = True

    def __init__(self) -> None:
        self._listening: Any = None

    @asynccontextmanager
    async def connect(self, clock: StandingClock, setenv: Callable[[str, str], None]) -> AsyncIterator[Installation]:
        self._heard: list[SeenMessage] = []
        self._updated: set[str] = set()
        text = Path(DEMONSTRATION).read_text(encoding="utf-8").replace("port = 8080", "port = 0")
        try:
            yield parse_installation(text, DEMONSTRATION)
        finally:
            if self._listening is not None:
                self._listening.__exit__(None, None, None)
                self._listening = None

    async def begin(self, bot: Bot, address: str) -> None:
        assert bot.local
        self._bot, self._channel = bot, bot.local
        self._listening = bot.local.listen(most=0)
        self._queue: asyncio.Queue[tuple[str, Any]] = self._listening.__enter__()

    async def says(self, person: str, words: str, quote: SeenMessage | None, private: bool) -> None:
        quoted = Quote(text=quote.text, ref=f"out-{quote.mark[0]}") if quote else None
        await self._channel.say(self._account(person), f"@回音 {words}", quote=quoted, private=private)

    async def presses(self, person: str, seen: SeenMessage, label: str) -> None:
        id, say = seen.mark
        key = next(button.key for button in say.card.buttons if button.label == label)
        await self._channel.press(self._account(person), key, f"out-{id}")

    def _account(self, person: str) -> str:
        return person if self._bot.office.institution.person(person) else account(person)

    def seen(self) -> list[SeenMessage]:
        while not self._queue.empty():
            what, about = self._queue.get_nowait()
            if what == "sent":
                self._heard.append(_heard(*about))
            elif what == "changed" and about[2].card:
                self._updated.add(about[2].card.id)
        return self._heard

    def updated_cards(self) -> set[str]:
        self.seen()
        return self._updated

    def admit(self, uid: str) -> None:
        """Anyone may speak here."""


def _heard(id: int, conversation: str, say: Reply) -> SeenMessage:
    to = conversation[1:] if conversation.startswith("@") else None
    buttons = tuple(button.label for button in say.card.buttons) if say.card else ()
    return SeenMessage(say.text, to, say.mentions, buttons, (id, say))
