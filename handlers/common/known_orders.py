"""Refuse a document that is on record already: the same order that came twice is one matter."""

from handlers.common.context import Context
from handlers.rules.incident.orders import SuperiorOrder
from handlers.rules.refusal import Refusal
from storage import handed_down


async def must_be_new(context: Context, order: SuperiorOrder) -> None:
    """Raise Refusal that names the matter which the order's document has handed down already."""
    number = await handed_down.incident_of(order.fingerprint) if order.fingerprint else None
    if number is None:
        return
    case = await context.case(number)
    while case.incident.merged_into:
        case = await context.case(case.incident.merged_into)
    raise Refusal("hand_down.known", case=case, order=order)
