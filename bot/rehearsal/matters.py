"""What the simulated staff know of an incident, and what a person can do about it now."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.rehearsal.behaviour import Action
from handlers.rules.incident.case import Case
from handlers.rules.incident.chain import plan_lacking, publishable_draft
from handlers.rules.incident.closing import public_lack
from handlers.rules.incident.duties import STAND, TRACK, UNTIL_CALM
from handlers.rules.incident.result_publication import owes_the_public
from handlers.rules.incident.signers import may_decide
from handlers.rules.incident.watching import looks_since, may_meet
from handlers.rules.people.institution import Person
from storage import reports

NEARLY = timedelta(hours=5)
"""How long before it is due people look at a matter."""
WRITTEN_REPORTS: dict[str, Action] = {
    "reported": "report", "followed up": "follow up", "tracked": "follow up", "circulated": "circulate",
    "summarised": "summarise",
}  # fmt: skip


class Appointment(NamedTuple):
    """A person will take an action on a matter at a time (UTC)."""

    at: datetime
    person: Person
    number: int
    action: Action


@dataclass(slots=True)
class KnownMatter:
    """What the staff know of an incident.

    `worker` works on it, `departments` are the suggested ones, `busy` has a person with an appointment for it, `tried`
    what was said at which version of it. `checking` if the bot asked whether its answer still stands. Dishonest people
    have `tempted` with the action in place of which they tried a sham; those who `left` it do nothing more.
    """

    case: Case
    worker: Person | None = None
    departments: tuple[str, ...] = ()
    busy: set[str] = field(default_factory=set)
    tried: set[tuple[str, Action | None, int]] = field(default_factory=set)
    tempted: set[tuple[str, Action]] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    extension_asked: bool = False
    checking: bool = False
    looking: bool = False


def next_action(case: Case, person: Person, *, extends: bool, checking: bool, looking: bool = False) -> Action | None:
    """Return the person's next action; None if there is none.

    `extends` if an extension is still to be asked for, `checking` if the bot asked whether the answer still stands,
    `looking` if the next look is nearly due.
    """
    if checking and case.open_duty(STAND) and case.belongs(person, "office", "officer"):
        return "stand"
    if _may_calm(case, person):
        return "calm"
    if case.incident.stage != "assigned" and (report := _owed_report(case, person, looking=looking)):
        return report
    if case.incident.stage in reports.ENDED_STAGES:
        return "publish" if owes_the_public(case) and case.belongs(person, "office", "officer") else None
    return _leaders_action(case, person) or _departments_action(case, person, extends)


def _leaders_action(case: Case, person: Person) -> Action | None:
    if any(may_decide(case, request, person) for request in case.pending()):
        return "decide"
    if person.has("leader", "chief") and _owes(case, "instructed"):
        return "instruct"
    return None


def _departments_action(case: Case, person: Person, extends: bool) -> Action | None:
    """Return what brings the matter on: giving it to a department, then what that department does."""
    if case.incident.department is None:
        return "assign" if person.has("office", "officer", "leader", "chief") else None
    if case.pending("reply") or case.pending("plan") or not case.belongs(person, "office", "officer"):
        return None
    if case.incident.stage == "assigned" and case.belongs(person):
        return "acknowledge"
    return _next_work(case, extends)


def _may_calm(case: Case, person: Person) -> bool:
    """Return whether the person states that the matter, which has ended and was looked at, has calmed."""
    rule, resolved = case.regime.calm, case.incident.resolved_at
    if rule is None or resolved is None or case.open_duty(TRACK) is None or case.incident.stage != "resolved":
        return False
    since = case.incident.replied_at or case.incident.found_at
    return person.has(*rule.by) and person.department is None and looks_since(case, since) >= max(rule.looks, 1)


def _owes_it(case: Case, owner: str, person: Person) -> bool:
    return case.belongs(person) if owner == "department" else may_meet(case, owner, person)


def _owed_report(case: Case, person: Person, *, looking: bool) -> Action | None:
    """Return the report that the person owes: to the superiors, a follow-up, a look, a bulletin, or the summary."""
    for duty in case.duties:
        rule = case.regime.rule(duty.kind, case.incident.tier) if duty.state == "open" else None
        if duty.kind in UNTIL_CALM and not looking:
            continue
        if rule and rule.met_by in WRITTEN_REPORTS and _owes_it(case, duty.owner, person):
            return WRITTEN_REPORTS[rule.met_by]
    return None


def _owes(case: Case, event: str) -> bool:
    """Return whether an open duty is met by an event of this kind."""
    rules = (case.regime.rule(duty.kind, case.incident.tier) for duty in case.duties if duty.state == "open")
    return any(rule is not None and rule.met_by == event for rule in rules)


def _next_work(case: Case, extends: bool) -> Action | None:
    """Return what the department does next: answer with a date, keep it in public, and close the matter."""
    if plan_lacking(case):
        return "plan"
    approved = publishable_draft(case)
    if approved is not None and (case.incident.replied_at is None or case.incident.answer != approved.text):
        return "publish"
    if case.incident.replied_at is None:
        return "draft"
    if extends:
        return "extend"
    if public_lack(case):
        return "answer"
    return None if case.pending("remedy") else "resolve"


def is_look_near(case: Case, now: datetime) -> bool:
    """Return whether a look at the matter, or a bulletin of it, is nearly due."""
    return any(one.kind in UNTIL_CALM and one.state == "open" and one.due_at - now < NEARLY for one in case.duties)


def due_at(case: Case, *kinds: str) -> datetime | None:
    """Return the earliest due time of the open duties to the public, of these kinds if any are named."""
    owed = (duty for duty in case.duties if duty.state == "open" and duty.kind != "acknowledge")
    return min((duty.due_at for duty in owed if not kinds or duty.kind in kinds), default=None)
