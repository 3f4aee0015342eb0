"""From a due timer to a reminder: claims steps, decides them in batches by the same rules, commits, acknowledges.

The rows are the truth. What the timers miss is swept straight from the tables, and a wiped Redis is filled again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, timedelta

import structlog

from bot.clock import Clock
from handlers import escalate, overdue, routine
from handlers.office import Office
from handlers.rules.duties import CALM
from handlers.rules.regimes import Regime, thaw
from storage import duties
from storage.changes import Written
from storage.keys import step_id
from storage.tables import to_ms
from storage.timers import RebuildInterrupted, Tick, Timers, TimersUnavailable

log = structlog.get_logger(__name__)
CAP_SECONDS = 1.0
SWEEP_EVERY = timedelta(seconds=5)
LATE = timedelta(seconds=3)
AHEAD = timedelta(minutes=1)
PUT_OFF = timedelta(hours=1)
BATCH = 256


class Timekeeper:
    """`available` says whether Redis answers; while it does not, the sweep fires what is due. `on_change` is told."""

    def __init__(self, office: Office, timers: Timers, clock: Clock) -> None:
        self._office = office
        self._timers = timers
        self._clock = clock
        self._swept_at = clock.now() - SWEEP_EVERY
        self._opened: date | None = None
        self._regimes: dict[int, Regime] = {}  # as incidents were opened under them
        self.available = True
        self.on_change: Callable[[], None] = lambda: None

    async def arm(self, written: Written) -> None:
        """Sets the timers of a commit. Without Redis the sweep finds them in the tables."""
        number = written.number
        try:
            if written.cancelled:
                await self._timers.cancel([step_id(number, duty) for duty in written.cancelled])
            if written.armed:
                await self._timers.schedule([(step_id(number, duty), due) for duty, due in written.armed])
        except TimersUnavailable:
            self._lost()

    async def run(self) -> None:
        """Fires steps as they fall due, until cancelled."""
        while True:
            wait = await self.drain()
            if self._clock.now() - self._swept_at >= SWEEP_EVERY:
                await self.sweep()
            await self._timers.wait(min(wait, CAP_SECONDS))

    async def drain(self) -> float:
        """Fires everything that is due; how many seconds until there is more to do."""
        done: list[str] = []
        await self._open_days()
        while True:
            now = self._clock.now()
            tick = await self._tick(to_ms(now), done)
            if tick is None:
                await self.sweep()
                return CAP_SECONDS
            if tick.epoch is None:
                if await self.rebuild():
                    continue
                await self.sweep()
                return CAP_SECONDS
            if not tick.claimed:
                return CAP_SECONDS if tick.next_ms is None else max(tick.next_ms - to_ms(now), 0) / 1000
            done = [claim.id for claim in tick.claimed]
            await self._claimed(done)

    async def _open_days(self) -> None:
        """Once a local day: what the calendar asks for today and tomorrow."""
        now = self._clock.now()
        today = now.astimezone(self._office.institution.zone).date()
        if today != self._opened:
            await self._schedule(await routine.open_days(self._office, now))
            self._opened = today

    async def _tick(self, now_ms: int, done: Sequence[str]) -> Tick | None:
        """Acknowledges, claims and looks ahead; None while Redis does not answer."""
        try:
            tick = await self._timers.tick(now_ms, done, BATCH)
        except TimersUnavailable:
            self._lost()
            return None
        self._found()
        return tick

    async def _claimed(self, ids: Sequence[str]) -> None:
        """The row decides: a claim that its row does not bear out is put back to where the row says."""
        wanted = [int(id.partition(":")[2]) for id in ids]
        rows = await duties.due(wanted, self._clock.now())
        armed = await self._fire(rows)
        stale = set(wanted) - {row.id for row in rows} - {duty for _, duty, _ in armed}
        if stale:
            armed += await duties.standing(sorted(stale))
        await self._schedule(armed)

    async def _schedule(self, steps: Sequence[tuple[int, int, int]]) -> None:
        """Arms steps given as (incident, duty, due in ms)."""
        try:
            if steps:
                await self._timers.schedule([(step_id(incident, duty), due) for incident, duty, due in steps])
        except TimersUnavailable:
            self._lost()

    async def sweep(self) -> int:
        """Fires what the timers should have fired, and arms what falls due soon; how many were missed."""
        now = self._swept_at = self._clock.now()
        missed = 0
        while rows := await duties.overdue(now - (LATE if self.available else timedelta()), BATCH):
            await self._schedule(await self._fire(rows))
            missed += len(rows)
        if missed:
            log.warning("reminders were fired from the tables", count=missed, redis=self.available)
        if self.available:
            await self._arm_soon()
        return missed

    async def _arm_soon(self) -> None:
        now = self._clock.now()
        steps = {step_id(i, d): due for i, d, due in await duties.between(now, now + AHEAD)}
        try:
            scores = await self._timers.scores(steps)
            claimed = await self._timers.leases([id for id in steps if scores[id] is None])
            lacking = [(id, due) for id, due in steps.items() if scores[id] is None and claimed[id] is None]
            if lacking:
                log.warning("timers were missing and are set", count=len(lacking))
                await self._timers.schedule(lacking)
        except TimersUnavailable:
            self._lost()

    async def rebuild(self) -> bool:
        """Fills Redis from the tables, unless another process is at it; False if Redis went away over it."""

        async def batches() -> AsyncIterator[list[tuple[str, int]]]:
            async for page in duties.pending():
                yield [(step_id(incident, duty), due) for incident, duty, due in page]

        try:
            rebuilt = await self._timers.rebuild(batches())
        except RebuildInterrupted:
            rebuilt = None
        except TimersUnavailable:
            self._lost()
            return False
        log.info("timers are filled from the tables", rebuilt=rebuilt is not None)
        if rebuilt is None:
            await asyncio.sleep(0.1)
        return True

    async def _fire(self, rows: Sequence[duties.DueRow]) -> list[tuple[int, int, int]]:
        if not rows:
            return []
        now = self._clock.now()
        rows = [row for row in rows if row.kind != CALM or not await self._rises(row)]
        facts = overdue.Facts(await duties.signatures(row.incident for row in rows), await self._regimes_of(rows))
        try:
            reminders = overdue.decide(rows, facts, self._office, now)
        except Exception:
            return await self._fire_one_by_one(rows)
        fired = await duties.fire(reminders.steps, reminders.letters, now)
        return fired.armed

    async def _regimes_of(self, rows: Sequence[duties.DueRow]) -> Mapping[int, Regime]:
        lacking = {row.policy for row in rows if not row.routine} - self._regimes.keys()
        if lacking:
            self._regimes |= {id: thaw(body) for id, body in (await duties.policies(lacking)).items()}
        return self._regimes

    async def _rises(self, row: duties.DueRow) -> bool:
        """A matter that has not calmed in time rises instead of being reminded of."""
        now = self._clock.now()
        return row.due_at <= now and await escalate.by_itself(self._office, row.incident, now)

    async def _fire_one_by_one(self, rows: Sequence[duties.DueRow]) -> list[tuple[int, int, int]]:
        """One row that cannot be decided does not stop the others: it is put off, and the fault is on record."""
        if len(rows) > 1:
            return [step for row in rows for step in await self._fire([row])]
        row, later = rows[0], self._clock.now() + PUT_OFF
        log.exception("a duty could not be decided and is put off", duty=row.id, incident=row.incident)
        await duties.put_off(row.id, later)
        return [(row.incident, row.id, to_ms(later))]

    def _lost(self) -> None:
        if self.available:
            log.error("Redis does not answer; reminders are fired from the tables until it is back")
            self.available = False
            self.on_change()

    def _found(self) -> None:
        if not self.available:
            log.info("Redis is back")
            self.available = True
            self.on_change()
