"""The running bot: its parts, the loops that drive them, and `drain`, which does all work that is due now."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web
from redis.asyncio import Redis

from bot.channels.base import Channel
from bot.channels.local import LocalChannel
from bot.clock import Clock
from bot.config import Config
from bot.config.storage import redis_address
from bot.engine.background import Background
from bot.engine.clock_watch import ClockWatch
from bot.engine.delivery import HoldBack, no_hold
from bot.engine.digest_loop import DigestLoop
from bot.engine.disk_watch import DiskWatch
from bot.engine.dispatch import Dispatcher
from bot.engine.failure_notices import FailureNotices
from bot.engine.heartbeat import Turns, beat, run_for_ever
from bot.engine.outage import PARTLY_AWAY, Outage
from bot.engine.platform_pause import Answers, unasked
from bot.engine.retention_loop import RetentionLoop
from bot.engine.sender import Sender
from bot.engine.timekeeper import Timekeeper
from bot.metrics import Metrics
from bot.stopping import cancel_until_ended
from bot.usage import Alarms, AskUsed
from handlers.common.office import Office
from storage.changes import Written
from storage.timers import embedded
from storage.timers.timers import Timers

log = structlog.get_logger(__name__)
Loop = Callable[[], Coroutine[Any, Any, None]]
Health = Callable[[], Awaitable[dict[str, Any]]]
"""Return a platform's facts for /healthz."""
VALKEY_CHECK_SECONDS = 2.0


@dataclass
class Bot:
    """The running parts. `drain` does all work that is due now; `run` works until it is cancelled."""

    config: Config
    office: Office
    clock: Clock
    timers: Timers
    dispatcher: Dispatcher
    timekeeper: Timekeeper
    metrics: Metrics
    background: Background
    retention: RetentionLoop
    outage: Outage
    failure_notices: FailureNotices
    clock_watch: ClockWatch
    disk_watch: DiskWatch
    turns: dict[str, Turns] = field(default_factory=dict)
    senders: dict[str, Sender] = field(default_factory=dict)
    local: LocalChannel | None = None
    digest_loop: DigestLoop | None = None
    redis: Redis | None = None
    callbacks: list[Sequence[web.RouteDef]] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    health: dict[str, Health] = field(default_factory=dict)
    usage: list[AskUsed] = field(default_factory=list)
    alarms: list[Alarms] = field(default_factory=list)

    def add(self, channel: Channel, hold: HoldBack = no_hold, answers: Answers = unasked) -> None:
        """Add a channel: its sender and its fetching of files. Set `redis` first, for the sender's rate limits."""
        texts, clock = self.office.texts, self.clock
        self.senders[channel.name] = Sender(channel, texts, clock, self.redis, hold, self.metrics, answers)
        self.dispatcher.fetching.fetchers[channel.name] = channel.fetch

    async def arm(self, written: Written) -> None:
        """After a commit: set the timers, and wake the senders for the queued messages."""
        await self.timekeeper.arm(written)
        self.wake()

    def wake(self) -> None:
        self.background.wake()
        self.wake_senders()

    def wake_senders(self) -> None:
        for sender in self.senders.values():
            sender.wake()

    def page_health(self) -> dict[str, Any]:
        """Return what the group page warns of: Redis and the database ("ok", "away", "damaged"), and the alarms."""
        alarms = [alarm for alarms in self.alarms for alarm in alarms()]
        redis = "ok" if self.timekeeper.available else "away"
        database = "away" if self.outage.state == PARTLY_AWAY else self.outage.state
        return {"redis": redis, "database": database, "alarms": alarms}

    def tell_page(self) -> None:
        """Let the group page, if there is one, show again what it warns of."""
        if self.local:
            self.local.tell("health")

    async def run(self) -> None:
        """Run every loop until cancelled. A loop that fails is logged and restarted: a lost database comes back."""
        tasks = [asyncio.create_task(self._run_for_ever(loop)) for loop in self._loops()]
        try:
            await asyncio.gather(*tasks)
        finally:
            await cancel_until_ended(tasks)
            await self.dispatcher.fetching.stop()

    def _run_for_ever(self, loop: Loop) -> Coroutine[Any, Any, None]:
        channel = getattr(getattr(loop, "__self__", None), "channel_name", "")
        name = f"{loop.__qualname__} ({channel})" if channel else loop.__qualname__
        self.turns[name] = Turns(name)
        return run_for_ever(loop, self.turns[name], self.outage.note)

    def _loops(self) -> Iterator[Loop]:
        yield self.dispatcher.run
        yield self.timekeeper.run
        yield self.background.run
        yield self.retention.run
        yield self.outage.run
        yield self.failure_notices.run
        yield self.clock_watch.run
        yield self.disk_watch.run
        yield self.timekeeper.timer_audit.run
        if redis_address(self.config) is None:
            yield self._keep_valkey_running
        yield from (sender.run for sender in self.senders.values())
        yield from self.loops

    async def _keep_valkey_running(self) -> None:
        """Start the embedded server again when it has died."""
        while True:
            beat()
            await asyncio.sleep(VALKEY_CHECK_SECONDS)
            if not self.timekeeper.available:
                with suppress(embedded.EmbeddedValkeyError):
                    await embedded.start(valkey_directory(self.config))

    async def drain(self) -> None:
        """Handle every waiting message, fire every due step and send every sendable message, until none is left."""
        await self.clock_watch.drain()
        await self.disk_watch.drain()
        await self.dispatcher.take_turn()
        arrived = 1
        while arrived:
            await self.timekeeper.drain()
            await self.retention.drain()
            await self.background.drain()
            await self.outage.drain()
            await self._send_all()
            arrived = await self.dispatcher.take_turn()

    async def _send_all(self) -> None:
        """Send every sendable message, and tell what failed, until nothing is left to be said."""
        await self.failure_notices.drain()
        while sum([await sender.drain() for sender in self.senders.values()]):
            told = await self.failure_notices.drain()
            if not told and len(self.senders) == 1:  # one alone has sent all there is
                break


def valkey_directory(config: Config) -> Path:
    return Path(config.storage.directory) / "valkey"
