"""Builds everything from the configuration and runs it in one task group."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from aiohttp import web

from bot.channels.base import Channel
from bot.channels.local import LocalChannel
from bot.clock import Clock
from bot.config import Config, build_institution, read_regime
from bot.dispatch import Dispatcher
from bot.sender import Sender
from bot.timekeeper import Timekeeper
from handlers.office import Office
from storage import embedded
from storage.database import close_database, open_database
from storage.incidents import Written
from storage.timers import Timers, connect

log = structlog.get_logger(__name__)


@dataclass
class Bot:
    """The running parts. `drain` does all that can be done now; `run` does it for ever."""

    config: Config
    office: Office
    clock: Clock
    timers: Timers
    dispatcher: Dispatcher
    timekeeper: Timekeeper
    senders: dict[str, Sender] = field(default_factory=dict)
    local: LocalChannel | None = None
    callbacks: list[Sequence[web.RouteDef]] = field(default_factory=list)

    def add(self, channel: Channel) -> None:
        self.senders[channel.name] = Sender(channel, self.office.texts, self.clock)

    async def arm(self, written: Written) -> None:
        """After a commit: the timers are set, and what was queued goes out."""
        await self.timekeeper.arm(written)
        self.wake()

    def wake(self) -> None:
        for sender in self.senders.values():
            sender.wake()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.dispatcher.run())
            group.create_task(self.timekeeper.run())
            for sender in self.senders.values():
                group.create_task(sender.run())

    async def drain(self) -> None:
        """Handles every message, fires every due step and sends every message, until nothing is left to do now."""
        while True:
            handled = await self.dispatcher.drain()
            await self.timekeeper.drain()
            sent = [await sender.drain() for sender in self.senders.values()]
            if not handled and not any(sent):
                return


@asynccontextmanager
async def open_bot(config: Config, clock: Clock) -> AsyncIterator[Bot]:
    """Opens storage and builds the parts; closes them in order. The database is migrated first."""
    async with AsyncExitStack() as stack:
        await open_database(config.storage.database, synchronous=config.storage.synchronous)
        stack.push_async_callback(close_database)
        redis = connect(await _redis(config, stack))
        stack.push_async_callback(redis.aclose)
        timers = Timers(redis)
        stack.push_async_callback(timers.aclose)
        bot = build(config, clock, timers)
        yield bot


def build(config: Config, clock: Clock, timers: Timers) -> Bot:
    """The parts, over storage that is open already."""
    office = Office(build_institution(config), read_regime(config))
    timekeeper = Timekeeper(office, timers, clock)
    bot = Bot(config, office, clock, timers, Dispatcher(office, clock), timekeeper)
    office.arm = bot.arm
    if config.channel.local:
        conversation = next(group.conversation for group in config.group if group.channel == "local")
        bot.local = LocalChannel(conversation, bot.dispatcher.hear, clock, office.bot_names)
        bot.add(bot.local)
    return bot


async def _redis(config: Config, stack: AsyncExitStack) -> str:
    if config.storage.redis != "embedded":
        return config.storage.redis
    valkey = await embedded.start(Path(config.storage.directory) / "valkey")
    stack.push_async_callback(valkey.stop)
    return valkey.url
