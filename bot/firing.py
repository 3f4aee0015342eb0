"""From due rows to reminders: decided by the rules in batches, one commit each. The row decides, never a timer."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.metrics import Metrics
from handlers import escalate, handover, overdue
from handlers.office import Office
from handlers.rules.duties import CALM
from handlers.watch import on_watch
from storage import duties
from storage.tables import to_ms

log = structlog.get_logger(__name__)
PUT_OFF = timedelta(hours=1)
Steps = list[tuple[int, int, int]]
"""Steps to arm, as (incident, duty, due in ms)."""


class Firing:
    def __init__(self, office: Office, clock: Clock, metrics: Metrics) -> None:
        self._office = office
        self._clock = clock
        self._metrics = metrics
        self._policies: dict[int, str] = {}  # frozen regimes never change

    async def fire(self, rows: Sequence[duties.DueRow]) -> Steps:
        """Takes each row's step, if nobody else has; the steps to arm next."""
        now = self._clock.now()
        rows = [row for row in rows if not await self._by_itself(row)]
        if not rows:
            return []
        facts = overdue.Facts(await duties.signatures(row.incident for row in rows), await self._policies_of(rows))
        try:
            reminders = overdue.decide(rows, facts, await on_watch(self._office, now), now)
        except Exception:
            return await self._one_by_one(rows)
        fired = await duties.fire(reminders.steps, reminders.letters, now)
        self._metrics.fired.inc(len(fired.taken))
        self._metrics.lateness.observe(max((now - rows[0].next_at).total_seconds(), 0))
        return fired.armed

    async def _by_itself(self, row: duties.DueRow) -> bool:
        """Whether the step is none to be reminded of: a matter that rises, a change of shifts."""
        if row.kind == handover.HANDOVER:
            return await handover.by_itself(self._office, row.id, row.next_at, row.due_at, self._clock.now())
        return row.kind == CALM and await self._rises(row)

    async def _rises(self, row: duties.DueRow) -> bool:
        """A matter that has not calmed in time rises instead of being reminded of."""
        now = self._clock.now()
        return row.due_at <= now and await escalate.by_itself(self._office, row.incident, now)

    async def _policies_of(self, rows: Sequence[duties.DueRow]) -> Mapping[int, str]:
        lacking = {row.policy for row in rows if not row.routine} - self._policies.keys()
        if lacking:
            self._policies |= await duties.policies(lacking)
        return self._policies

    async def _one_by_one(self, rows: Sequence[duties.DueRow]) -> Steps:
        """One row that cannot be decided does not stop the others: it is put off, and the fault is on record."""
        if len(rows) > 1:
            return [step for row in rows for step in await self.fire([row])]
        row, later = rows[0], self._clock.now() + PUT_OFF
        log.exception("a duty could not be decided and is put off", duty=row.id, incident=row.incident)
        await duties.put_off(row.id, later)
        return [(row.incident, row.id, to_ms(later))]
