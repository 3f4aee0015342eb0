"""What a signature and a refusal decide: only by who may sign, and only about what had reached them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from handlers.rules.incident.call_backs import reopening_refused, reopening_signed
from handlers.rules.incident.case import (
    CLOSED,
    Amended,
    AuditEvent,
    Case,
    Decision,
    MovedDuty,
    RequestChange,
    RequestRow,
    approver,
)
from handlers.rules.incident.chain import CHAINED, WORDINGS, chain_of, plan_lacking, text_to_sign
from handlers.rules.incident.chain_steps import CHIEF, ChainStep, current, signed_step, subject_with
from handlers.rules.incident.closing import excuse_signed, remedy_signed
from handlers.rules.incident.duties import move, ours, put_off
from handlers.rules.incident.openings import CONCERN, REOPENING
from handlers.rules.incident.reached import NotReached, Reached, reached_since
from handlers.rules.incident.signers import (
    capacity,
    first_asked,
    holder_waiting,
    in_place_of,
    may_decide,
    may_sign,
    place_of,
    put_to_at,
)
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.time.periods import parse


class SignOff(Struct, frozen=True):
    """How an answer was given: when (UTC, see `reached`), on which platform, and the remark that came with it.

    `names` if it names its request, by a number, a quote or a button. `reached` tells what had been delivered by then,
    and `called` (ids of people) whom reminders have called to sign it.
    """

    at: datetime
    reached: Reached
    platform: str = ""
    remark: str = ""
    names: bool = True
    called: frozenset[str] = frozenset()


def _check(case: Case, request: RequestRow, actor: Person, heard: SignOff) -> datetime | None:
    """Raise Refusal if the actor may not decide the request; return since when (UTC) its text had reached them."""
    if request.state == "superseded":
        raise _overtaken(case, request, actor)
    if request.state != "pending":
        raise Refusal("approve.decided", case=case, request=request)
    if actor.id == request.asked_by:
        raise Refusal("approve.own", case=case)
    if case.concerns(actor):
        raise Refusal("concern.yourself", case=case)
    _must_be_asked(case, request, actor)
    if not heard.names and capacity(case, request, actor, heard.called) == "on behalf":
        raise Refusal("approve.not_asked", case=case, request=request, asked=put_to_at(case, request, actor))
    return reached_since(case, request, heard.reached, heard.at, actor.id)


def _must_be_asked(case: Case, request: RequestRow, actor: Person) -> None:
    """Raise Refusal if the actor may not decide the request's present step, or if a plan comes first."""
    if not may_decide(case, request, actor):
        present = current(chain_of(case, request))
        signed = {id for one in (present.given if present else ()) for id in (one.by, one.giver)}
        if actor.id in signed:
            raise Refusal("approve.signed_already", case=case, may=may_sign(case, request))
        raise Refusal("approve.role", case=case, may=may_sign(case, request))
    if request.kind == "reply" and plan_lacking(case):
        raise Refusal("approve.plan_first", case=case, pending=case.pending("plan"))


def _overtaken(case: Case, request: RequestRow, actor: Person) -> Refusal:
    """Return the refusal of an answer to a request that a newer one replaced; it shows the newer one to its signer."""
    newer = next((other for other in case.pending(request.kind) if may_decide(case, other, actor)), None)
    if newer is None:
        return Refusal("approve.gone", case=case)
    return NotReached("approve.superseded", case=case, request=newer, seen=request, age=timedelta())


def approve(case: Case, request: RequestRow, actor: Person, heard: SignOff, now: datetime) -> Decision:
    """Sign a request; the last signature makes it take effect."""
    record = _record(case, request, actor, heard)
    then = _as_said(case, heard)
    steps = _signed(then, request, actor, record["for"])
    event = AuditEvent("approved", {**record, "step": request.step, **_place_signed(then, request, actor)})
    subject = subject_with(signed_by(request, actor.id, record["for"]), steps, ())
    if request.kind in CHAINED and current(steps):
        return _partly(case, request, event, subject, steps)
    signed = subject if request.kind in CHAINED else None
    granted = RequestChange(request.id, "approved", request.step, heard.remark or None, signed)
    if request.kind == "withdrawal":
        return _withdrawn(case, request, event, granted, now)
    if request.kind == CONCERN:
        return _taken_off(case, request, event, granted)
    moved = _extension(case, request, now) if request.kind == "extension" else ()
    decision = Decision(events=(event,), changes=_held_after(case, request), decided=(granted,), moved=moved)
    if request.kind == REOPENING:
        return reopening_signed(case, request, decision, now)
    effect = EFFECTS.get(request.kind)
    return effect(case, request, decision, superseded(case), now) if effect else decision


EFFECTS = {"remedy": remedy_signed, "unanswerable": excuse_signed}
"""What the last signature of a kind of request does beside granting it."""


def _signed(case: Case, request: RequestRow, actor: Person, giver: str | None) -> tuple[ChainStep, ...]:
    """Return the chain once the actor has signed; the chief who signs the step before a late promise signs it too."""
    steps = signed_step(chain_of(case, request), place_of(case, request, actor), actor.id, giver)
    present = current(steps)
    if present and present.id == CHIEF and actor.has("chief"):
        return signed_step(steps, 0, actor.id, giver)
    return steps


def _place_signed(case: Case, request: RequestRow, actor: Person) -> dict[str, Any]:
    """Return, for the record, which of several signatures of one step this is, and who added the step."""
    present = current(chain_of(case, request)) if request.kind in CHAINED else None
    if present is None:
        return {}
    place = present.places[place_of(case, request, actor)]
    several = {"place": place[0]} if present.needs == "all" else {}
    return several | ({"added": present.added} if present.added else {})


def _partly(
    case: Case, request: RequestRow, event: AuditEvent, subject: dict[str, Any], steps: Sequence[ChainStep]
) -> Decision:
    """Record a signature that others have to follow, and ask them."""
    step = sum(one.done for one in steps)
    asked = first_asked(case, Amended(request, subject=subject, step=step))
    subject = subject_with(subject, steps, [one.id for one in asked])
    change = RequestChange(request.id, None, step, subject=subject)
    holder = {} if request.kind in WORDINGS else {"holder": approver(asked[0])}
    return Decision(events=(event,), changes=holder, decided=(change,))


def reject(case: Case, request: RequestRow, actor: Person, heard: SignOff) -> Decision:
    """Send a request back to its asker; the remark is the reason."""
    record = _record(case, request, actor, heard)
    reason = record.pop("remark")
    decision = Decision(
        events=(AuditEvent("rejected", {**record, "reason": reason}),),
        changes=_held_after(case, request),
        decided=(RequestChange(request.id, "rejected", request.step, heard.remark or None),),
    )
    return reopening_refused(case, decision, reason) if request.kind == REOPENING else decision


def _record(case: Case, request: RequestRow, actor: Person, heard: SignOff) -> dict[str, Any]:
    """Return what is recorded: the request, the exact text, the platform, the second, who was asked, and for whom.

    Raise Refusal if the actor may not decide it, by the authority that they had when they spoke.
    """
    case = _as_said(case, heard)
    since = _check(case, request, actor, heard)
    asked = put_to_at(case, request, actor)
    return {
        "request": request.id,
        "kind": request.kind,
        "subject": request.subject,
        "edition": request.subject.get("edition"),
        "text": text_to_sign(case, request),
        "platform": heard.platform,
        "heard_at": heard.at.isoformat(),
        "reached_at": since.isoformat() if since else None,
        "asked": asked.id if asked else None,
        "capacity": capacity(case, request, actor, heard.called),
        "for": in_place_of(case, request, actor, heard.called),
        "remark": heard.remark,
    }


def _as_said(case: Case, heard: SignOff) -> Case:
    """Return the matter with the authority that there was when the answer was given."""
    then = case.when_said
    return replace(then, delegations=[row for row in then.delegations if row.since <= heard.at])


def signed_by(request: RequestRow, actor: str, giver: str | None) -> dict[str, Any]:
    """Return the request's subject once `actor` has signed a step, for `giver` if that is somebody else.

    Neither signs another step.
    """
    new = (actor, giver) if giver else (actor,)
    return {**request.subject, "signed": [*request.subject.get("signed", ()), *new]}


def _withdrawn(case: Case, request: RequestRow, event: AuditEvent, granted: RequestChange, now: datetime) -> Decision:
    """Withdraw a mistaken report: nothing is owed any more."""
    others = tuple(change for change in superseded(case) if change.id != request.id)
    reason = request.subject["reason"]
    return Decision(
        events=(event, AuditEvent("withdrawn", {"reason": reason})),
        changes={"stage": "withdrawn", "holder": CLOSED, "result": reason, "resolved_at": now},
        waived=ours(case),
        decided=(granted, *others),
    )


def _taken_off(case: Case, request: RequestRow, event: AuditEvent, granted: RequestChange) -> Decision:
    """Take names off whom the matter is about."""
    about = [one for one in case.incident.about if one not in request.subject["off"]]
    after = replace(case, incident=Amended(case.incident, about=about))
    return Decision(
        events=(event, AuditEvent("concern", {"about": about})),
        changes={"about": about, "holder": _holder_after(after, request)},
        decided=(granted,),
    )


def superseded(case: Case, kind: str | None = None) -> tuple[RequestChange, ...]:
    """Return the changes that end the pending requests of a kind, or all, because a newer move replaces them."""
    return tuple(RequestChange(request.id, "superseded", request.step) for request in case.pending(kind))


def _held_after(case: Case, request: RequestRow) -> dict[str, Any]:
    """Return the change of the holder once `request` is decided; wording holds nothing, and changes nothing."""
    return {} if request.kind in WORDINGS else {"holder": _holder_after(case, request)}


def _holder_after(case: Case, request: RequestRow) -> str:
    """Return who holds the matter once `request` is decided."""
    return holder_waiting(case, tuple(other for other in case.pending() if other.id != request.id))


def _extension(case: Case, request: RequestRow, now: datetime) -> tuple[MovedDuty, ...]:
    wanted = request.subject["duties"]
    period = parse(request.subject["period"])
    duties = [duty for duty in case.duties if duty.id in wanted and duty.state == "open"]
    if not duties:
        raise Refusal("extend.nothing", case=case)
    return tuple(move(case, duty.id, due, now) for duty, due in put_off(case, duties, period))
