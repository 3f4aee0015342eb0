"""From due rows to reminders: decided by the rules in batches, one commit each. The row decides, never a timer."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.metrics import Metrics
from handlers.commands import escalate
from handlers.common import shift_swap
from handlers.common.office import Office
from handlers.common.on_duty import on_watch
from handlers.rules.incident.duties import CALM
from handlers.timed import handover, overdue
from storage import duties, shift_swaps
from storage.database.database import FAULTS
from storage.tables import to_ms

log = structlog.get_logger(__name__)
PUT_OFF = timedelta(hours=1)
NextSteps = list[tuple[int, int, int]]
"""Steps to arm, as (incident, duty, due in ms)."""


class DueSteps:
    def __init__(self, office: Office, clock: Clock, metrics: Metrics) -> None:
        self._office = office
        self._clock = clock
        self._metrics = metrics
        self._policies: dict[int, str] = {}  # frozen regimes never change

    async def fire(self, rows: Sequence[duties.DueRow]) -> NextSteps:
        """Takes each row's step, if nobody else has; the steps to arm next."""
        now = self._clock.now()
        armed: NextSteps = []
        reminded = []
        for row in rows:
            done = await self._apart(row)
            armed += done or []
            reminded += [row] if done is None else []
        return [*armed, *await self._remind(reminded, now)] if reminded else armed

    async def _remind(self, rows: Sequence[duties.DueRow], now: datetime) -> NextSteps:
        facts = overdue.ReminderFacts(
            await duties.signatures(row.incident for row in rows), await self._policies_of(rows)
        )
        try:
            reminders = overdue.decide(rows, facts, await on_watch(self._office, now), now)
        except Exception:
            return await self._one_by_one(rows)
        fired = await duties.fire(reminders.steps, reminders.outgoing, now)
        self._metrics.fired.inc(len(fired.taken))
        self._metrics.lateness.observe(max((now - rows[0].next_at).total_seconds(), 0))
        return fired.armed

    async def _apart(self, row: duties.DueRow) -> NextSteps | None:
        """The same as `_by_itself`; what cannot be done stops none of the others."""
        try:
            return await self._by_itself(row)
        except FAULTS:
            raise
        except Exception:
            return await self._put_off(row)

    async def _by_itself(self, row: duties.DueRow) -> NextSteps | None:
        """The steps to arm after what is no reminder: a matter that rises, a change of shifts, a swap; else None."""
        now = self._clock.now()
        if row.kind == handover.HANDOVER:
            await handover.on_due(self._office, row.id, row.next_at, row.person or "", row.due_at, now)
            return []
        if row.kind == shift_swaps.KIND:
            return await shift_swap.on_due(self._office, row.id, row.next_at, row.person or "", now)
        return [] if row.kind == CALM and await self._rises(row) else None

    async def _rises(self, row: duties.DueRow) -> bool:
        """A matter that has not calmed in time rises instead of being reminded of."""
        now = self._clock.now()
        return row.due_at <= now and await escalate.on_due(self._office, row.incident, now)

    async def _policies_of(self, rows: Sequence[duties.DueRow]) -> Mapping[int, str]:
        lacking = {row.policy for row in rows if not row.routine} - self._policies.keys()
        if lacking:
            self._policies |= await duties.policies(lacking)
        return self._policies

    async def _one_by_one(self, rows: Sequence[duties.DueRow]) -> NextSteps:
        """One row that cannot be decided does not stop the others: it is put off, and the fault is on record."""
        if len(rows) > 1:
            return [step for row in rows for step in await self.fire([row])]
        return await self._put_off(rows[0])

    async def _put_off(self, row: duties.DueRow) -> NextSteps:
        later = self._clock.now() + PUT_OFF
        log.exception("a duty could not be decided and is put off", duty=row.id, incident=row.incident)
        await duties.put_off(row.id, later)
        return [(row.incident, row.id, to_ms(later))]
