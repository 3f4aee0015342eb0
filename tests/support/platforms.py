"""The demonstration's school on a platform: who says what, and what people then see.

A driver speaks the platform's protocol through a fake of it. The bot is the whole one, on real SQLite and a real
Valkey.

    async with platform_school(driver, tmp_path, redis) as school:
        [opened] = await school.says("zhou", "食堂饭菜有异物 https://…")
        await school.presses("qian", asked, "同意")
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from redis.asyncio import Redis

from bot.app import build, connect_platforms
from bot.clock import StandingClock
from bot.config import Installation, parse_installation
from bot.runtime import Bot
from bot.web.server import serve
from storage import duties
from storage.tables import Inbox
from storage.timers.timers import Timers
from tests.support.database import database
from tests.support.story import DEMONSTRATION, MONDAY

LOCAL = "[channel.local]\nclock_may_move = true"
PEOPLE = ("zhou", "wang", "feng", "qian", "sun", "zhao", "li")
PATIENCE = 20.0


class SeenMessage(NamedTuple):
    """A message as people see it: `to` is one person, or None for the group; `rings` are the people really @-ed.

    `buttons` are the labels that can be pressed; `mark` is what the driver needs to quote or press the message.
    """

    text: str
    to: str | None = None
    rings: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    mark: Any = None


class Platform(Protocol):
    """A platform's driver. People are named by their id in the configuration; `account` makes the id on the wire."""

    hears_group: bool
    """Whether the bot receives what is said in the group."""
    hears_quotes: bool
    """Whether the bot learns what a message quotes."""
    has_buttons: bool
    really_pings: bool

    def connect(
        self, clock: StandingClock, setenv: Callable[[str, str], None]
    ) -> AbstractAsyncContextManager[Installation]:
        """Start the fake; yield the configuration that names it. `setenv` sets the secrets."""
        ...

    async def begin(self, bot: Bot, address: str) -> None:
        """Return when the bot, which listens at `address`, is connected. Its loops are already running."""
        ...

    async def says(self, person: str, words: str, quote: SeenMessage | None, private: bool) -> None:
        """Let somebody speak; return when the platform has delivered it."""
        ...

    async def presses(self, person: str, seen: SeenMessage, label: str) -> None: ...

    def seen(self) -> list[SeenMessage]:
        """Return everything that people were sent, as it was sent, oldest first."""
        ...

    def updated_cards(self) -> set[str]:
        """Return the bot's ids of the cards whose buttons were replaced; called only if there are buttons."""
        ...

    def admit(self, uid: str) -> None:
        """Let a stranger with this user id join the organisation."""
        ...


def account(person: str) -> str:
    """Return a person's user id on the platform."""
    return f"u-{person}"


def school_installation(channel: str, tables: str, group: str) -> Installation:
    """Put the demonstration's school on `channel`. `tables` is TOML for `[channel.…]`, `group` the group's keys."""
    text = DEMONSTRATION.read_text(encoding="utf-8")
    assert LOCAL in text
    text = text.replace(LOCAL, tables).replace('channel = "local"\nconversation = "work"', group)
    for person in PEOPLE:
        uid = f'accounts = {{ {channel} = "{account(person)}" }}'
        text = text.replace(f'id = "{person}"\n', f'id = "{person}"\n{uid}\n')
    return parse_installation(text.replace("port = 8080", "port = 0"), DEMONSTRATION)


@dataclass
class School:
    """The bot behind its real HTTP server, and the people around it."""

    platform: Platform
    bot: Bot
    clock: StandingClock
    read: int = 0
    fresh: list[SeenMessage] = field(default_factory=list)

    async def says(
        self, person: str, words: str, *, quote: SeenMessage | None = None, private: bool = False
    ) -> list[SeenMessage]:
        """Let somebody speak, one-to-one if the bot does not hear the group; return what people see afterwards."""
        alone = private or not self.platform.hears_group
        return await self._while_draining(self.platform.says(person, words, quote, alone))

    async def presses(self, person: str, seen: SeenMessage, label: str) -> list[SeenMessage]:
        return await self._while_draining(self.platform.presses(person, seen, label))

    async def next_step(self) -> list[SeenMessage]:
        """Set the clock to the next reminder; return what people see."""
        self.clock.set(await duties.next_step_at() or self.clock.now())
        await self.bot.drain()
        return self._fresh()

    async def _while_draining(self, delivery: Awaitable[None]) -> list[SeenMessage]:
        """Let the bot work while a message is delivered: a platform may wait for the bot's answer."""
        before = await Inbox.all().count()
        task = asyncio.ensure_future(delivery)
        async with asyncio.timeout(PATIENCE):
            while not task.done() or await Inbox.all().count() == before:
                await self.bot.drain()
                await asyncio.sleep(0.005)
        await task
        await self.bot.drain()
        return self._fresh()

    def _fresh(self) -> list[SeenMessage]:
        everything = self.platform.seen()
        self.fresh, self.read = everything[self.read :], len(everything)
        return self.fresh


@asynccontextmanager
async def platform_school(
    platform: Platform, directory: Path, redis: Redis, setenv: Callable[[str, str], None]
) -> AsyncIterator[School]:
    """Start the school on Monday 2026-11-23 at 10:05, connected to the platform's fake."""
    clock = StandingClock(MONDAY)
    async with platform.connect(clock, setenv) as config, database(directory), AsyncExitStack() as stack:
        timers = Timers(redis)
        stack.push_async_callback(timers.aclose)
        bot = build(config, clock, timers)
        bot.redis = redis
        await connect_platforms(bot, stack)
        address = await stack.enter_async_context(serve(bot))
        loops = [asyncio.ensure_future(loop()) for loop in bot.loops]
        stack.push_async_callback(_cancel, loops)
        await platform.begin(bot, address)
        yield School(platform, bot, clock)


async def _cancel(tasks: list[asyncio.Future[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
