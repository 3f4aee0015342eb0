"""Wakes for due timers: claims steps, has them fired in batches, acknowledges, and looks when to wake next.

The rows are the truth. What the timers miss is swept straight from the tables, and a wiped Redis is filled again.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

import structlog

from bot.clock import Clock
from bot.engine.due_steps import DueSteps, NextSteps
from bot.engine.timer_audit import TimerAudit, named
from bot.metrics import Metrics
from handlers.common.office import Office
from handlers.timed import routine_duties
from storage import duties
from storage.changes import Written
from storage.timers.keys import duty_of, step_id
from storage.timers.timers import Tick, Timers, TimersUnavailable

log = structlog.get_logger(__name__)
CAP_SECONDS = 1.0
GATHER_SECONDS = 0.01
"""Right after a batch, steps of the next few milliseconds wait for each other: one commit serves them all."""
SWEEP_EVERY = timedelta(seconds=5)
LATE = timedelta(seconds=3)
BATCH = 256
HANDS = 2
"""While one batch is being committed the next one is decided."""


class Timekeeper:
    """`available` says whether Redis answers; while it does not, the sweep fires what is due. `on_change` is told."""

    def __init__(self, office: Office, timers: Timers, clock: Clock, metrics: Metrics) -> None:
        self._office = office
        self._timers = timers
        self._clock = clock
        self._metrics = metrics
        self._due_steps = DueSteps(office, clock, metrics)
        self.timer_audit = TimerAudit(timers, clock, metrics)
        self._swept_at = clock.now() - SWEEP_EVERY
        self._opened: date | None = None
        self._busy = False
        self.available = True
        self.on_change: Callable[[], None] = lambda: None

    async def arm(self, written: Written) -> None:
        """Sets the timers of a commit. Without Redis the sweep finds them in the tables."""
        number = written.number
        changes: dict[str, int | None] = {step_id(number, duty): None for duty in written.cancelled}
        changes |= named((number, duty, due) for duty, due in written.armed)
        try:
            await self._timers.change(changes)
        except TimersUnavailable:
            self._lost()

    async def run(self) -> None:
        """Fires steps as they fall due, until cancelled."""
        while True:
            wait = await self.drain()
            if abs(self._clock.now() - self._swept_at) >= SWEEP_EVERY:  # however far the clock was set back
                await self.sweep()
            await self._timers.wait(min(max(wait, GATHER_SECONDS if self._busy else 0.0), CAP_SECONDS))

    async def drain(self) -> float:
        """Fires everything that is due; how many seconds until there is more to do."""
        await self._open_days()
        self._busy = False
        waits = await asyncio.gather(*(self._drain() for _ in range(HANDS)))
        if None not in waits:
            return min(wait for wait in waits if wait is not None)
        await self.sweep()
        return CAP_SECONDS

    async def _drain(self) -> float | None:
        done: list[str] = []
        while (tick := await self._tick(done)) is not None:
            done = [claim.id for claim in tick.claimed]
            if done:  # perhaps while somebody fills Redis
                await self._claimed(done)
                self._busy = True
            if tick.epoch is None:
                if not await self._rebuild():
                    return None
            elif not done:
                return CAP_SECONDS if tick.next_ms is None else max(tick.next_ms - self._clock.now_ms(), 0) / 1000
        return None

    async def _open_days(self) -> None:
        """Once a local day: what the calendar asks for today and tomorrow."""
        now = self._clock.now()
        today = now.astimezone(self._office.institution.zone).date()
        if today != self._opened:
            await self.schedule(await routine_duties.open_days(self._office, now))
            self._opened = today

    async def _tick(self, done: Sequence[str]) -> Tick | None:
        """Acknowledges, claims and looks ahead; None while Redis does not answer."""
        try:
            tick = await self._timers.tick(self._clock.now_ms(), done, BATCH)
        except TimersUnavailable:
            self._lost()
            return None
        self._found()
        return tick

    async def _claimed(self, ids: Sequence[str]) -> None:
        """The row decides: a claim that its row does not bear out is put back to where the row says."""
        wanted = [duty_of(id) for id in ids]
        rows = await duties.due(wanted, self._clock.now())
        armed = await self._due_steps.fire(rows)
        stale = set(wanted) - {row.id for row in rows} - {duty for _, duty, _ in armed}
        if stale:
            armed += await duties.standing(sorted(stale))
        await self.schedule(armed)

    async def schedule(self, steps: Iterable[tuple[int, int, int]]) -> None:
        """Arms steps given as (incident, duty, due in ms)."""
        try:
            await self._timers.schedule(named(steps).items())
        except TimersUnavailable:
            self._lost()

    async def sweep(self) -> int:
        """Fires what the timers should have fired, and arms what falls due soon; how many were missed."""
        now = self._swept_at = self._clock.now()
        missed = await self._fire_overdue(now - LATE if self.available else now)
        if missed and self.available:
            self._metrics.repaired("unheard", missed)
        if missed:
            log.warning("reminders were fired from the tables", count=missed, redis=self.available)
        if self.available:
            await self._look_after_redis()
        return missed

    async def _fire_overdue(self, before: datetime) -> int:
        missed = 0
        while rows := await duties.overdue(before, BATCH):
            armed: NextSteps = await self._due_steps.fire(rows)
            await self.schedule(armed)
            missed += len(rows)
        return missed

    async def _look_after_redis(self) -> None:
        try:
            await self.timer_audit.soon()
            await self.timer_audit.compare_clocks()
        except TimersUnavailable:
            self._lost()

    async def _rebuild(self) -> bool:
        """Fills Redis, or leaves it to the process that does; False if Redis went away over it."""
        try:
            if not await self.timer_audit.rebuild():
                await asyncio.sleep(0.1)
        except TimersUnavailable:
            self._lost()
            return False
        return True

    def _lost(self) -> None:
        if self.available:
            log.error("Redis does not answer; reminders are fired from the tables until it is back")
            self._turn(available=False)

    def _found(self) -> None:
        if not self.available:
            log.info("Redis is back")
            self._turn(available=True)

    def _turn(self, *, available: bool) -> None:
        self.available = available
        self._metrics.redis.set(available)
        self.on_change()
