"""The reason of a rejection that was given without one, by a button: it may follow in words."""

from handlers.rules.incident.case import AuditEvent, Case, Decision, RequestRow
from handlers.rules.incident.signers import may_decide
from handlers.rules.people.institution import Person


def rejected_without_reason(case: Case, actor: Person, kind: str | None) -> RequestRow | None:
    """Return the matter's last request if the actor rejected it and gave no reason; None if it is of another `kind`.

    None as well where a request waits for the actor's signature: then a no is about that one.
    """
    last = case.requests[-1] if case.requests else None
    if last is None or kind not in (None, last.kind):
        return None
    if any(may_decide(case.when_said, request, actor) for request in case.pending(kind)):
        return None
    return last if (last.state, last.decided_by, last.remark) == ("rejected", actor.id, None) else None


def give_reason(rejected: RequestRow, reason: str) -> Decision:
    """Record the reason of a rejection that was given without one."""
    return Decision(events=(AuditEvent("reason", {"request": rejected.id, "reason": reason}),))
