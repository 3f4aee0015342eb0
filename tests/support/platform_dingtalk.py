"""DingTalk drivers of `tests.support.platforms`: the long connection with cards, or callbacks with words."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.clock import StandingClock
from bot.config import Installation
from bot.runtime import Bot
from tests.support.dingtalk import GROUP, FakeDingTalk, Sent
from tests.support.platforms import PEOPLE, SeenMessage, account, school_installation


class DingTalkStreamed:
    """Stream mode: no address of the bot, buttons on cards."""

    name = "dingtalk-stream"
    hears_group = True
    really_pings = True
    hears_quotes = True
    has_buttons = True
    table = 'mode = "stream"\ncard_template = "huiyin.schema"'
    fake: FakeDingTalk

    @asynccontextmanager
    async def connect(self, clock: StandingClock, setenv: Callable[[str, str], None]) -> AsyncIterator[Installation]:
        async with FakeDingTalk(clock.now) as self.fake:
            self.fake.members |= {account(person) for person in PEOPLE}
            setenv("DINGTALK_SECRET", self.fake.app_secret)
            setenv("DINGTALK_HOOK", "SEChook")
            setenv("DINGTALK_WEBHOOK", "/robot/send?access_token=hook-token-1")
            yield school_installation("dingtalk", self._tables(), self._group())

    def _tables(self) -> str:
        fake = self.fake
        return (
            f'[channel.dingtalk]\napp_key = "{fake.app_key}"\napp_secret = "env:DINGTALK_SECRET"\n'
            f'robot_code = "{fake.robot_code}"\napi = "{fake.url}"\noapi = "{fake.url}"\n{self.table}'
        )

    def _group(self) -> str:
        return (
            f'channel = "dingtalk"\nconversation = "{GROUP}"\n'
            'webhook = "env:DINGTALK_WEBHOOK"\nwebhook_secret = "env:DINGTALK_HOOK"'
        )

    async def begin(self, bot: Bot, address: str) -> None:
        await self.fake.gateway.until(lambda: self.fake.gateway.connections)

    async def says(self, person: str, words: str, quote: SeenMessage | None, private: bool) -> None:
        where = None if private else GROUP
        await self.fake.streams(account(person), words, conversation=where, quote=quote and quote.mark)

    async def presses(self, person: str, seen: SeenMessage, label: str) -> None:
        await self.fake.presses(account(person), seen.mark, label)

    def updated_cards(self) -> set[str]:
        """Return the bot's ids of the cards whose buttons were replaced."""
        return {track.rpartition(".")[0] for track, shown in self.fake.cards.items() if shown["done"]}

    def admit(self, uid: str) -> None:
        """A member of the organisation whom the bot does not know."""
        self.fake.members.add(uid)

    def seen(self) -> list[SeenMessage]:
        return [_heard(sent) for sent in self.fake.sent]


class DingTalkCalledBack(DingTalkStreamed):
    """HTTP mode: signed callbacks to the bot's address, buttons as words."""

    name = "dingtalk-http"
    has_buttons = False
    table = 'mode = "http"'

    async def begin(self, bot: Bot, address: str) -> None:
        self.fake.callback_url = f"{address}/dingtalk/robot"

    async def says(self, person: str, words: str, quote: SeenMessage | None, private: bool) -> None:
        where = None if private else GROUP
        assert await self.fake.says(account(person), words, conversation=where, quote=quote and quote.mark) == 200


def _heard(sent: Sent) -> SeenMessage:
    to = sent.to.removeprefix("u-") if sent.by == "private" else None
    rings = tuple(uid.removeprefix("u-") for uid in sent.mentions)
    return SeenMessage(sent.text, to, rings, sent.buttons, sent)


def dingtalk_drivers() -> list[DingTalkStreamed]:
    return [DingTalkStreamed(), DingTalkCalledBack()]
