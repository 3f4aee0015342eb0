"""Claim due steps from Redis, fire them in batches, acknowledge them, and sleep until the next one.

The rows are the truth. Steps that the timers miss are fired from the tables, and a wiped Redis is filled again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

import structlog

from bot.clock import Clock
from bot.engine.due_steps import DueSteps, NextSteps
from bot.engine.heartbeat import beat
from bot.engine.independent_work import IndependentWork
from bot.engine.timer_audit import TimerAudit, by_step_id
from bot.metrics import Metrics
from handlers.common.office import Office
from handlers.timed import routine_duties
from storage import duties, overruns
from storage.changes import Written
from storage.timers.keys import duty_of, step_id
from storage.timers.timers import Tick, Timers, TimersUnavailable

T = TypeVar("T")
log = structlog.get_logger(__name__)
LONGEST_WAIT = 1.0
"""Seconds between two ticks at most."""
GATHER_SECONDS = 0.01
"""The shortest wait after a batch, so that the steps of a few milliseconds share one commit."""
SWEEP_EVERY = timedelta(seconds=5)
LATE = timedelta(seconds=3)
"""A step that is still due after this long was missed by the timers."""
BATCH = 256
PARALLEL_BATCHES = 2
"""One batch is decided while another one is being committed."""


class Timekeeper:
    """`available` says whether Redis answers; while it does not, the sweep fires the due steps from the tables.

    `on_change` is called when `available` changes; `answered_at` is when Redis last answered, on the loop's clock.
    """

    def __init__(self, office: Office, timers: Timers, clock: Clock, metrics: Metrics) -> None:
        self._office = office
        self._timers = timers
        self._clock = clock
        self._metrics = metrics
        self._due_steps = DueSteps(office, clock, metrics)
        self.timer_audit = TimerAudit(timers, clock, metrics)
        self._swept_at = clock.now() - SWEEP_EVERY
        self._opened: date | None = None
        self._recorded_at: datetime | None = None
        self._independent = IndependentWork(clock)
        self._busy = False
        self._filling = asyncio.Lock()
        self._filled = 0
        self.available = True
        self.answered_at: float | None = None
        self.on_change: Callable[[], None] = lambda: None

    async def arm(self, written: Written) -> None:
        """Set the timers of a commit. Without Redis the sweep finds them in the tables."""
        number = written.number
        changes: dict[str, int | None] = {step_id(number, duty): None for duty in written.cancelled}
        changes |= by_step_id((number, duty, due) for duty, due in written.armed)
        try:
            await self._timers.change(changes)
        except TimersUnavailable:
            self._mark_unavailable()

    async def run(self) -> None:
        """Fire steps as they fall due, until cancelled."""
        while True:
            wait = await self.drain()
            if abs(self._clock.now() - self._swept_at) >= SWEEP_EVERY:  # abs: the clock may have been set back
                await self.sweep()
            beat()
            await self._timers.wait(min(max(wait, GATHER_SECONDS if self._busy else 0.0), LONGEST_WAIT))

    async def drain(self) -> float:
        """Fire every due step; return how many seconds to wait until the next one, LONGEST_WAIT at most."""
        await self._independent.do("routine duties", self._open_days)
        await self._independent.do("overruns", self._record_overruns)
        self._busy = False
        first = await self._tick(())
        beside = PARALLEL_BATCHES - 1 if first is not None and (first.claimed or first.epoch is None) else 0
        waits = await _all_ended([self._fire_claims(first), *(self._claim_and_fire() for _ in range(beside))])
        if None not in waits:
            return min(wait for wait in waits if wait is not None)
        await self.sweep()
        return LONGEST_WAIT

    async def _claim_and_fire(self) -> float | None:
        return await self._fire_claims(await self._tick(()))

    async def _fire_claims(self, tick: Tick | None) -> float | None:
        """Fire what was claimed, and go on until nothing is due.

        Return the seconds to wait until the next step, None if Redis does not answer.
        """
        while tick is not None:
            done = [claim.id for claim in tick.claimed]
            if done:  # steps can be claimed even while another process fills Redis
                await self._fire_claimed(done)
                beat()
                self._busy = True
            if tick.epoch is None:
                if not await self._rebuild():
                    return None
            elif not done:
                return LONGEST_WAIT if tick.next_ms is None else max(tick.next_ms - self._clock.now_ms(), 0) / 1000
            tick = await self._tick(done)
        return None

    async def _open_days(self) -> None:
        """Once a local day, open the routine duties of today and tomorrow."""
        now = self._clock.now()
        today = now.astimezone(self._office.institution.zone).date()
        if today != self._opened:
            await self.schedule(await routine_duties.open_days(self._office, now))
            self._opened = today
            self._recorded_at = None

    async def _record_overruns(self) -> None:
        """Record the duties that have run over since the last time; once a day and after a start all of them."""
        now = self._clock.now()
        if self._recorded_at is None:
            await overruns.backfill(now)
        await overruns.record(now, self._recorded_at and min(self._recorded_at, now))
        self._recorded_at = now

    async def _tick(self, done: Sequence[str]) -> Tick | None:
        """Acknowledge steps, claim the next and learn when more are due; return None while Redis does not answer."""
        try:
            tick = await self._timers.tick(self._clock.now_ms(), done, BATCH)
        except TimersUnavailable:
            self._mark_unavailable()
            return None
        self._mark_available()
        return tick

    async def _fire_claimed(self, ids: Sequence[str]) -> None:
        """Fire the claimed steps whose rows are due; schedule the others for the time that their rows say."""
        wanted = [duty_of(id) for id in ids]
        now = self._clock.now()
        rows = await duties.due(wanted, now)
        armed = await self._due_steps.fire(rows)
        stale = set(wanted) - {row.id for row in rows if row.next_at <= now} - {duty for _, duty, _ in armed}
        if stale:
            armed += await duties.standing(sorted(stale))
        await self.schedule(armed)

    async def schedule(self, steps: Iterable[tuple[int, int, int]]) -> None:
        """Set timers for steps given as (incident, duty, due in ms)."""
        try:
            await self._timers.schedule(by_step_id(steps).items())
        except TimersUnavailable:
            self._mark_unavailable()

    async def sweep(self) -> int:
        """Fire the overdue steps from the tables, and repair the timers of steps due soon; return how many it fired."""
        now = self._swept_at = self._clock.now()
        missed = await self._fire_overdue(now - LATE if self.available else now)
        if missed and self.available:
            self._metrics.repaired("unheard", missed)
        if missed:
            log.warning("steps were fired from the tables", count=missed, redis=self.available)
        if self.available:
            await self._check_redis()
        return missed

    async def _fire_overdue(self, before: datetime) -> int:
        missed = 0
        while rows := await duties.overdue(before, BATCH):
            armed: NextSteps = await self._due_steps.fire(rows)
            await self.schedule(armed)
            missed += sum(row.next_at <= before for row in rows)
        return missed

    async def _check_redis(self) -> None:
        try:
            await self.timer_audit.arm_missing()
            await self.timer_audit.compare_clocks()
        except TimersUnavailable:
            self._mark_unavailable()

    async def _rebuild(self) -> bool:
        """Fill Redis, or wait a moment if another process is filling it; return False if Redis stops answering."""
        filled = self._filled
        try:
            async with self._filling:
                if self._filled != filled:  # by the other batch
                    return True
                if await self.timer_audit.rebuild():
                    self._filled += 1
                else:
                    await asyncio.sleep(0.1)
        except TimersUnavailable:
            self._mark_unavailable()
            return False
        return True

    def _mark_unavailable(self) -> None:
        if self.available:
            log.error("Redis does not answer; steps are fired from the tables until it is back")
            self._set_available(available=False)

    def _mark_available(self) -> None:
        self.answered_at = asyncio.get_running_loop().time()
        if not self.available:
            log.info("Redis is back")
            self._set_available(available=True)
            self.timer_audit.compare_soon()

    def _set_available(self, *, available: bool) -> None:
        self.available = available
        self._metrics.redis.set(available)
        self.on_change()


async def _all_ended(works: Sequence[Awaitable[T]]) -> list[T]:
    """Return what the works return, once all have ended; raise the first error of one, and leave none running."""
    ended = await asyncio.gather(*works, return_exceptions=True)
    for one in ended:
        if isinstance(one, BaseException):
            raise one
    return [one for one in ended if not isinstance(one, BaseException)]
