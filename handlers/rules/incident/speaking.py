"""Who answers the press when a spokesman is named for a matter, or two matters become one."""

from collections.abc import Collection
from typing import NamedTuple

from msgspec.structs import replace

from handlers.rules.incident.case import AuditEvent, Case, Decision, PassedDuty
from handlers.rules.incident.duties import INQUIRY
from handlers.rules.incident.handling import SPOKESMAN
from handlers.rules.incident.inquiries import open_inquiries, owed_by
from handlers.rules.people import recusal


class Speaking(NamedTuple):
    """Who speaks for two matters that become one: the spokesman (id), and the one who no longer is it.

    `kept` if the spokesman is the merged matter's.
    """

    spokesman: str | None = None
    instead_of: str | None = None
    kept: bool = False


def speaking(case: Case, about: Collection[str], own: str | None, theirs: str | None) -> Speaking:
    """Return who speaks for a matter into which another is merged, whose spokesman is `theirs`.

    Its `own` spokesman does; the other's if it has none and the matter is not `about` them.
    """
    if own:
        return Speaking(own, theirs if theirs != own else None)
    person = case.institution.person(theirs) if theirs else None
    if person is None or recusal.concerned(person, about):
        return Speaking()
    return Speaking(person.id, kept=True)


def spoken_for(case: Case, decision: Decision, matter: int, who: Speaking) -> Decision:
    """Return the decision that merges a `matter` into this one, with the press answered by who speaks for both.

    What this one owes the press goes over to the merged matter's spokesman if that is who speaks from now on.
    """
    owner = owed_by(who.spokesman)
    opened = tuple(replace(one, owner=owner) if one.kind == INQUIRY else one for one in decision.opened)
    decision = replace(decision, opened=opened)
    if not who.kept or who.spokesman is None:
        return decision
    event = AuditEvent(SPOKESMAN, {"person": who.spokesman, "from": matter})
    return taken_on(case, replace(decision, events=(*decision.events, event)), who.spokesman)


def taken_on(case: Case, decision: Decision, spokesman: str) -> Decision:
    """Return the decision that names a spokesman, with every answer that is still owed to the press owed by them.

    What is due stays due then. What has run over stays one overrun, booked to who owed it when it was due.
    """
    owner = owed_by(spokesman)
    others = (PassedDuty(duty.id, owner) for duty in open_inquiries(case) if duty.owner != owner)
    return replace(decision, passed=(*decision.passed, *others))
