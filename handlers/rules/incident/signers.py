"""Who may sign which request: by role, one person for one step, never their own.

Who was asked, who stands in for them, and whom the ladder has called since sign with a bare word. Others of the roles
that the regime names sign only what they name, and it is recorded as on behalf of who was asked.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from handlers.rules.incident.case import Case, RequestRow, approver
from handlers.rules.incident.duties import waits_for_signature
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.people.stand_ins import givers, takers
from handlers.rules.refusal import Refusal

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
    return next(iter(may_sign(case, request)), None)


def may_sign(case: Case, request: RequestRow) -> tuple[Person, ...]:
    """Return who may sign a request's present step, who is asked first."""
    return approvers(case, request.kind, request.step, request.asked_by, request.subject.get("signed", ()))


def put_to(case: Case, request: RequestRow) -> Person | None:
    """Return whom a request's present step is put to in their own name: the first who may sign without standing in."""
    return signer(replace(case, delegations=()), request)


def may_decide(case: Case, request: RequestRow, person: Person) -> bool:
    """Return whether the person may sign the request's present step."""
    return person in may_sign(case, request)


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
    own = {one.id for one in may_sign(replace(case, delegations=()), request)}
    represented = (id for id in givers(case.delegations, person.id) if id in own)
    return None if person.id in own else next(represented, None)


def next_signer(case: Case, request: RequestRow, signed: Collection[str]) -> Person:
    """Return who is asked for the next step, once `signed` (ids) have signed. Refusal if there is nobody."""
    for person in approvers(case, request.kind, request.step + 1, request.asked_by, signed):
        return person
    raise Refusal("approve.nobody", case=case)


def holder_waiting(case: Case, waiting: Sequence[RequestRow]) -> str:
    """Return who holds a matter in which these requests wait: the signer of the first, else the department."""
    asked = signer(case, waiting[0]) if waiting else None
    return approver(asked) if asked else case.home
