"""Merge two reports of one matter. What is owed for the merged one is owed for the other, and nothing known is lost."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec.structs import replace

from handlers.rules.incident.actions import carried as carried_items
from handlers.rules.incident.approval import superseded
from handlers.rules.incident.case import CLOSED, Amended, AuditEvent, Case, Decision, DutyRow, MovedDuty, NewDuty, hold
from handlers.rules.incident.conflict import being_about
from handlers.rules.incident.duties import (
    CALM,
    FINAL,
    HANDED_UP,
    LASTING,
    MATERIAL,
    NEWS,
    PROMISE,
    STAND,
    SUPERIOR,
    UNIT_REPORT,
    UNTIL_CALM,
    begun,
    due_of,
    everything,
    ladder_to,
    met,
    move,
)
from handlers.rules.incident.escalation import raised
from handlers.rules.incident.handed_down import HANDED
from handlers.rules.incident.lifecycle import after
from handlers.rules.incident.parts import PART
from handlers.rules.incident.permissions import permit
from handlers.rules.people.institution import DESK, Person
from handlers.rules.refusal import Refusal

AS_THEY_ARE = (PROMISE, STAND, SUPERIOR, UNIT_REPORT)
"""Kinds of duties that are taken over beside those of the other: each is owed to somebody of its own."""
REGIMES_OWN = (MATERIAL, NEWS, FINAL)
"""Kinds of duties to other bodies that are owed once for both: the regime asks for them by the tier."""
OWED_AGAIN = ("reply",)
"""Kinds of duty that are owed for the merged report although the other met its own: its public waits for an answer."""


def merge(case: Case, into: Case, actor: Person, now: datetime, said: str = "") -> tuple[Decision, Decision]:
    """Merge `case` into a report of the same matter that was found earlier; return the decisions for both.

    `said` are the words of `case` and its posts, if the other looks for words in them.
    """
    for one in (case, into):
        one.must_be_open()
        permit(one, actor, "merge")
    if case.number == into.number:
        raise Refusal("merge.same", case=case)
    if case.incident.found_at < into.incident.found_at:
        raise Refusal("merge.older", case=case, into=into)
    gone = Decision(
        events=(AuditEvent("merged", {"into": into.number}),),
        changes={"stage": "merged", "merged_into": into.number, "holder": CLOSED, "resolved_at": now},
        waived=everything(case),
        decided=superseded(case),
    )
    return gone, _received(case, into, actor, now, said)


def _received(case: Case, into: Case, actor: Person, now: datetime, said: str) -> Decision:
    """Take over the merged matter's higher tier, earlier due times, earlier post, and the people it is about.

    Its department, acknowledgement, verdict and instruction are taken over where the other has none.
    """
    about = list(dict.fromkeys((*into.incident.about, *case.incident.about)))
    known = _known(case, into, about, now)
    event = AuditEvent("merged in", {"from": case.number, **({"text": said} if said else {})})
    decision = raised(into, case.incident.tier, now, event, said=said)
    changed = replace(into, incident=Amended(into.incident, **decision.changes, **known.changes))
    opened, moved = _no_later(case, changed, decision.opened, decision.moved, now)
    fresh = (*opened, *(duty for duty in known.opened if duty.kind not in {one.kind for one in opened}))
    changes = {**decision.changes, **known.changes}
    if about != list(into.incident.about):
        changes |= being_about(into, about, _said_by(case, into, actor))
    changes |= _came(case, into)
    carried = _carried(case, changed, {duty.kind for duty in fresh}, known.met, now)
    ended = tuple(id for id in known.met if id not in decision.waived)
    staying = tuple(change for change in moved if change.id not in ended)
    opened = (*fresh, *carried, *carried_items(case, into, now))
    return replace(decision, changes=changes, opened=opened, moved=staying, met=ended)


def _said_by(case: Case, into: Case, actor: Person) -> dict[str, str]:
    """Return who (an id) named each of those whom only the merged matter is about: else who merges it."""
    named_by = case.incident.about_by or {}
    return {one: named_by.get(one, actor.id) for one in case.incident.about if one not in into.incident.about}


def _came(case: Case, into: Case) -> dict[str, Any]:
    """Return how the other came here by now: first posted when the earlier one was, and handed down if one was."""
    changes: dict[str, Any] = {}
    posted = min(filter(None, (case.incident.posted_at, into.incident.posted_at)), default=None)
    if posted != into.incident.posted_at:
        changes["posted_at"] = posted
    if case.incident.origin == HANDED and into.incident.origin != HANDED:
        changes |= {"origin": HANDED, "origin_body": case.incident.origin_body}
    return changes


class _Known(NamedTuple):
    """What the merged report knows and the other does not: columns, duties that it meets, duties that begin."""

    changes: Mapping[str, Any]
    met: tuple[int, ...]
    opened: tuple[NewDuty, ...]


def _known(case: Case, into: Case, about: Collection[str], now: datetime) -> _Known:
    changes: dict[str, Any] = {}
    events: list[str] = []
    if _adopts(case, into, about):
        changes |= _department(case, into)
        events.append("assigned")
    department = changes.get("department", into.incident.department)
    signed = case.incident.acknowledged_at and case.incident.department == department
    if signed and into.incident.acknowledged_at is None:
        changes |= {"acknowledged_at": case.incident.acknowledged_at, "stage": after(into, "acknowledged")}
        events.append("acknowledged")
    if case.incident.verdict and not into.incident.verdict:
        changes["verdict"] = case.incident.verdict
        events.append("verified")
    if any(duty.state == "met" and duty.kind in case.regime.met_by("instructed") for duty in case.duties):
        events.append("instructed")
    opened = begun(into, "acknowledged", now) if "acknowledged" in events else ()
    return _Known(changes, met(into, *events) if events else (), opened)


def _adopts(case: Case, into: Case, about: Collection[str]) -> bool:
    """Return whether the merged report's department is the other's from now on, which has none."""
    department = case.incident.department
    free = into.incident.department is None and into.incident.outside is None
    return department is not None and free and f"department:{department}" not in about


def _department(case: Case, into: Case) -> dict[str, Any]:
    department = case.incident.department
    changes = {"department": department, "stage": after(into, "assigned"), "helpers": list(case.incident.helpers)}
    return changes | ({"holder": hold(department)} if into.incident.holder == DESK else {})


def _no_later(
    case: Case, into: Case, opened: Sequence[NewDuty], moved: Sequence[MovedDuty], now: datetime
) -> tuple[tuple[NewDuty, ...], tuple[MovedDuty, ...]]:
    """Return `opened` and `moved` of the matter `into` which `case` is merged, nothing due later than in `case`.

    Promises of `case`, checks of its answer and reports back are taken over as they are. What ran over in
    `case` is on record with it, and puts nothing else into the past.
    """
    owing = _owing(case)
    sooner = {duty.kind: duty for duty in owing if duty.kind not in AS_THEY_ARE and duty.due_at > now}
    pulled = _pulled(into, sooner, moved, now)
    ahead = {change.id for change in pulled}
    fresh = [_not_after(duty, sooner.get(duty.kind), into, now) for duty in opened]
    kept = [_as_it_is(into, duty, now) for duty in owing if duty.kind in AS_THEY_ARE]
    return (*fresh, *kept), (*(change for change in moved if change.id not in ahead), *pulled)


def _owing(case: Case) -> list[DutyRow]:
    apart = (CALM, PART, HANDED_UP, *REGIMES_OWN, *LASTING)
    return [duty for duty in case.duties if duty.state == "open" and duty.kind not in apart]


def _carried(
    case: Case, into: Case, fresh: Collection[str], ended: Collection[int], now: datetime
) -> tuple[NewDuty, ...]:
    """Return the duties of `case` that nobody owes in `into`, nor has met there, with their due times.

    A reply is owed again where `into` was answered. What ran over keeps its due time, and begins after it.
    """
    owed = {duty.kind for duty in into.duties if duty.state == "open" and duty.id not in ended}
    met_there = {duty.kind for duty in into.duties if duty.state == "met" or duty.id in ended}
    done = (met_there - {*OWED_AGAIN, *UNTIL_CALM}) | _needless(into)
    left = {
        duty.kind: duty
        for duty in _owing(case)
        if duty.kind not in {PROMISE, SUPERIOR, UNIT_REPORT, *owed, *done, *fresh}
    }
    return tuple(_as_it_is(into, duty, now) for duty in left.values())


def _needless(into: Case) -> frozenset[str]:
    """Return the kinds of duties that the other has settled, or that its regime lets nobody meet."""
    settled = into.regime.met_by("assigned") if into.incident.department else frozenset()
    settled |= into.regime.met_by("acknowledged") if into.incident.acknowledged_at else frozenset()
    return settled | {kind for kind in UNTIL_CALM if into.regime.rule(kind, into.incident.tier) is None}


def _pulled(into: Case, sooner: Mapping[str, DutyRow], moved: Sequence[MovedDuty], now: datetime) -> list[MovedDuty]:
    """Return the moves of standing duties that the merged matter owed earlier than they are due once `moved`."""
    due_at = {duty.id: duty.due_at for duty in into.duties} | {change.id: change.due.at for change in moved}
    standing = [(duty, sooner[duty.kind]) for duty in into.duties if duty.state == "open" and duty.kind in sooner]
    return [move(into, duty.id, due_of(by), now) for duty, by in standing if by.due_at < due_at[duty.id]]


def _not_after(duty: NewDuty, by: DutyRow | None, into: Case, now: datetime) -> NewDuty:
    """Return a new duty at the due time of the merged matter's, where that is earlier."""
    if by is None or by.due_at >= duty.due.at:
        return duty
    return replace(duty, due=due_of(by), next_at=ladder_to(into, by.due_at, now).first_at())


def _as_it_is(into: Case, duty: DutyRow, now: datetime) -> NewDuty:
    """Return a duty of the merged matter for the other: the same owner and due time."""
    if duty.kind == STAND:
        return NewDuty(STAND, duty.owner, duty.started_at, due_of(duty), duty.next_at or now)
    return NewDuty(duty.kind, duty.owner, now, due_of(duty), ladder_to(into, duty.due_at, now).first_at())
