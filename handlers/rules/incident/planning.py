"""A plan (处置方案): how a matter is to be handled, signed before a reply is drafted where the regime asks for it."""

from datetime import datetime

from handlers.rules.incident.approval import superseded
from handlers.rules.incident.asking import put_to_approval
from handlers.rules.incident.case import AuditEvent, Case, Decision, RequestRow, approver
from handlers.rules.incident.lifecycle import taking_on
from handlers.rules.incident.permissions import permit
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal


def plan(case: Case, actor: Person, text: str, now: datetime) -> Decision:
    """Put a plan of how the matter is handled before its signers, as the regime asks for one before a reply.

    A newer plan replaces an older one that still waits. It also acknowledges the matter.
    """
    case.must_be_open()
    permit(case, actor, "plan")
    if case.regime.plan is None:
        raise Refusal("plan.not_asked", case=case)
    if not text:
        raise Refusal("plan.empty", case=case)
    edition = len(plans(case)) + 1
    subject = {"edition": edition, "text": text, "department": case.incident.department}
    requested, signs = put_to_approval(case, "plan", actor, text, subject)
    decision = Decision(
        events=(AuditEvent("planned", {"edition": edition, "text": text}),),
        changes={"holder": approver(signs[0])},
        requested=requested,
        decided=superseded(case, "plan"),
    )
    return taking_on(case, actor, decision, now)


def plans(case: Case) -> tuple[RequestRow, ...]:
    """Return the plans of the present cycle that were put to approval, in order."""
    return tuple(one for one in case.requests if one.kind == "plan")
