"""What a rise takes from the signatures of a unit: a matter that is more than general is for a leader of the office.

What the head of the unit signed of a text that still waits no longer counts then, and nobody waits for the head.
"""

from collections.abc import Sequence

from msgspec import structs
from msgspec.structs import replace

from handlers.rules.incident.case import AuditEvent, Case, Decision, RequestRow
from handlers.rules.incident.chain_steps import ChainStep, GivenSignature
from handlers.rules.incident.signers import holder_waiting, may_decide

VOID = "signature void"
"""Kind of the event that records signatures which no longer count; `by` tells who gave them."""


def without_units(case: Case, steps: Sequence[ChainStep]) -> tuple[ChainStep, ...]:
    """Return the steps without what people of units signed, in a matter that is more than general by now."""
    if case.incident.tier == "general" or not case.institution.units:
        return tuple(steps)
    return tuple(structs.replace(step, given=tuple(one for one in step.given if _counts(case, one))) for step in steps)


def _counts(case: Case, given: GivenSignature) -> bool:
    person = case.institution.person(given.giver or given.by)
    return person is None or case.institution.unit_of(person) is None


def voided(request: RequestRow, before: Sequence[ChainStep], after: Sequence[ChainStep]) -> tuple[AuditEvent, ...]:
    """Return the record of the signatures that stand in a request's steps `before` and not `after`."""
    kept = {step.id: step.given for step in after}
    gone = [one.by for step in before for one in step.given if one not in kept.get(step.id, ())]
    return (AuditEvent(VOID, {"request": request.id, "kind": request.kind, "by": gone}),) if gone else ()


def held_by_who_signs(case: Case, then: Case, decision: Decision) -> Decision:
    """Return the decision with the matter held by who signs what waits `then`, if its holder may sign none of it."""
    waiting, holder = then.pending(), case.incident.holder
    person = case.institution.person(holder.removeprefix("approver:")) if holder.startswith("approver:") else None
    if person is None or not waiting or any(may_decide(then, one, person) for one in waiting):
        return decision
    return replace(decision, changes={**decision.changes, "holder": holder_waiting(then, waiting)})
