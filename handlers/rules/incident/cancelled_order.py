"""Take a superior's order off a matter with which it was recorded by mistake: nothing is owed for it there any more."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from handlers.rules.incident.back_reports import orders
from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.permissions import permit
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal

ORDERED, CANCELLED = "handed down", "order cancelled"
"""Kinds of the events that record an order, and that it belongs to another matter."""
SHORTEST = 4


class RecordedOrder(NamedTuple):
    """An order by its body and its document, and the duty (its id) to report it back."""

    body: str
    document: str | None
    duty: int


def order_of(case: Case, actor: Person, recorded: Sequence[Mapping[str, Any]], reason: str) -> RecordedOrder:
    """Return the actor's latest order that still waits for its report back. `recorded` are the orders' audit lines."""
    permit(case, actor, "hand_down")
    waiting = {(duty.reckoning.get("body"), duty.reckoning.get("document")): duty.id for duty in orders(case)}
    open_lines = [one for one in recorded if (one["data"]["body"], one["data"].get("document")) in waiting]
    if not open_lines:
        raise Refusal("hand_down.none_recorded", case=case)
    selves = {one.id for one in case.selves(actor)}
    own = [one for one in open_lines if one["actor"] in selves]
    if not own:
        raise Refusal("hand_down.not_recorder", case=case, by=open_lines[-1]["actor"])
    if len(reason) < SHORTEST:
        raise Refusal("hand_down.why_cancelled", case=case)
    body, document = own[-1]["data"]["body"], own[-1]["data"].get("document")
    return RecordedOrder(body, document, waiting[body, document])


def cancel_order(case: Case, order: RecordedOrder, rows: Sequence[Mapping[str, Any]], reason: str) -> Decision:
    """Record that an order belongs to another matter. `rows` are the matter's documents; tier and own limits stay."""
    released = [row["id"] for row in rows if (row["body"], row["document"]) == (order.body, order.document)][-1:]
    alone = all(duty.id == order.duty for duty in orders(case))
    return Decision(
        events=(AuditEvent(CANCELLED, {"body": order.body, "document": order.document, "reason": reason}),),
        changes={"origin": "found", "origin_body": None} if alone else {},
        waived=(order.duty,),
        released=tuple(released),
    )
