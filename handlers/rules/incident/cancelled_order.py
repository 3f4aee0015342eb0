"""Take a superior's order off a matter with which it was recorded by mistake: nothing is owed for it there any more."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from handlers.rules.incident.back_reports import orders
from handlers.rules.incident.case import AuditEvent, Case, Decision, DutyRow
from handlers.rules.incident.orders import body_before, document_in, fingerprint
from handlers.rules.incident.permissions import permit
from handlers.rules.language.letters import letters
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal

ORDERED, CANCELLED = "handed down", "order cancelled"
"""Kinds of the events that record an order, and that it belongs to another matter."""
SHORTEST = 4


class RecordedOrder(NamedTuple):
    """An order by its body and its document, the duty (its id) to report it back, its place, and its limit's words.

    `place` is its place among the recorded orders of the same body and document.
    """

    body: str
    document: str | None
    duty: int
    place: int = 0
    limit: str = ""
    by: str = ""


def order_of(case: Case, actor: Person, recorded: Sequence[Mapping[str, Any]], words: str) -> RecordedOrder:
    """Return the actor's own order that the words mean, which still waits for its report back.

    `recorded` are the orders' audit lines; the words may name the body, the document or the limit before the reason.
    """
    permit(case, actor, "hand_down")
    named = body_before(words, case.institution.bodies)
    rest = named[1] if named else words
    body = named[0].name if named else None
    waiting = _said([one for one in _waiting(case, recorded) if body in (None, one.body)], rest)
    if not waiting:
        raise Refusal("hand_down.none_recorded", case=case, body=body)
    own = _own(case, actor, waiting)
    if letters(rest) < SHORTEST:
        raise Refusal("hand_down.why_cancelled", case=case)
    if len(own) > 1:
        raise Refusal("hand_down.which_cancelled", case=case, orders=own)
    return own[0]


def _own(case: Case, actor: Person, waiting: Sequence[RecordedOrder]) -> list[RecordedOrder]:
    """Return the orders that the actor recorded. Refusal if somebody else recorded them all."""
    selves = {one.id for one in case.selves(actor)}
    own = [one for one in waiting if one.by in selves]
    if not own:
        raise Refusal("hand_down.not_recorder", case=case, by=waiting[-1].by)
    return own


def _waiting(case: Case, recorded: Sequence[Mapping[str, Any]]) -> list[RecordedOrder]:
    """Return the recorded orders whose report back is owed, each with its own duty, in order."""
    lines = _placed(recorded)
    left = list(orders(case))
    found: dict[int, RecordedOrder] = {}
    for n, line in enumerate(lines):
        _pair(found, n, line, left, [duty for duty in left if _began_with(duty, line)])
    for n, line in reversed([*enumerate(lines)]):
        if n not in found:
            _pair(found, n, line, left, [duty for duty in left if _goes_on(duty, line)][::-1])
    return [found[n] for n in sorted(found)]


class _Line(NamedTuple):
    """An order's audit line: when it was recorded, and the order, whose duty is not known yet."""

    at: datetime
    order: RecordedOrder


def _placed(recorded: Sequence[Mapping[str, Any]]) -> list[_Line]:
    known: Counter[tuple[str, str | None]] = Counter()
    lines: list[_Line] = []
    for one in recorded:
        key = one["data"]["body"], one["data"].get("document")
        order = RecordedOrder(*key, 0, known[key], one["data"].get("limit") or "", one["actor"])
        lines.append(_Line(one["at"], order))
        known[key] += 1
    return lines


def _pair(
    found: dict[int, RecordedOrder], n: int, line: _Line, left: list[DutyRow], suitable: Sequence[DutyRow]
) -> None:
    """Give the line the first suitable duty, which is no other's then."""
    if suitable:
        left.remove(suitable[0])
        found[n] = line.order._replace(duty=suitable[0].id)


def _is_of(duty: DutyRow, order: RecordedOrder) -> bool:
    return (duty.reckoning.get("body"), duty.reckoning.get("document")) == (order.body, order.document)


def _began_with(duty: DutyRow, line: _Line) -> bool:
    """Return whether a duty began when the order was recorded; a limit that was put off may have given it a number."""
    unnumbered = line.order.document is None and duty.reckoning.get("body") == line.order.body
    return duty.started_at == line.at and (unnumbered or _is_of(duty, line.order))


def _goes_on(duty: DutyRow, line: _Line) -> bool:
    """Return whether a duty may be the order's that goes on since a reopening; a number tells it anyway."""
    return _is_of(duty, line.order) and (duty.cycle > 1 or line.order.document is not None)


def _said(waiting: list[RecordedOrder], words: str) -> list[RecordedOrder]:
    """Return those whose document, else whose limit, the words name; all of them if they name none."""
    document = document_in(words)
    if document:
        same = [one for one in waiting if one.document and _alike(one, document)]
        if same or " ".join(words.split()).startswith(document):
            return same
    limited = [one for one in waiting if one.limit and one.limit.rstrip("前内止") in words]
    return limited or waiting


def _alike(order: RecordedOrder, document: str) -> bool:
    return fingerprint(order.body, order.document or "") == fingerprint(order.body, document)


def cancel_order(case: Case, order: RecordedOrder, rows: Sequence[Mapping[str, Any]], reason: str) -> Decision:
    """Record that an order belongs to another matter. `rows` are the matter's documents; tier and own limits stay."""
    same = [row["id"] for row in rows if (row["body"], row["document"]) == (order.body, order.document)]
    released = same[order.place : order.place + 1] or same[-1:]
    alone = all(duty.id == order.duty for duty in orders(case))
    return Decision(
        events=(AuditEvent(CANCELLED, {"body": order.body, "document": order.document, "reason": reason}),),
        changes={"origin": "found", "origin_body": None} if alone else {},
        waived=(order.duty,),
        released=tuple(released),
    )
