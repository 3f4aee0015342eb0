"""What is owed next in a matter once a decision is made, and the event that would meet it."""

from datetime import datetime

from msgspec import Struct

from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.chain import plan_lacking, publishable_draft
from handlers.rules.incident.duties import waits_for_signature
from handlers.rules.incident.reminding import waits_for


class OwedDuty(Struct, frozen=True):
    """A duty that is owed: its kind, by whom, and when it is due (UTC)."""

    kind: str
    owner: str
    due_at: datetime


class NextDuty(Struct, frozen=True):
    """The duty of the department that is due first: the event that meets it, and whether it waits for a signature."""

    kind: str
    event: str
    signing: bool
    approved: bool


def owed_after(case: Case, decision: Decision) -> tuple[OwedDuty, ...]:
    """Return what is owed once the decision is made, the earliest due first."""
    over = {*decision.met, *decision.waived}
    moved = {one.id: one.due.at for one in decision.moved}
    standing = [
        OwedDuty(duty.kind, duty.owner, moved.get(duty.id, duty.due_at))
        for duty in case.duties
        if duty.state == "open" and duty.id not in over
    ]
    opened = [OwedDuty(duty.kind, duty.owner, duty.due.at) for duty in decision.opened]
    return tuple(sorted((*standing, *opened), key=lambda duty: duty.due_at))


def next_duty(case: Case, decision: Decision) -> NextDuty | None:
    """Return what the department owes first once the decision is made; None if it owes nothing."""
    own = (duty for duty in owed_after(case, decision) if waits_for_signature(duty.owner, duty.kind))
    first = next(own, None)
    if first is None:
        return None
    rule = case.regime.rule(first.kind, case.incident.tier)
    event = rule.met_by if rule else first.kind
    decided = {change.id for change in decision.decided}
    pending = {request.kind for request in case.pending() if request.id not in decided}
    signing = waits_for(first.kind, event, pending, case.regime) is not None
    if event == "published" and plan_lacking(case):
        event = "planned"
    return NextDuty(first.kind, event, signing, publishable_draft(case) is not None)
