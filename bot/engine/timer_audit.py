"""Compare Redis with the tables and repair the timers that differ; log and count each repair with its cause.

Steps due within a minute are compared every few seconds; all steps at start, when Redis is back and once an hour, a
page at a time with a pause between pages, so that a million steps cost a few seconds of work in an hour.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.engine.heartbeat import beat
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
"""The name of the turn in Redis: one process an hour compares all steps."""


class TimerAudit:
    """Every method raises TimersUnavailable if Redis fails. `skew`: how many seconds Redis's clock is ahead."""

    def __init__(self, timers: Timers, clock: Clock, metrics: Metrics) -> None:
        self._timers = timers
        self._clock = clock
        self._metrics = metrics
        self._again = asyncio.Event()
        self.skew = 0.0

    async def arm_missing(self) -> None:
        """Set a timer for every step that is due within the next minute and is not in Redis."""
        now = self._clock.now()
        await self._repair(by_step_id(await duties.between(now, now + AHEAD)), only_missing=True)

    async def compare_all(self, pause: float = PAUSE_SECONDS) -> None:
        """Compare every row with Redis and every step of Redis with the rows; do nothing if a rebuild is due.

        `pause`: seconds between two pages.
        """
        if await self._timers.epoch() is None:
            return
        async for page in duties.pending(PAGE):
            await self._repair(by_step_id(page))
            await asyncio.sleep(pause)
        async for steps in self._timers.pages(PAGE):
            await self._remove_stray(steps)
            await asyncio.sleep(pause)

    async def rebuild(self) -> bool:
        """Fill Redis from the tables; return False if another process does it."""
        try:
            rebuilt = await self._timers.rebuild(_batches())
        except RebuildInterrupted:
            return False
        if rebuilt is None:
            return False
        self._repaired("wiped", rebuilt.steps)
        return True

    async def run(self) -> None:
        """Compare all steps at start and when told, and once an hour in one of the processes, until cancelled.

        A process that was killed between a commit and its timers has left some out, and so has one without Redis.
        """
        await self.compare_all()
        while True:
            beat()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._again.wait(), EVERY_SECONDS)
            told = self._again.is_set()
            self._again.clear()
            if told or await self._timers.take_turn(TURN, round(EVERY_SECONDS * 900)):
                await self.compare_all()

    def compare_soon(self) -> None:
        """Have all steps compared: Redis is back, and commits meanwhile could not set their timers."""
        self._again.set()

    async def compare_clocks(self) -> None:
        """Measure the skew; log an error when it begins to exceed a second, because due times are wrong by as much."""
        ours = self._clock.system_ms()
        if ours is None:
            return
        before, self.skew = self.skew, await self._timers.skew_ms(ours) / 1000
        self._metrics.skew.set(self.skew)
        if self.skewed and abs(before) <= SKEW_ALARM_SECONDS:
            log.error("the clocks differ: set this machine's or Redis's by NTP", redis_is_ahead_by_seconds=self.skew)

    @property
    def skewed(self) -> bool:
        return abs(self.skew) > SKEW_ALARM_SECONDS

    async def _repair(self, wanted: dict[str, int], *, only_missing: bool = False) -> None:
        differing = await self._differing(wanted, only_missing=only_missing)
        if not differing:
            return
        # Compare a second time: a step that was taken or moved between the two readings differs only for a moment.
        standing = by_step_id(await duties.standing([duty_of(step) for step in differing]))
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

    async def _remove_stray(self, steps: Sequence[tuple[str, int]]) -> None:
        standing = by_step_id(await duties.standing([duty_of(step) for step, _ in steps]))
        stray = [step for step, _ in steps if step not in standing]
        await self._timers.cancel(stray)
        self._repaired("stray", len(stray))

    def _repaired(self, cause: Cause, count: int) -> None:
        if count:
            log.warning("timers were repaired from the tables", cause=cause, count=count)
            self._metrics.repaired(cause, count)


def by_step_id(steps: Iterable[tuple[int, int, int]]) -> dict[str, int]:
    """Return the due times in ms of steps given as (incident, duty, due in ms), by their ids in Redis."""
    return {step_id(incident, duty): due for incident, duty, due in steps}


async def _batches() -> AsyncIterator[list[tuple[str, int]]]:
    async for page in duties.pending():
        yield [(step_id(incident, duty), due) for incident, duty, due in page]
