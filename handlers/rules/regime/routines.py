"""Routine duties, owed by the calendar and not by an incident: check-ins, daily reports, weekly and monthly ones."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from handlers.rules.people.institution import Institution
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import Routine
from handlers.rules.regime.site_readers import read_by
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.recurring import falls_on, is_monthly, of_month


class Slot(Struct, frozen=True):
    """One duty between `opens` and `due_at` (UTC) of `owner`: a person's id, or a role of which any person may act.

    `sites` are the names of what a patrol looks at.
    """

    kind: str
    owner: str
    opens: datetime
    due_at: datetime
    sites: tuple[str, ...] = ()


def slots(regime: Regime, institution: Institution, day: date) -> tuple[Slot, ...]:
    """Return what is owed on a local day, the earliest first; once what is owed twice at the same time."""
    found: dict[tuple[datetime, str, str], Slot] = {}
    owed = (slot for routine in regime.routine for slot in _slots(routine, institution, day))
    for slot in (*owed, *_of_key_periods(regime, institution, day)):
        key = (slot.due_at, slot.kind, slot.owner)
        found[key] = _both(found[key], slot) if key in found else slot
    return tuple(found[key] for key in sorted(found))


def key_slots(regime: Regime, institution: Institution, day: date) -> Iterator[Slot]:
    """Yield what would be owed besides on a local day that is in a key period."""
    for routine in regime.key_period.routine:
        yield from _slots(routine, institution, day)


def _of_key_periods(regime: Regime, institution: Institution, day: date) -> Iterator[Slot]:
    """Yield what is owed besides where its time is in a key period."""
    spans = institution.calendar.key_periods
    for slot in key_slots(regime, institution, day) if spans else ():
        if any(since <= slot.due_at <= until for since, until in spans):
            yield slot


def sites_of(regime: Regime, institution: Institution, kind: str, owner: str, due_at: datetime) -> tuple[str, ...]:
    """Return the names of what a slot's owner has to look at; none if the regime no longer names any."""
    owed = slots(regime, institution, institution.calendar.day_ending(due_at))
    return next((one.sites for one in owed if (one.kind, one.owner, one.due_at) == (kind, owner, due_at)), ())


def _both(one: Slot, other: Slot) -> Slot:
    """Return one slot for what is owed twice at the same time, with the sites of both."""
    sites = tuple(dict.fromkeys((*one.sites, *other.sites)))
    return Slot(one.kind, one.owner, one.opens, one.due_at, sites)


def _slots(routine: Routine, institution: Institution, day: date) -> Iterator[Slot]:
    calendar = institution.calendar
    if not _is_owed_on(routine.days, day, calendar):
        return
    opens = calendar.start_of(day)
    for due_at in _due_times(routine, day, calendar):
        for owner, sites in read_by(routine, institution).items():
            yield Slot(routine.kind, owner, opens, due_at, sites)
        opens = due_at


def _due_times(routine: Routine, day: date, calendar: Calendar) -> tuple[datetime, ...]:
    if routine.times is not None:
        return _spread(routine.times, tuple(calendar.hours(day)))
    clocks = routine.by
    return tuple(
        calendar.close_of(day) if text == "end of workday" else calendar.at(day, time.fromisoformat(text))
        for text in clocks
    )


def _spread(times: int, hours: tuple[tuple[datetime, datetime], ...]) -> tuple[datetime, ...]:
    """Return the ends of so many equal parts of these hours, to the minute; none without hours."""
    total = sum((closes - opens for opens, closes in hours), timedelta())
    return tuple(_after(total * part / times, hours) for part in range(1, times + 1)) if hours else ()


def _after(used: timedelta, hours: tuple[tuple[datetime, datetime], ...]) -> datetime:
    """Return the moment at which so much of these hours is over, rounded down to the minute."""
    for opens, closes in hours:
        if used <= closes - opens:
            return (opens + used).replace(second=0, microsecond=0)
        used -= closes - opens
    return hours[-1][1]


def _is_owed_on(days: str, day: date, calendar: Calendar) -> bool:
    """Return whether a routine is owed on a day; a monthly one on a day of rest moves to the working day before."""
    if is_monthly(days):
        return day == _working_before(of_month(days, day), calendar)
    return falls_on(days, day, calendar)


def _working_before(day: date, calendar: Calendar) -> date:
    first = day.replace(day=1)
    while day > first and not calendar.is_working(day):
        day -= timedelta(days=1)
    return day
