"""Routine duties, owed by the calendar and not by an incident: check-ins, daily reports, weekly and monthly ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handlers.rules.people.institution import Institution
from handlers.rules.regime.regime import Regime, Routine
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.recurring import falls_on


@dataclass(frozen=True, slots=True)
class Slot:
    """One duty between `opens` and `due_at` (UTC) of `owner`: a person's id, or a role of which any person may act."""

    kind: str
    owner: str
    opens: datetime
    due_at: datetime


def slots(regime: Regime, institution: Institution, day: date) -> tuple[Slot, ...]:
    """Return what is owed on a local day, the earliest first; once what is owed twice at the same time."""
    found: dict[tuple[datetime, str, str], Slot] = {}
    for routine in regime.routine:
        for slot in _slots(routine, institution, day):
            found.setdefault((slot.due_at, slot.kind, slot.owner), slot)
    return tuple(found[key] for key in sorted(found))


def _slots(routine: Routine, institution: Institution, day: date) -> Iterator[Slot]:
    calendar = institution.calendar
    if not _is_owed_on(routine.days, day, calendar):
        return
    opens = calendar.start_of(day)
    for text in routine.by:
        due_at = calendar.close_of(day) if text == "end of workday" else calendar.at(day, time.fromisoformat(text))
        for owner in _owners(routine, institution):
            yield Slot(routine.kind, owner, opens, due_at)
        opens = due_at


def _is_owed_on(days: str, day: date, calendar: Calendar) -> bool:
    """Return whether a routine is owed on a day; a monthly one on a day of rest moves to the working day before."""
    if days.isdigit():
        return day == _working_before(day.replace(day=int(days)), calendar)
    return falls_on(days, day, calendar)


def _working_before(day: date, calendar: Calendar) -> date:
    first = day.replace(day=1)
    while day > first and not calendar.is_working(day):
        day -= timedelta(days=1)
    return day


def _owners(routine: Routine, institution: Institution) -> tuple[str, ...]:
    if not routine.each:
        return (routine.owner,)
    return tuple(person.id for person in institution.with_role(routine.owner))
