"""Who may sign which request: by role, never their own, and only what is pending and was sent before they spoke."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers.rules.incident.case import (
    CLOSED,
    AuditEvent,
    Case,
    Decision,
    MovedDuty,
    RequestChange,
    RequestRow,
    approver,
)
from handlers.rules.incident.closing import excuse_signed, remedy_signed
from handlers.rules.incident.duties import everything, extended, move
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.time.periods import parse

LEADERS_ALONE = ("remedy", "unanswerable")
"""Kinds of requests that close a matter, or excuse from answering: only a leader or the chief signs them."""


@dataclass(frozen=True, slots=True)
class SignOff:
    """How an answer was given: the platform's time of it, the platform, and the remark that came with it."""

    at: datetime
    platform: str = ""
    remark: str = ""


def approvers(case: Case, kind: str, step: int, asker: str) -> tuple[Person, ...]:
    """Return who may sign a step of what `asker` (an id) asks for, the leader in charge of the department first.

    Before each come those who act for them now, without those who sign an earlier step. Left out are the asker, people
    whom the matter is about, and heads of departments that it is about. If that leaves nobody whom the regime names,
    the leaders and the chief may sign.
    """
    earlier = [_signing(case, _roles(case, kind, one)) for one in range(step)]
    signed = frozenset(person.id for people in earlier for person in people)
    named = _willing(case, _signing(case, _roles(case, kind, step)), asker, signed)
    return named or _willing(case, _signing(case, ("leader", "chief")), asker, signed)


def _signing(case: Case, roles: tuple[str, ...]) -> tuple[Person, ...]:
    department = case.incident.department
    in_charge = case.institution.leaders(department) if "leader" in roles else ()
    heads = case.institution.with_role("head", department=department) if "head" in roles else ()
    others = tuple(p for role in roles if role != "head" for p in case.institution.with_role(role))
    return (*heads, *(p for p in in_charge if p.has(*roles)), *others)


def _willing(case: Case, signing: tuple[Person, ...], asker: str, signed: frozenset[str]) -> tuple[Person, ...]:
    free = [person for person in signing if not case.concerns(person)]
    takers = {person: [one for one in _acting_for(case, person) if one.id not in signed] for person in free}
    acting = dict.fromkeys(one for person in free for one in (*takers[person], person))
    return tuple(person for person in acting if person.id != asker and not case.concerns(person))


def _roles(case: Case, kind: str, step: int) -> tuple[str, ...]:
    if kind == "extension" and case.regime.extension:
        return case.regime.extension.by
    if kind == "withdrawal":
        return case.regime.approval[-1].by if case.regime.approval else ("leader", "chief")
    if kind in LEADERS_ALONE:
        steps = [{*one.by} & {"leader", "chief"} for one in reversed(case.regime.approval)]
        named = next((roles for roles in steps if roles), {"leader", "chief"})
        return tuple(role for role in ("leader", "chief") if role in named)
    return case.regime.approval[step].by if step < len(case.regime.approval) else ("chief",)


def _acting_for(case: Case, person: Person) -> tuple[Person, ...]:
    takers = (case.institution.person(row.taker) for row in case.delegations if row.giver == person.id)
    return tuple(taker for taker in takers if taker)


def first_approver(case: Case, kind: str, asker: Person) -> Person:
    """Return who is asked to sign first. Refusal if there is nobody."""
    for person in approvers(case, kind, 0, asker.id):
        return person
    raise Refusal("approve.nobody", case=case)


def signer(case: Case, request: RequestRow) -> Person | None:
    """Return who is asked to sign a request's present step."""
    return next(iter(_signers(case, request)), None)


def _signers(case: Case, request: RequestRow) -> tuple[Person, ...]:
    return approvers(case, request.kind, request.step, request.asked_by)


def may_decide(case: Case, request: RequestRow, person: Person) -> bool:
    """Return whether the person may sign the request's present step."""
    return person in _signers(case, request)


def in_place_of(case: Case, request: RequestRow, person: Person) -> str | None:
    """Return the id of the person for whom `person` signs; None if they sign for themselves."""
    own = {one.id for one in _signers(replace(case, delegations=()), request)}
    givers = (row.giver for row in case.delegations if row.taker == person.id and row.giver in own)
    return None if person.id in own else next(givers, None)


def _check(case: Case, request: RequestRow, actor: Person, said_at: datetime) -> None:
    if request.state == "superseded":
        raise Refusal("approve.superseded", case=case, request=request)
    if request.state != "pending":
        raise Refusal("approve.decided", case=case, request=request)
    if actor.id == request.asked_by:
        raise Refusal("approve.own", case=case)
    if case.concerns(actor):
        raise Refusal("concern.yourself", case=case)
    if not may_decide(case, request, actor):
        raise Refusal("approve.role", case=case, may=_signers(case, request))
    if said_at < request.asked_at:
        raise Refusal("approve.unseen", case=case, request=request)


def approve(case: Case, request: RequestRow, actor: Person, heard: SignOff, now: datetime) -> Decision:
    """Sign a request; the last signature makes it take effect."""
    _check(case, request, actor, heard.at)
    event = AuditEvent("approved", {**_record(case, request, actor, heard), "step": request.step})
    if request.step + 1 < _steps(case, request, actor):
        signs = _next_signer(case, request)
        change = RequestChange(request.id, None, request.step + 1)
        return Decision(events=(event,), changes={"holder": approver(signs)}, decided=(change,))
    granted = RequestChange(request.id, "approved", request.step, heard.remark or None)
    if request.kind == "withdrawal":
        return _withdrawn(case, request, event, granted, now)
    moved = _extension(case, request, now) if request.kind == "extension" else ()
    after = {"holder": _holder_after(case, request)}
    decision = Decision(events=(event,), changes=after, decided=(granted,), moved=moved)
    effect = EFFECTS.get(request.kind)
    return effect(case, request, decision, superseded(case), now) if effect else decision


EFFECTS = {"remedy": remedy_signed, "unanswerable": excuse_signed}
"""What the last signature of a kind of request does beside granting it."""


def _steps(case: Case, request: RequestRow, actor: Person) -> int:
    """Return how many signatures a request needs once the actor has signed; the chief's comes last where it needs one.

    The chief who signs the step before does not sign twice.
    """
    if request.kind != "reply":
        return 1
    regular = len(case.regime.approval)
    extra = bool(request.subject.get("chief")) and not (request.step + 1 == regular and actor.has("chief"))
    return regular + extra


def reject(case: Case, request: RequestRow, actor: Person, heard: SignOff) -> Decision:
    """Send a request back to its asker; the remark is the reason."""
    _check(case, request, actor, heard.at)
    record = _record(case, request, actor, heard)
    reason = record.pop("remark")
    return Decision(
        events=(AuditEvent("rejected", {**record, "reason": reason}),),
        changes={"holder": _holder_after(case, request)},
        decided=(RequestChange(request.id, "rejected", request.step, heard.remark or None),),
    )


def rejected_without_reason(case: Case, actor: Person, kind: str | None) -> RequestRow | None:
    """Return the matter's last request if the actor rejected it and gave no reason; None if it is of another `kind`.

    None as well where a request waits for the actor's signature: then a no is about that one.
    """
    last = case.requests[-1] if case.requests else None
    if last is None or kind not in (None, last.kind):
        return None
    if any(may_decide(case, request, actor) for request in case.pending(kind)):
        return None
    return last if (last.state, last.decided_by, last.remark) == ("rejected", actor.id, None) else None


def give_reason(rejected: RequestRow, reason: str) -> Decision:
    """Record the reason of a rejection that was given without one."""
    return Decision(events=(AuditEvent("reason", {"request": rejected.id, "reason": reason}),))


def _record(case: Case, request: RequestRow, actor: Person, heard: SignOff) -> dict[str, Any]:
    """Return what is recorded: the request, the exact text, the platform, the second, and for whom it was signed."""
    edition = request.subject.get("edition")
    return {
        "request": request.id,
        "kind": request.kind,
        "subject": request.subject,
        "text": next((draft.text for draft in case.drafts if draft.edition == edition), None),
        "platform": heard.platform,
        "heard_at": heard.at.isoformat(),
        "for": in_place_of(case, request, actor),
        "remark": heard.remark,
    }


def _withdrawn(case: Case, request: RequestRow, event: AuditEvent, granted: RequestChange, now: datetime) -> Decision:
    """Withdraw a mistaken report: nothing is owed any more."""
    others = tuple(change for change in superseded(case) if change.id != request.id)
    reason = request.subject["reason"]
    return Decision(
        events=(event, AuditEvent("withdrawn", {"reason": reason})),
        changes={"stage": "withdrawn", "holder": CLOSED, "result": reason, "resolved_at": now},
        waived=everything(case),
        decided=(granted, *others),
    )


def superseded(case: Case, kind: str | None = None) -> tuple[RequestChange, ...]:
    """Return the changes that end the pending requests of a kind, or all, because a newer move replaces them."""
    return tuple(RequestChange(request.id, "superseded", request.step) for request in case.pending(kind))


def _next_signer(case: Case, request: RequestRow) -> Person:
    for person in approvers(case, request.kind, request.step + 1, request.asked_by):
        return person
    raise Refusal("approve.nobody", case=case)


def _holder_after(case: Case, request: RequestRow) -> str:
    """Return who holds the matter once `request` is decided."""
    return holder_waiting(case, tuple(other for other in case.pending() if other.id != request.id))


def holder_waiting(case: Case, waiting: Sequence[RequestRow]) -> str:
    """Return who holds a matter in which these requests wait: the signer of the first, else the department."""
    asked = signer(case, waiting[0]) if waiting else None
    return approver(asked) if asked else case.home


def handed_over(case: Case, holders: Collection[str]) -> Decision | None:
    """Move the matter to its present signer, if one of `holders` (ids of people) holds it and is no longer the signer.

    Return None if nothing moves. Called when delegations begin or end.
    """
    holder = holder_waiting(case, case.pending())
    if case.incident.holder not in {f"approver:{one}" for one in holders} or holder == case.incident.holder:
        return None
    return Decision(events=(AuditEvent("handed over", {"to": holder}),), changes={"holder": holder})


def _extension(case: Case, request: RequestRow, now: datetime) -> tuple[MovedDuty, ...]:
    wanted = request.subject["duties"]
    period = parse(request.subject["period"])
    duties = [duty for duty in case.duties if duty.id in wanted and duty.state == "open"]
    if not duties:
        raise Refusal("extend.nothing", case=case)
    return tuple(move(case, duty.id, extended(case, duty.due_at, period), now) for duty in duties)
