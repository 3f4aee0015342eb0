"""Take the steps of due duties: the rules decide a batch, one commit writes it. A step is due by its row alone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.metrics import Metrics
from handlers.common.key_periods import with_key_periods
from handlers.common.office import Office
from handlers.common.on_duty import with_desk_on_duty
from handlers.rules.incident.duties import CALM, MINUTES, STAND
from handlers.texts.filters import written_at
from handlers.timed import (
    handover,
    key_period_turn,
    meeting_begins,
    objections,
    overdue,
    still_public,
    swap_reminders,
    tier_rise,
)
from storage import duties, key_periods, setbacks, shift_swaps
from storage.database.faults import is_away, kind_of
from storage.routines import OBJECTION
from storage.tables import to_ms

log = structlog.get_logger(__name__)
PUT_OFF = timedelta(hours=1)
NextSteps = list[tuple[int, int, int]]
"""Steps to schedule, as (incident, duty, due in ms)."""
OnDue = Callable[[Office, duties.DueRow, datetime], Awaitable[NextSteps | None]]
ON_DUE: dict[str, OnDue] = {
    handover.HANDOVER: handover.on_due,
    handover.EMPTY: handover.on_empty,
    shift_swaps.KIND: swap_reminders.on_due,
    CALM: tier_rise.on_due,
    STAND: still_public.on_due,
    MINUTES: meeting_begins.on_due,
    key_periods.KIND: key_period_turn.on_due,
    OBJECTION: objections.on_due,
}
"""What to do when a duty of a kind falls due. Other kinds are reminded of, and a duty for which it returns None."""


class DueSteps:
    def __init__(self, office: Office, clock: Clock, metrics: Metrics) -> None:
        self._office = office
        self._clock = clock
        self._metrics = metrics
        self._policies: dict[int, str] = {}  # frozen regimes never change
        self._failing: set[int] = set()

    async def fire(self, rows: Sequence[duties.DueRow]) -> NextSteps:
        """Claim and take each due step; return the next steps to schedule."""
        now = self._clock.now()
        self._failing -= {row.id for row in rows}
        armed = await self._take(rows, now)
        await self._forget([row for row in rows if row.next_at <= now and row.id not in self._failing])
        return armed

    async def _forget(self, done: Sequence[duties.DueRow]) -> None:
        """Forget earlier failures of duties whose steps are taken."""
        try:
            await setbacks.forget("duty", [_subject(row) for row in done])
        except Exception as error:  # the steps are taken and their next ones have to be scheduled
            log.warning("duties that failed before are listed on", fault=kind_of(error))

    async def _take(self, rows: Sequence[duties.DueRow], now: datetime) -> NextSteps:
        written_at(now)
        armed: NextSteps = []
        reminded: list[duties.DueRow] = []
        spoken: set[int] = set()
        for row in rows:
            if row.next_at > now and row.kind in ON_DUE and not meeting_begins.is_over(row):
                continue  # of the same matter, and no reminder
            done = await self._on_due(row)
            if done is None:
                reminded.append(row)
            else:
                armed += done
                spoken |= {row.incident} - {0}
        armed += await self._put_off_others([row for row in reminded if row.incident in spoken], now)
        return armed + await self._remind([row for row in reminded if row.incident not in spoken], now)

    async def _put_off_others(self, rows: Sequence[duties.DueRow], now: datetime) -> NextSteps:
        """Put off the reminders of matters of which something else was said just now."""
        if not rows:
            return []
        facts = overdue.ReminderFacts({}, await self._policies_of(rows))
        try:
            office = await with_key_periods(self._office, now)
            return (await duties.fire(overdue.put_off(rows, facts, office, now), (), now)).armed
        except Exception as error:
            return await self._one_by_one(rows, error)

    async def _remind(self, rows: Sequence[duties.DueRow], now: datetime) -> NextSteps:
        if not rows:
            return []
        facts = overdue.ReminderFacts(
            await duties.latest_requests(row.incident for row in rows), await self._policies_of(rows)
        )
        try:
            reminders = overdue.decide(rows, facts, await with_desk_on_duty(self._office, now), now)
            fired = await duties.fire(reminders.steps, reminders.outgoing, now)
        except Exception as error:
            return await self._one_by_one(rows, error)
        self._metrics.fired.inc(len(fired.taken))
        self._metrics.lateness.observe(max((now - rows[0].next_at).total_seconds(), 0))
        return fired.armed

    async def _on_due(self, row: duties.DueRow) -> NextSteps | None:
        """Do what the row's kind asks for; return None if it wants a reminder. Put a row off that raises an error."""
        on_due = ON_DUE.get(row.kind)
        if on_due is None:
            return None
        try:
            now = self._clock.now()
            return await on_due(await with_key_periods(self._office, now), row, now)
        except Exception as error:
            return await self._one_by_one([row], error)

    async def _policies_of(self, rows: Sequence[duties.DueRow]) -> Mapping[int, str]:
        missing = {row.policy for row in rows if not row.routine} - self._policies.keys()
        if missing:
            self._policies |= await duties.policies(missing)
        return self._policies

    async def _one_by_one(self, rows: Sequence[duties.DueRow], error: Exception) -> NextSteps:
        """Take the due steps one at a time, so that only a row that raises an error by itself is put off.

        `error` is what they raised together; raise it if storage is away.
        """
        if is_away(error):
            raise error
        if len(rows) > 1:
            now = self._clock.now()
            return [step for row in rows if row.next_at <= now for step in await self.fire([row])]
        return await self._put_off(rows[0], error)

    async def _put_off(self, row: duties.DueRow, error: Exception) -> NextSteps:
        later = self._clock.now() + PUT_OFF
        log.error("a duty could not be decided and is put off", duty=row.id, incident=row.incident, exc_info=error)
        await duties.put_off(row.id, row.next_at, later)
        await setbacks.record("duty", _subject(row), error, self._clock.now())
        self._failing.add(row.id)
        return [(row.incident, row.id, to_ms(later))]


def _subject(row: duties.DueRow) -> str:
    return f"{row.kind} {row.id} #{row.incident}"
