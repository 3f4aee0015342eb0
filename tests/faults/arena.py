"""What a fault can reach: the set-up's storage, the fakes, the processes, and what people say."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.clock import Clock
from tests.faults.doors import Doors
from tests.faults.draw import Drawn, Kind
from tests.faults.load import Load
from tests.faults.processes import BotProcess, Processes, now
from tests.faults.school import Platforms
from tests.faults.setups import Setup

STORED_AFTER = 10.0
"""Seconds after a fault of the database until what came meanwhile is surely stored."""
A_MOMENT, A_MINUTE = timedelta(seconds=2), timedelta(minutes=1)
AN_HOUR = timedelta(hours=1)
MOVE_SECONDS = ClientTimeout(total=4.0)


@dataclass
class Arena:
    """Faults of one resource wait for each other; those of different ones overlap."""

    setup: Setup
    fakes: Platforms
    processes: Processes
    doors: Doors
    load: Load
    session: ClientSession
    database: asyncio.Lock = field(default_factory=asyncio.Lock)
    redis: asyncio.Lock = field(default_factory=asyncio.Lock)
    process: asyncio.Lock = field(default_factory=asyncio.Lock)
    moved: int = 0
    jumps: list[tuple[datetime, datetime]] = field(default_factory=list)
    """From when to when the clock was moved."""
    _struck_at: float = 0.0

    @property
    def clock(self) -> Clock:
        return self.fakes.clock

    def note_storage(self) -> None:
        """Note whether what came in may still be in the bot's memory, because the database was away a moment ago."""
        if self.database.locked():
            self._struck_at = now()
            self.doors.unstored_since = self.doors.unstored_since or now()
        elif now() - self._struck_at > STORED_AFTER:
            self.doors.unstored_since = None

    async def move_clock(self, ones: Sequence[BotProcess]) -> None:
        """Move the clock of processes an hour forward by the page, at once, and the platforms' with them."""
        self.moved += 1
        self._shift(self.clock.shift + AN_HOUR)
        await asyncio.gather(*(self.catch_up(one) for one in ones))

    async def catch_up(self, one: BotProcess) -> None:
        """Move the clock of one process an hour forward, to where the others are."""
        url, body = f"{one.address}/group/clock", b'{"move": "+1h"}'
        with suppress(ClientError, OSError, TimeoutError):
            async with self.session.post(url, data=body, timeout=MOVE_SECONDS):
                pass

    async def align(self, one: BotProcess) -> None:
        """Bring a process that missed moves of the clock to where the others are; a restart may have lost them."""
        _, facts = await self.processes.facts(one)
        behind = self.clock.now() - datetime.fromisoformat(facts["now"]) if "now" in facts else timedelta()
        for _ in range(round(behind / AN_HOUR)):
            await self.catch_up(one)
        if behind < -A_MOMENT or A_MOMENT < behind < AN_HOUR / 2:
            self._shift(self.clock.shift - behind)

    def was_moved(self, at: datetime) -> bool:
        """Return whether the clock was moved in the minute before a moment."""
        return any(after <= at <= after + A_MINUTE for _, after in self.jumps)

    def _shift(self, shift: timedelta) -> None:
        before, self.clock.shift = self.clock.now(), shift
        self.jumps.append((before, self.clock.now()))


Strike = Callable[[Arena, Drawn, random.Random], Awaitable[str]]
"""Cause a fault and return when it is over; return what it hit."""


class Fault(NamedTuple):
    kind: Kind
    strike: Strike


def fault(name: str, weight: int, strike: Strike, shortest: float = 0.0, longest: float = 0.0) -> Fault:
    return Fault(Kind(name, weight, (shortest, longest)), strike)
