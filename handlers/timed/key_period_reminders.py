"""Reminders of open duties, when a key period is set or ended: at night where it has no quiet hours, else by day."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from handlers.common.office import Office
from handlers.rules.regime.ladder import Ladder
from handlers.rules.regime.regime import Regime, thaw
from handlers.rules.time.calendar import Calendar
from storage import duties, key_periods
from storage.duties import DueRow, Step

NO_LADDER = ("handover", "shift", "swap", "stand", "calm", key_periods.KIND)
"""Kinds of duties whose next step is not that of the regime's ladder alone."""
FAR = datetime(9999, 1, 1, tzinfo=UTC)
PAGE = 256


async def recount(office: Office, now: datetime) -> list[tuple[int, int, int]]:
    """Move the next steps that were counted under other key periods; return the steps to schedule.

    A step that something else has moved stays. `office` knows the key periods of now.
    """
    calendar = office.institution.calendar
    earlier = [replace(calendar, wakeful=()), replace(calendar, wakeful=await _as_they_were_set())]
    armed: list[tuple[int, int, int]] = []
    async for page in duties.pending(PAGE):
        rows = [row for row in await duties.due([duty for _, duty, _ in page], FAR) if row.kind not in NO_LADDER]
        regimes = await _regimes(rows)
        steps = [step for row in rows if (step := _moved(row, _regime(row, regimes, office), calendar, earlier, now))]
        if steps:
            armed += (await duties.fire(steps, (), now)).armed
        await asyncio.sleep(0)  # so that others have their turn
    return armed


async def _as_they_were_set() -> tuple[tuple[datetime, datetime], ...]:
    """Return the spans of the key periods, also of those that were ended before their end."""
    return tuple((row.since, row.until) for row in await key_periods.every())


async def _regimes(rows: Sequence[DueRow]) -> dict[int, Regime]:
    bodies = await duties.policies({row.policy for row in rows if not row.routine})
    return {policy: thaw(body) for policy, body in bodies.items()}


def _regime(row: DueRow, regimes: dict[int, Regime], office: Office) -> Regime:
    return office.regime if row.routine else regimes[row.policy]


def _moved(row: DueRow, regime: Regime, calendar: Calendar, earlier: Sequence[Calendar], now: datetime) -> Step | None:
    """Return the move of a duty's next step; None if it stays, or is no step of the ladder."""
    wanted = _next(row, regime, calendar)
    if wanted is None or wanted == row.next_at:
        return None
    if all(_next(row, regime, one) != row.next_at for one in earlier):
        return None
    return Step(row.id, row.incident, row.next_at, row.rung, max(wanted, now), (), (), sounds=False)


def _next(row: DueRow, regime: Regime, calendar: Calendar) -> datetime | None:
    tier = "general" if row.routine else row.tier
    return Ladder(regime, tier, calendar, row.started_at, row.due_at).next_at(row.rung)
