"""Reminders of what is owed by the calendar: check-ins and reports that have not come, and empty places of a roster."""

from collections.abc import Sequence
from datetime import datetime

from handlers.common.office import Office
from handlers.rules.people.institution import Person
from handlers.rules.regime.ladder import Ladder, LadderStep
from handlers.rules.regime.listeners import listening
from handlers.rules.regime.roster_ladders import empty_place
from handlers.rules.regime.routines import sites_of
from handlers.timed import handover
from storage.duties import DueRow


def ladder(row: DueRow, office: Office) -> Ladder:
    """Return the ladder of a routine duty."""
    calendar = office.institution.calendar
    if row.kind == handover.EMPTY:
        return empty_place(office.regime, calendar, row.started_at, row.due_at)
    return Ladder(office.regime, "general", calendar, row.started_at, row.due_at)


def listeners(row: DueRow, step: LadderStep, office: Office) -> tuple[Person, ...]:
    """Return who is reminded: the owner, or who is called for the role that owes it, and the listeners of the step."""
    person = office.institution.person(row.person or "")
    role = "office" if row.kind == handover.EMPTY else row.person or "officer"
    owners = office.institution.present((person,)) if person else office.institution.called(role)
    others = listening(office.institution, [one for one in step.tell if one != "owner"], None)
    return tuple(dict.fromkeys((*owners, *others))) if "owner" in step.tell else others


def text(row: DueRow, step: LadderStep, people: Sequence[Person], office: Office, now: datetime) -> str:
    """Return the reminder's text."""
    facts = {"due": row.due_at, "now": now, "people": people}
    if row.kind == handover.EMPTY:
        name = row.person if row.person in [one.name for one in office.rosters] else ""
        return office.texts.say("roster.empty", name=name, **facts)
    sites = sites_of(office.regime, office.institution, row.kind, row.person or "", row.due_at)
    return office.texts.say("check_in.remind", kind=row.kind, sites=sites, bulletin="bulletin" in step.tell, **facts)
