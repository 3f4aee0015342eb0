"""Merge two reports of one matter. What is owed for the merged one is owed for the other."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from handlers.rules.incident.approval import superseded
from handlers.rules.incident.case import CLOSED, Amended, AuditEvent, Case, Decision, DutyRow, MovedDuty, NewDuty
from handlers.rules.incident.conflict import being_about
from handlers.rules.incident.duties import CALM, PROMISE, STAND, due_of, everything, ladder_to, move
from handlers.rules.incident.escalation import raised
from handlers.rules.incident.permissions import permit
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal


def merge(case: Case, into: Case, actor: Person, now: datetime) -> tuple[Decision, Decision]:
    """Merge `case` into a report of the same matter that was found earlier; return the decisions for both."""
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
    return gone, _received(case, into, now)


def _received(case: Case, into: Case, now: datetime) -> Decision:
    """Take over the merged matter's higher tier, earlier due times, earlier post, and the people it is about."""
    decision = raised(into, case.incident.tier, now, AuditEvent("merged in", {"from": case.number}))
    after = replace(into, incident=Amended(into.incident, **decision.changes))
    opened, moved = _no_later(case, after, decision.opened, decision.moved, now)
    changes = {**decision.changes}
    about = list(dict.fromkeys((*into.incident.about, *case.incident.about)))
    if about != list(into.incident.about):
        changes |= being_about(into, about)
    posted = min(filter(None, (case.incident.posted_at, into.incident.posted_at)), default=None)
    if posted != into.incident.posted_at:
        changes["posted_at"] = posted
    return replace(decision, changes=changes, opened=opened, moved=moved)


def _no_later(
    case: Case, into: Case, opened: Sequence[NewDuty], moved: Sequence[MovedDuty], now: datetime
) -> tuple[tuple[NewDuty, ...], tuple[MovedDuty, ...]]:
    """Return `opened` and `moved` of the matter `into` which `case` is merged, nothing due later than in `case`.

    Promises of `case` and checks of its answer are taken over as they are: the public has read them.
    """
    owing = [duty for duty in case.duties if duty.state == "open" and duty.kind != CALM]
    sooner = {duty.kind: duty for duty in owing if duty.kind not in (PROMISE, STAND)}
    pulled = _pulled(into, sooner, moved, now)
    ahead = {change.id for change in pulled}
    fresh = [_not_after(duty, sooner.get(duty.kind), into, now) for duty in opened]
    kept = [_kept(into, duty, now) for duty in owing if duty.kind in (PROMISE, STAND)]
    return (*fresh, *kept), (*(change for change in moved if change.id not in ahead), *pulled)


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


def _kept(into: Case, duty: DutyRow, now: datetime) -> NewDuty:
    if duty.kind == STAND:
        return NewDuty(STAND, duty.owner, duty.started_at, due_of(duty), duty.next_at or now)
    return NewDuty(PROMISE, "department", now, due_of(duty), ladder_to(into, duty.due_at, now).first_at())
