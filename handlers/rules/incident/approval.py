"""Who may sign which request: by role, one person for one step, never their own, and only what had reached them.

Who was asked, who stands in for them, and whom the ladder has called since sign with a bare word. Others of the roles
that the regime names sign only what they name, and it is recorded as on behalf of who was asked.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

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
from handlers.rules.incident.closing import excuse_signed, remedy_signed
from handlers.rules.incident.duties import everything, extended, move, waits_for_signature
from handlers.rules.incident.reached import NotReached, Reached, reached_since, text_of
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.people.stand_ins import givers, takers
from handlers.rules.refusal import Refusal
from handlers.rules.time.periods import parse

Capacity = Literal["asked", "delegate", "called", "on behalf"]
"""Why somebody may sign: asked, in place of who was asked, called by a reminder since, or by role alone."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that was delivered: of which duty (its id), when (UTC), and the ids of the people it called."""

    duty: int
    at: datetime
    told: tuple[str, ...]


CONCERN = "concern"
"""The kind of a request that takes names off a matter; `subject["off"]` lists them."""
LEADERS_ALONE = ("remedy", "unanswerable")
"""Kinds of requests that close a matter, or excuse from answering: only a leader or the chief signs them."""


@dataclass(frozen=True, slots=True)
class SignOff:
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


def approvers(case: Case, kind: str, step: int, asker: str, signed: Collection[str] = ()) -> tuple[Person, ...]:
    """Return who may sign a step of what `asker` (an id) asks for, the leader in charge of the department first.

    Before each come those who act for them now, without those who sign an earlier step by their own role or work in the
    matter's own department. Left out are the asker, those who `signed` an earlier step or had it signed for them,
    people whom the matter is about, and people who answer to them. If that leaves nobody whom the regime names, the
    leaders and the chief may sign, else those who remain.
    """
    earlier = [_signing(case, _roles(case, kind, one)) for one in range(step)]
    reserved = frozenset(person.id for people in earlier for person in people)
    barred = frozenset((asker, *signed))
    named = _willing(case, _signing(case, _roles(case, kind, step)), barred, reserved)
    return (
        named
        or _willing(case, _signing(case, ("leader", "chief")), barred, reserved)
        or _willing(case, recusal.remaining(case.incident.about, case.institution), barred, reserved)
    )


def _signing(case: Case, roles: tuple[str, ...]) -> tuple[Person, ...]:
    """Return the people of these roles. A matter without a department has no head."""
    department = case.incident.department
    in_charge = case.institution.leaders(department) if "leader" in roles else ()
    heads = case.institution.with_role("head", department=department) if department and "head" in roles else ()
    others = tuple(p for role in roles if role != "head" for p in case.institution.with_role(role))
    return (*heads, *(p for p in in_charge if p.has(*roles)), *others)


def _willing(
    case: Case, signing: tuple[Person, ...], barred: frozenset[str], reserved: frozenset[str]
) -> tuple[Person, ...]:
    free = [person for person in signing if case.may_decide(person)]
    standing_in = {person: [one for one in _acting_for(case, person) if one.id not in reserved] for person in free}
    acting = dict.fromkeys(one for person in free for one in (*standing_in[person], person))
    return tuple(person for person in acting if person.id not in barred and case.may_decide(person))


def _roles(case: Case, kind: str, step: int) -> tuple[str, ...]:
    if kind == "extension" and case.regime.extension:
        return case.regime.extension.by
    if kind == "withdrawal":
        return case.regime.approval[-1].by if case.regime.approval else ("leader", "chief")
    if kind == CONCERN:
        return ("leader", "chief", "office")
    if kind in LEADERS_ALONE:
        return _leaders_of(case)
    return case.regime.approval[step].by if step < len(case.regime.approval) else ("chief",)


def _leaders_of(case: Case) -> tuple[str, ...]:
    """Return the leaders' roles of the last step of approval that has any; both where none has."""
    both = ("leader", "chief")
    steps = [tuple(role for role in both if role in step.by) for step in reversed(case.regime.approval)]
    return next((roles for roles in steps if roles), both)


def _acting_for(case: Case, person: Person) -> tuple[Person, ...]:
    """Return who acts for the person now. Nobody of the matter's department acts for somebody outside it."""
    acting = (case.institution.person(id) for id in takers(case.delegations, person.id))
    return tuple(taker for taker in acting if taker and not _judges_own(case, taker, person))


def _judges_own(case: Case, taker: Person, giver: Person) -> bool:
    own = case.incident.department
    return own is not None and taker.department == own and giver.department != own


def first_approver(case: Case, kind: str, asker: Person) -> Person:
    """Return who is asked to sign first. Refusal if there is nobody."""
    for person in approvers(case, kind, 0, asker.id):
        return person
    raise Refusal("approve.nobody", case=case)


def signer(case: Case, request: RequestRow) -> Person | None:
    """Return who is asked to sign a request's present step."""
    return next(iter(_signers(case, request)), None)


def _signers(case: Case, request: RequestRow) -> tuple[Person, ...]:
    return approvers(case, request.kind, request.step, request.asked_by, request.subject.get("signed", ()))


def put_to(case: Case, request: RequestRow) -> Person | None:
    """Return whom a request's present step is put to in their own name: the first who may sign without standing in."""
    return signer(replace(case, delegations=()), request)


def may_decide(case: Case, request: RequestRow, person: Person) -> bool:
    """Return whether the person may sign the request's present step."""
    return person in _signers(case, request)


def capacity(case: Case, request: RequestRow, person: Person, called: Collection[str] = ()) -> Capacity | None:
    """Return in which capacity the person may sign the request's present step; None if they may not.

    `called` are the ids of those whom reminders have called to sign it.
    """
    if not may_decide(case, request, person):
        return None
    asked = put_to(case, request)
    if person == asked:
        return "asked"
    if asked and person in _acting_for(case, asked):
        return "delegate"
    if case.incident.holder == approver(person):  # asked before the matter changed its department
        return "asked"
    return "called" if person.id in called else "on behalf"


def called_by(case: Case, request: RequestRow, reminders: Sequence[Reminder], until: datetime) -> frozenset[str]:
    """Return the ids of those whom delivered reminders of what waits for the signature have called, by `until`."""
    signed = {duty.id for duty in case.duties if waits_for_signature(duty.owner, duty.kind)}
    calls = [one for one in reminders if one.duty in signed and request.asked_at <= one.at <= until]
    return frozenset(person for one in calls for person in one.told)


def in_place_of(case: Case, request: RequestRow, person: Person, called: Collection[str] = ()) -> str | None:
    """Return the id of the person for whom `person` signs; None if they sign for themselves."""
    asked = put_to(case, request)
    if asked and capacity(case, request, person, called) in ("delegate", "on behalf"):
        return asked.id
    own = {one.id for one in _signers(replace(case, delegations=()), request)}
    represented = (id for id in givers(case.delegations, person.id) if id in own)
    return None if person.id in own else next(represented, None)


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
    if not may_decide(case, request, actor):
        raise Refusal("approve.role", case=case, may=_signers(case, request))
    if not heard.names and capacity(case, request, actor, heard.called) == "on behalf":
        raise Refusal("approve.not_asked", case=case, request=request, asked=put_to(case, request))
    return reached_since(case, request, heard.reached, heard.at, actor.id)


def _overtaken(case: Case, request: RequestRow, actor: Person) -> Refusal:
    """Return the refusal of an answer to a request that a newer one replaced; it shows the newer one to its signer."""
    newer = next((other for other in case.pending(request.kind) if may_decide(case, other, actor)), None)
    if newer is None:
        return Refusal("approve.gone", case=case)
    return NotReached("approve.superseded", case=case, request=newer, seen=request, age=timedelta())


def approve(case: Case, request: RequestRow, actor: Person, heard: SignOff, now: datetime) -> Decision:
    """Sign a request; the last signature makes it take effect."""
    record = _record(case, request, actor, heard)
    event = AuditEvent("approved", {**record, "step": request.step})
    if request.step + 1 < _steps(case, request, actor):
        subject = signed_by(request, actor.id, record["for"])
        signs = _next_signer(case, request, subject["signed"])
        change = RequestChange(request.id, None, request.step + 1, subject=subject)
        return Decision(events=(event,), changes={"holder": approver(signs)}, decided=(change,))
    granted = RequestChange(request.id, "approved", request.step, heard.remark or None)
    if request.kind == "withdrawal":
        return _withdrawn(case, request, event, granted, now)
    if request.kind == CONCERN:
        return _taken_off(case, request, event, granted)
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
    record = _record(case, request, actor, heard)
    reason = record.pop("remark")
    return Decision(
        events=(AuditEvent("rejected", {**record, "reason": reason}),),
        changes={"holder": _holder_after(case, request)},
        decided=(RequestChange(request.id, "rejected", request.step, heard.remark or None),),
    )


def _record(case: Case, request: RequestRow, actor: Person, heard: SignOff) -> dict[str, Any]:
    """Return what is recorded: the request, the exact text, the platform, the second, who was asked, and for whom.

    Raise Refusal if the actor may not decide it.
    """
    since = _check(case, request, actor, heard)
    asked = put_to(case, request)
    return {
        "request": request.id,
        "kind": request.kind,
        "subject": request.subject,
        "edition": request.subject.get("edition"),
        "text": text_of(case, request),
        "platform": heard.platform,
        "heard_at": heard.at.isoformat(),
        "reached_at": since.isoformat() if since else None,
        "asked": asked.id if asked else None,
        "capacity": capacity(case, request, actor, heard.called),
        "for": in_place_of(case, request, actor, heard.called),
        "remark": heard.remark,
    }


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
        waived=everything(case),
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


def _next_signer(case: Case, request: RequestRow, signed: Collection[str]) -> Person:
    for person in approvers(case, request.kind, request.step + 1, request.asked_by, signed):
        return person
    raise Refusal("approve.nobody", case=case)


def _holder_after(case: Case, request: RequestRow) -> str:
    """Return who holds the matter once `request` is decided."""
    return holder_waiting(case, tuple(other for other in case.pending() if other.id != request.id))


def holder_waiting(case: Case, waiting: Sequence[RequestRow]) -> str:
    """Return who holds a matter in which these requests wait: the signer of the first, else the department."""
    asked = signer(case, waiting[0]) if waiting else None
    return approver(asked) if asked else case.home


def _extension(case: Case, request: RequestRow, now: datetime) -> tuple[MovedDuty, ...]:
    wanted = request.subject["duties"]
    period = parse(request.subject["period"])
    duties = [duty for duty in case.duties if duty.id in wanted and duty.state == "open"]
    if not duties:
        raise Refusal("extend.nothing", case=case)
    return tuple(move(case, duty.id, extended(case, duty.due_at, period), now) for duty in duties)
