"""Open the check-ins and reports that the regime asks for as duties, a day ahead."""

from datetime import datetime

from handlers.common.key_periods import with_key_periods
from handlers.common.office import Office
from handlers.rules.regime.ladder import Ladder
from handlers.rules.regime.routines import Slot, slots
from handlers.rules.time.calendar import ONE_DAY
from handlers.timed import handover
from storage import routines


async def open_days(office: Office, now: datetime) -> list[tuple[int, int, int]]:
    """Open today's and tomorrow's duties, mark those due before yesterday as missed; return the steps to schedule."""
    if not (office.regime.routine or office.regime.key_period.routine or office.rosters):
        return []
    office = await with_key_periods(office, now)
    today = now.astimezone(office.institution.zone).date()
    await routines.missed(office.institution.calendar.start_of(today - ONE_DAY), now)
    shifts = await handover.slots(office, now)
    wanted = [slot for day in (today, today + ONE_DAY) for slot in slots(office.regime, office.institution, day)]
    owed = [(slot, _first(office, slot)) for slot in wanted if slot.due_at > now]
    return await routines.open_slots([*owed, *shifts])


def _first(office: Office, slot: Slot) -> datetime | None:
    return Ladder(office.regime, "general", office.institution.calendar, slot.opens, slot.due_at).first_at()
