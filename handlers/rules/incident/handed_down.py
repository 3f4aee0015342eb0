"""What a superior has handed down (交办): its own limit is a duty of the desk, which reports the result back.

It never lengthens a limit of the institution's own, and stands until the result is reported, whatever becomes of the
matter. Each decision takes the case, the actor and `now` (aware), and raises `Refusal` if it is not allowed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from handlers.rules.incident.back_reports import orders
from handlers.rules.incident.case import OPEN_STAGES, AuditEvent, Case, Decision, NewDuty, NewOrder
from handlers.rules.incident.counted import count, same_day
from handlers.rules.incident.duties import SUPERIOR, move
from handlers.rules.incident.escalation import raised
from handlers.rules.incident.orders import OrderLimit, SuperiorOrder
from handlers.rules.incident.permissions import DESK_ROLES, LEADERS, permit
from handlers.rules.people.institution import Institution, Person
from handlers.rules.posts.origins import Origin
from handlers.rules.refusal import Refusal
from handlers.rules.regime.ladder import Ladder
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import Tier
from handlers.rules.regime.tiers import by_superior
from handlers.rules.time.deadline_trace import Ending
from handlers.rules.time.periods import Due, Period

HANDED: Origin = "handed"
"""The origin of what a superior handed down."""


def may_hand_down(actor: Person) -> None:
    """Raise Refusal if the person may not open a matter as handed down."""
    if not actor.has(*DESK_ROLES, *LEADERS):
        raise Refusal("hand_down.not_allowed", case=None)


def must_have_limit(case: Case | None, order: SuperiorOrder, now: datetime) -> None:
    """Raise Refusal if the order names no limit, or one that has passed."""
    if order.limit is None:
        raise Refusal("hand_down.no_limit", case=case, order=order)
    if not isinstance(order.limit, Period) and order.limit.at <= now:
        raise Refusal("hand_down.passed", case=case, order=order, at=order.limit.at)


def least_tier(order: SuperiorOrder, regime: Regime) -> Tier:
    """Return the tier that a matter has at least: some regimes make what a superior instructs critical."""
    return by_superior(regime) if order.body.kind == "superior" else "general"


def owed(order: SuperiorOrder, regime: Regime, institution: Institution, tier: str, now: datetime) -> NewDuty:
    """Return the duty to report the result back by the order's limit."""
    if order.limit is None:
        raise ValueError("an order without a limit")
    due = limit_due(order.limit, regime, institution, now)
    due = replace(due, trace=replace(due.trace, body=order.body.name, document=order.document))
    return NewDuty(SUPERIOR, "desk", now, due, Ladder(regime, tier, institution.calendar, now, due.at).first_at())


def limit_due(limit: OrderLimit, regime: Regime, institution: Institution, now: datetime) -> Due:
    """Return when a limit is that an order sets, with its trace."""
    if isinstance(limit, Period):
        return count(regime, institution, limit, now)
    calendar = institution.calendar
    last_day = calendar.day_ending(limit.at)
    ending: Ending = "midnight" if limit.at == calendar.end_of(last_day) else "clock"
    trace = count(regime, institution, same_day(), now).trace.given(limit.text, now, limit.at, last_day, ending)
    return Due(limit.at, limit.provisional, trace)


def record(order: SuperiorOrder) -> tuple[AuditEvent, NewOrder]:
    """Return what is recorded of an order: the event, and its document."""
    facts = {"body": order.body.name, "document": order.document, "limit": order.said, "text": order.words}
    return AuditEvent("handed down", facts), NewOrder(order.body.name, order.document, order.fingerprint)


def columns(order: SuperiorOrder) -> Mapping[str, Any]:
    return {"origin": HANDED, "origin_body": order.body.name}


def hand_down(case: Case, actor: Person, order: SuperiorOrder, now: datetime) -> Decision:
    """Mark a matter as handed down, open or resolved: the result is owed to the body by its limit."""
    permit(case, actor, "hand_down")
    if case.incident.stage not in (*OPEN_STAGES, "resolved"):
        raise Refusal("hand_down.ended", case=case)
    must_have_limit(case, order, now)
    event, document = record(order)
    duty = owed(order, case.regime, case.institution, case.incident.tier, now)
    if case.incident.stage in OPEN_STAGES:
        decision = raised(case, least_tier(order, case.regime), now, event, columns(order))
    else:
        decision = Decision(events=(event,), changes=columns(order))
    return replace(decision, opened=(*decision.opened, duty), ordered=(document,))


def put_off(case: Case, actor: Person, order: SuperiorOrder, files: int, now: datetime) -> Decision:
    """Put the limit off because the body agreed, which a document number or a file (`files`: how many) shows."""
    permit(case, actor, "hand_down")
    must_have_limit(case, order, now)
    standing = [duty for duty in orders(case) if duty.reckoning.get("body") == order.body.name]
    if not standing:
        raise Refusal("hand_down.not_owed", case=case, order=order)
    if not (order.document or files):
        raise Refusal("hand_down.proof", case=case, order=order)
    due = owed(order, case.regime, case.institution, case.incident.tier, now).due
    first = min(standing, key=lambda duty: duty.due_at)
    if due.at <= first.due_at:
        raise Refusal("hand_down.no_later", case=case, order=order, due=first.due_at)
    due = replace(due, trace=replace(due.trace, document=first.reckoning.get("document") or order.document))
    event = AuditEvent("limit put off", {"body": order.body.name, "document": order.document, "text": order.words})
    return Decision(events=(event,), moved=(move(case, first.id, due, now),))
