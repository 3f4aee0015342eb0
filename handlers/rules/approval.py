"""Who may approve what: by role, never one's own words, and only what is pending and was seen."""

from datetime import datetime

from handlers.rules.case import Case, Decision, Event, MovedDuty, RequestChange, RequestRow, approver, hold
from handlers.rules.duties import extended, move
from handlers.rules.institution import Person
from handlers.rules.periods import parse
from handlers.rules.refusal import Refusal


def approvers(case: Case, kind: str, step: int) -> tuple[Person, ...]:
    """Who may sign a step, the leader in charge of the department first."""
    extension = case.regime.extension
    roles = extension.by if kind == "extension" and extension else case.regime.approval[step].by
    department = case.incident.department
    in_charge = case.institution.leaders(department) if "leader" in roles else ()
    heads = case.institution.with_role("head", department=department) if "head" in roles else ()
    others = tuple(p for role in roles if role != "head" for p in case.institution.with_role(role))
    return tuple(dict.fromkeys((*heads, *(p for p in in_charge if p.has(*roles)), *others)))


def first_approver(case: Case, kind: str, asker: Person, step: int = 0) -> Person:
    """Who is asked to sign a step: the first who may and did not write it. Refusal if there is nobody."""
    for person in approvers(case, kind, step):
        if person.id != asker.id:
            return person
    raise Refusal("approve.nobody", case=case)


def may_decide(case: Case, request: RequestRow, person: Person) -> bool:
    """Whether the person may sign the request's present step."""
    return person.id != request.asked_by and person in approvers(case, request.kind, request.step)


def _check(case: Case, request: RequestRow, actor: Person, said_at: datetime) -> None:
    if request.state == "superseded":
        raise Refusal("approve.superseded", case=case, request=request)
    if request.state != "pending":
        raise Refusal("approve.decided", case=case, request=request)
    if actor.id == request.asked_by:
        raise Refusal("approve.own", case=case)
    if not may_decide(case, request, actor):
        raise Refusal("approve.role", case=case, may=approvers(case, request.kind, request.step))
    if said_at < request.asked_at:
        raise Refusal("approve.unseen", case=case, request=request)


def approve(case: Case, request: RequestRow, actor: Person, said_at: datetime, now: datetime) -> Decision:
    """Signs a request; the last signature makes it take effect. `said_at` is when the platform heard the word."""
    _check(case, request, actor, said_at)
    steps = 1 if request.kind == "extension" else len(case.regime.approval)
    event = Event(
        "approved",
        {"request": request.id, "kind": request.kind, "step": request.step, "subject": request.subject},
    )
    if request.step + 1 < steps:
        signs = _next_signer(case, request)
        change = RequestChange(request.id, None, request.step + 1)
        return Decision(events=(event,), changes={"holder": approver(signs)}, decided=(change,))
    granted = RequestChange(request.id, "approved", request.step)
    moved = _extension(case, request, now) if request.kind == "extension" else ()
    return Decision(events=(event,), changes={"holder": _holder_after(case, request)}, decided=(granted,), moved=moved)


def reject(case: Case, request: RequestRow, actor: Person, reason: str, said_at: datetime) -> Decision:
    """Sends a request back to whoever asked, with the reason."""
    _check(case, request, actor, said_at)
    return Decision(
        events=(Event("rejected", {"request": request.id, "kind": request.kind, "reason": reason}),),
        changes={"holder": _holder_after(case, request)},
        decided=(RequestChange(request.id, "rejected", request.step, reason or None),),
    )


def superseded(case: Case, kind: str | None = None) -> tuple[RequestChange, ...]:
    """Pending requests that a newer move has overtaken."""
    return tuple(RequestChange(request.id, "superseded", request.step) for request in case.pending(kind))


def _next_signer(case: Case, request: RequestRow) -> Person:
    asker = case.institution.person(request.asked_by)
    people = (p for p in approvers(case, request.kind, request.step + 1) if asker is None or p.id != asker.id)
    signer = next(people, None)
    if signer is None:
        raise Refusal("approve.nobody", case=case)
    return signer


def _holder_after(case: Case, request: RequestRow) -> str:
    """Who holds the matter once `request` is decided: whoever else is still asked to sign, else the department."""
    others = [other for other in case.pending() if other.id != request.id]
    if not others:
        return hold(case.incident.department)
    signers = approvers(case, others[0].kind, others[0].step)
    return approver(next((p for p in signers if p.id != others[0].asked_by), signers[0]))


def _extension(case: Case, request: RequestRow, now: datetime) -> tuple[MovedDuty, ...]:
    wanted = request.subject["duties"]
    period = parse(request.subject["period"])
    duties = [duty for duty in case.duties if duty.id in wanted and duty.state == "open"]
    if not duties:
        raise Refusal("extend.nothing", case=case)
    return tuple(move(case, duty.id, extended(case, duty.due_at, period), now) for duty in duties)
