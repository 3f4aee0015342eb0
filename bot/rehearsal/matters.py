"""What the staff of a rehearsal know of an incident, and what is each one's to do about it now."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from bot.rehearsal.behaviour import Deed
from handlers.rules.incident.approval import may_decide
from handlers.rules.incident.case import Case
from handlers.rules.people.institution import Person
from storage import reports

PAPERS: dict[str, Deed] = {"reported": "report", "followed up": "follow up", "summarised": "summarise"}


class Appointment(NamedTuple):
    """Somebody will deal with a matter at a moment (UTC)."""

    at: datetime
    person: Person
    number: int
    deed: Deed


@dataclass(slots=True)
class KnownMatter:
    """What the staff know of an incident: how it stands, who works on it, who has set a time for it, what was tried."""

    case: Case
    worker: Person | None = None
    departments: tuple[str, ...] = ()
    busy: set[str] = field(default_factory=set)
    tried: set[tuple[str, Deed | None, int]] = field(default_factory=set)
    extension_asked: bool = False


def deed_of(case: Case, person: Person, waits: bool) -> Deed | None:
    """What the person can do now; None if nothing is theirs. `waits` says that an extension is still to be asked."""
    if case.belongs(person) and case.incident.stage != "assigned" and (paper := _paper(case)):
        return paper
    if case.incident.stage in reports.ENDED_STAGES:
        return None
    if any(may_decide(case, request, person) for request in case.pending()):
        return "decide"
    if person.has("leader", "chief") and _met_by(case, "instructed"):
        return "instruct"
    if case.incident.department is None:
        return "assign" if person.has("office", "officer", "leader", "chief") else None
    if case.pending("reply") or not case.belongs(person, "office", "officer"):
        return None
    if case.incident.stage == "assigned" and case.belongs(person):
        return "acknowledge"
    return _work(case, waits)


def _paper(case: Case) -> Deed | None:
    """What is owed in writing within the house: a report upwards, news, the summary."""
    for duty in case.duties:
        rule = case.regime.rule(duty.kind, case.incident.tier) if duty.state == "open" else None
        if rule and rule.met_by in PAPERS:
            return PAPERS[rule.met_by]
    return None


def _met_by(case: Case, word: str) -> bool:
    """Whether something is owed that this word meets."""
    rules = (case.regime.rule(duty.kind, case.incident.tier) for duty in case.duties if duty.state == "open")
    return any(rule is not None and rule.met_by == word for rule in rules)


def _work(case: Case, waits: bool) -> Deed:
    if case.incident.replied_at is None:
        return "publish" if case.approved_draft() else "draft"
    return "extend" if waits else "resolve"


def due_at(case: Case, *kinds: str) -> datetime | None:
    """When the first of what is owed to the public would be late."""
    owed = (duty for duty in case.duties if duty.state == "open" and duty.kind != "acknowledge")
    return min((duty.due_at for duty in owed if not kinds or duty.kind in kinds), default=None)
