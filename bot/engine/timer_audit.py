"""Compares Redis with the tables and puts right what differs, each repair with its cause in the log and the metrics.

What falls due within a minute is looked at every few seconds; everything at start and once an hour, a page at a time
with a pause between pages, so that a million steps cost a few seconds of work in an hour.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.metrics import Cause, Metrics
from storage import duties
from storage.timers.keys import duty_of, step_id
from storage.timers.timers import RebuildInterrupted, Timers

log = structlog.get_logger(__name__)
AHEAD = timedelta(minutes=1)
PAGE = 1_000
PAUSE_SECONDS = 0.05
EVERY_SECONDS = 3600.0
SKEW_ALARM_SECONDS = 1.0
TURN = "checkup"


class TimerAudit:
    """Whatever Redis refuses raises TimersUnavailable. `skew` is how many seconds its clock is ahead of ours."""

    def __init__(self, timers: Timers, clock: Clock, metrics: Metrics) -> None:
        self._timers = timers
        self._clock = clock
        self._metrics = metrics
        self.skew = 0.0

    async def soon(self) -> None:
        """Arms what falls due within the next minute and is not in Redis."""
        now = self._clock.now()
        await self._put_right(named(await duties.between(now, now + AHEAD)), only_missing=True)

    async def everything(self, pause: float = PAUSE_SECONDS) -> None:
        """Every row against Redis, and every step of Redis against the rows; nothing if that is about to be rebuilt."""
        if await self._timers.epoch() is None:
            return
        async for page in duties.pending(PAGE):
            await self._put_right(named(page))
            await asyncio.sleep(pause)
        async for steps in self._timers.pages(PAGE):
            await self._take_out(steps)
            await asyncio.sleep(pause)

    async def rebuild(self) -> bool:
        """Fills Redis from the tables; False when another process is at it."""
        try:
            rebuilt = await self._timers.rebuild(_batches())
        except RebuildInterrupted:
            return False
        if rebuilt is None:
            return False
        self._repaired("wiped", rebuilt.steps)
        return True

    async def run(self) -> None:
        """At start and once an hour, by one process of all."""
        while True:
            if await self._timers.take_turn(TURN, round(EVERY_SECONDS * 900)):
                await self.everything()
            await asyncio.sleep(EVERY_SECONDS)

    async def compare_clocks(self) -> None:
        """An alarm when Redis's machine and ours differ by more than a second: one of them is wrong about due times."""
        ours = self._clock.system_ms()
        if ours is None:
            return
        was, self.skew = self.skew, await self._timers.skew_ms(ours) / 1000
        self._metrics.skew.set(self.skew)
        if self.skewed and abs(was) <= SKEW_ALARM_SECONDS:
            log.error("the clocks differ: set this machine's or Redis's by NTP", redis_is_ahead_by_seconds=self.skew)

    @property
    def skewed(self) -> bool:
        return abs(self.skew) > SKEW_ALARM_SECONDS

    async def _put_right(self, wanted: dict[str, int], *, only_missing: bool = False) -> None:
        odd = await self._differing(wanted, only_missing=only_missing)
        if not odd:
            return
        # A second look: a step that was taken or moved between the two readings differs for a moment only.
        standing = named(await duties.standing([duty_of(step) for step in odd]))
        still = await self._differing(standing, only_missing=only_missing)
        await self._timers.schedule([(step, standing[step]) for step in still])
        for cause in ("missing", "moved"):
            self._repaired(cause, sum(found == cause for found in still.values()))

    async def _differing(self, wanted: dict[str, int], *, only_missing: bool) -> dict[str, Cause]:
        scores = await self._timers.scores(wanted)
        claimed = await self._timers.leases([step for step, score in scores.items() if score is None])
        missing: dict[str, Cause] = {step: "missing" for step, until in claimed.items() if until is None}
        if only_missing:
            return missing
        return missing | {step: "moved" for step, score in scores.items() if score not in (None, wanted[step])}

    async def _take_out(self, steps: Sequence[tuple[str, int]]) -> None:
        standing = named(await duties.standing([duty_of(step) for step, _ in steps]))
        stray = [step for step, _ in steps if step not in standing]
        await self._timers.cancel(stray)
        self._repaired("stray", len(stray))

    def _repaired(self, cause: Cause, count: int) -> None:
        if count:
            log.warning("timers were put right by the tables", cause=cause, count=count)
            self._metrics.repaired(cause, count)


def named(steps: Iterable[tuple[int, int, int]]) -> dict[str, int]:
    """Steps given as (incident, duty, due in ms) by the name that they have in Redis."""
    return {step_id(incident, duty): due for incident, duty, due in steps}


async def _batches() -> AsyncIterator[list[tuple[str, int]]]:
    async for page in duties.pending():
        yield [(step_id(incident, duty), due) for incident, duty, due in page]
