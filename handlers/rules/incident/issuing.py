"""A case is issued to the units (印发), and each says that it has read it (已阅)."""

from datetime import datetime

from handlers.rules.incident.case import AuditEvent, Case, Decision, NewDuty
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import READ, met
from handlers.rules.incident.permissions import permit
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.ladder import Ladder
from handlers.rules.time.periods import parse

ISSUED, HAS_READ = "issued case", "case read"
_DEPARTMENT = "department:"


def issue(case: Case, actor: Person, text: str, now: datetime) -> Decision:
    """Issue a matter that has ended to every department that is not suspended, each of which owes to have read it.

    What is about people or departments of ours is issued to nobody: it was routed past them.
    """
    permit(case, actor, "issue")
    if case.incident.stage != "resolved":
        raise Refusal("issue.open", case=case)
    if case.incident.about:
        raise Refusal("issue.about", case=case)
    if any(duty.kind == READ and duty.state in ("open", "met") for duty in case.duties):
        raise Refusal("issue.already", case=case)
    due = count(case.regime, case.institution, parse(case.regime.after.read_within), now)
    first = Ladder(case.regime, case.incident.tier, case.institution.calendar, now, due.at).first_at()
    names, left_out = _readers(case)
    if not names:
        raise Refusal("issue.nobody", case=case)
    event = AuditEvent(ISSUED, {"departments": names, "text": text, "left_out": left_out})
    opened = tuple(NewDuty(READ, f"{_DEPARTMENT}{name}", now, due, first) for name in names)
    return Decision(events=(event,), met=met(case, "issued"), opened=opened)


def _readers(case: Case) -> tuple[list[str], list[str]]:
    """Return the departments that get a case to read, and the units that are left out as suspended."""
    every = [one for one in case.institution.departments if case.institution.liaisons(one.name)]
    return [one.name for one in every if not one.suspended], [one.name for one in every if one.suspended]


def has_read(case: Case, actor: Person) -> Decision:
    """Record that the actor's department has read the case. Refusal if it was not asked to, or has already."""
    own = [one.department for one in case.reporting_selves(actor) if one.department]
    duties = [duty for duty in case.duties if duty.kind == READ and duty.owner.removeprefix(_DEPARTMENT) in own]
    still = tuple(duty.id for duty in duties if duty.state == "open")
    if not duties:
        raise Refusal("case_read.not_asked", case=case)
    if not still:
        raise Refusal("case_read.already", case=case)
    return Decision(events=(AuditEvent(HAS_READ, {"departments": own}),), met=still)


def unread(case: Case) -> tuple[str, ...]:
    """Return the departments that have not read the case yet."""
    return tuple(
        duty.owner.removeprefix(_DEPARTMENT) for duty in case.duties if duty.kind == READ and duty.state == "open"
    )
