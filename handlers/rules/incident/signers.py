"""Who may sign which request: by role, one person for one step, never their own.

Who was asked, who stands in for them, and whom the ladder has called since sign with a bare word. Others of the roles
that the regime names sign only what they name, and it is recorded as on behalf of who was asked.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Literal, NamedTuple

from handlers.rules.incident.case import Case, RequestRow, approver
from handlers.rules.incident.chain import CHAINED, ChainStep, chain_of, current
from handlers.rules.incident.duties import waits_for_signature
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.people.one_each import one_each
from handlers.rules.people.stand_ins import givers, takers
from handlers.rules.refusal import Refusal
from handlers.rules.regime.approval_steps import office_of, office_people, reasons, roles_instead

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

    It is the regime's own chain, as it is for a matter of this tier and kind; `signed` are those who signed before.
    """
    subject = {"signed": [*signed], "chief": step >= len(case.regime.approval)}
    return _everybody(openings(case, UnrecordedRequest(kind, asker, subject, step)))


@dataclass(slots=True)
class UnrecordedRequest:
    """A request that is not on record yet: its kind, who asks (an id), and its subject."""

    kind: str
    asked_by: str
    subject: Any = field(default_factory=dict)
    step: int = 0
    id: int = 0
    cycle: int = 0
    state: str = "pending"
    asked_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    decided_by: str | None = None
    decided_at: datetime | None = None
    remark: str | None = None


class OpenSignature(NamedTuple):
    """A signature that is asked for now: its place in its step, and who may give it, who is asked first."""

    place: int
    people: tuple[Person, ...]


def openings(case: Case, request: RequestRow) -> tuple[OpenSignature, ...]:
    """Return the signatures that a request asks for now, with different people asked for each.

    Before each person come those who act for them now, without those who sign an earlier step by their own role or work
    in the matter's own department. Left out are the asker, those who signed before or had it signed for them, who acts
    for one of these, people whom the matter is about, and people who answer to them. If that leaves nobody whom the
    regime names, the leaders and the chief may sign, else those who remain.
    """
    return openings_of(case, request, current(steps := chain_of(case, request)), steps)


def openings_of(
    case: Case, request: RequestRow, step: ChainStep | None, steps: Sequence[ChainStep]
) -> tuple[OpenSignature, ...]:
    """Return the signatures that one step of a request's chain asks for."""
    if step is None:
        return ()
    reserved = _reserved(case, request.kind, steps[: [one.id for one in steps].index(step.id)])
    barred = frozenset((request.asked_by, *request.subject.get("signed", ())))
    places = step.open_places
    named = [_willing(case, _signing(case, request.kind, step, place), barred, reserved) for place in places]
    chosen = one_each(named)
    for n, person in enumerate(chosen):
        if person is None:
            taken = {one.id for one in chosen if one}
            named[n] = _instead(case, barred, reserved, taken)
            chosen[n] = next(iter(named[n]), None)
    return tuple(
        OpenSignature(place, tuple(dict.fromkeys((person, *people))) if person else ())
        for place, person, people in zip(places, chosen, named, strict=True)
    )


def _reserved(case: Case, kind: str, earlier: Sequence[ChainStep]) -> frozenset[str]:
    """Return who (ids) sign the earlier steps by their own role: they stand in for nobody at a later one."""
    own = (_signing(case, kind, one, place) for one in earlier for place in range(len(one.places)))
    return frozenset(person.id for people in own for person in people)


def _instead(
    case: Case, barred: frozenset[str], reserved: frozenset[str], taken: Collection[str]
) -> tuple[Person, ...]:
    """Return who signs where nobody may whom the regime names: leaders and the chief, else those who remain."""
    above = _with_roles(case, ("leader", "chief"))
    for people in (above, recusal.remaining(case.incident.about, case.institution)):
        free = tuple(one for one in _willing(case, people, barred, reserved) if one.id not in taken)
        if free:
            return free
    return ()


def _everybody(open_now: Sequence[OpenSignature]) -> tuple[Person, ...]:
    """Return all who may give one of the signatures, those who are asked first."""
    first = (one.people[:1] for one in open_now)
    return tuple(dict.fromkeys((*chain(*first), *chain(*(one.people for one in open_now)))))


def _signing(case: Case, kind: str, step: ChainStep, place: int) -> tuple[Person, ...]:
    """Return the people whom a place of a step names."""
    if kind not in CHAINED:
        return _with_roles(case, _roles(case, kind))
    names = [name.partition(":")[::2] for name in step.places[place]]
    roles = tuple(name for what, name in names if what == "role")
    offices = (_office(case, name) for what, name in names if what == "office")
    people = (case.institution.person(name) for what, name in names if what == "person")
    return tuple(dict.fromkeys((*_with_roles(case, roles), *chain(*offices), *(one for one in people if one))))


def _office(case: Case, name: str) -> tuple[Person, ...]:
    """Return who signs for an office; for one that the institution has not got, those whom the regime names instead."""
    department = office_of(name, case.regime, case.institution)
    if department is None:
        return _with_roles(case, roles_instead(name, case.regime))
    return office_people(department, case.institution)


def _with_roles(case: Case, roles: tuple[str, ...]) -> tuple[Person, ...]:
    """Return the people of these roles. A matter without a department has no head."""
    department = case.incident.department
    in_charge = case.institution.leaders(department) if "leader" in roles else ()
    heads = case.institution.with_role("head", department=department) if department and "head" in roles else ()
    others = tuple(p for role in roles if role != "head" for p in case.institution.with_role(role))
    return (*heads, *(p for p in in_charge if p.has(*roles)), *others)


def _willing(
    case: Case, signing: tuple[Person, ...], barred: frozenset[str], reserved: frozenset[str]
) -> tuple[Person, ...]:
    free = [person for person in signing if case.may_decide(person) and person.id not in barred]
    standing_in = {person: [one for one in _acting_for(case, person) if one.id not in reserved] for person in free}
    acting = dict.fromkeys(one for person in free for one in (*standing_in[person], person))
    return tuple(person for person in acting if person.id not in barred and case.may_decide(person))


def _roles(case: Case, kind: str) -> tuple[str, ...]:
    """Return the roles that sign what takes one signature."""
    if kind == "extension" and case.regime.extension:
        return case.regime.extension.by
    if kind == "withdrawal":
        return _finalising(case)
    if kind == CONCERN:
        return ("leader", "chief", "office")
    return _leaders_of(case) if kind in LEADERS_ALONE else ("chief",)


def _finalising(case: Case) -> tuple[str, ...]:
    """Return the roles of the last step that a matter of this tier and kind has to pass, but for its own head.

    A report about a department is not struck out by that department.
    """
    incident = case.incident
    asked = [rule for rule in case.regime.approval if reasons(rule, incident.tier, incident.kind, ()) is not None]
    last = tuple(role for role in asked[-1].by if role != "head") if asked else ()
    return last or ("leader", "chief")


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
    return first_asked(case, UnrecordedRequest(kind, asker.id))[0]


def first_asked(case: Case, request: RequestRow) -> tuple[Person, ...]:
    """Return who are asked to sign a request's present step, all at once. Refusal if somebody for it is missing."""
    people = [next(iter(one.people), None) for one in openings(case, request)]
    found = tuple(one for one in people if one)
    if not found or len(found) < len(people):
        raise Refusal("approve.nobody", case=case)
    return found


def all_asked(case: Case, kind: str, asker: Person, subject: Mapping[str, Any]) -> tuple[Person, ...]:
    """Return who are asked at once to sign what `asker` puts to approval."""
    return first_asked(case, UnrecordedRequest(kind, asker.id, subject))


def asked_at_once(case: Case, request: RequestRow) -> tuple[Person, ...]:
    """Return who are asked to sign a request's present step, or act for who is; those who are there."""
    return tuple(dict.fromkeys(one.people[0] for one in openings(case, request) if one.people))


def signer(case: Case, request: RequestRow) -> Person | None:
    """Return who is asked to sign a request's present step, the first if several are."""
    return next(iter(asked_at_once(case, request)), None)


def may_sign(case: Case, request: RequestRow) -> tuple[Person, ...]:
    """Return who may sign a request's present step, who is asked first."""
    return _everybody(openings(case, request))


def put_to(case: Case, request: RequestRow) -> Person | None:
    """Return whom a request's present step is put to in their own name: the first who may sign without standing in."""
    return signer(_in_person(case), request)


def all_put_to(case: Case, request: RequestRow) -> tuple[Person, ...]:
    """Return all to whom a request's present step is put in their own name."""
    return asked_at_once(_in_person(case), request)


def _in_person(case: Case) -> Case:
    return replace(case, delegations=())


def may_decide(case: Case, request: RequestRow, person: Person) -> bool:
    """Return whether the person may sign the request's present step."""
    return person in may_sign(case, request)


def place_of(case: Case, request: RequestRow, person: Person) -> int:
    """Return which of several signatures a person gives: their own, that of whom they stand in for, else any."""
    in_person = {one.place: one.people[:1] for one in openings(_in_person(case), request)}
    own = [place for place, first in in_person.items() if person in first]
    standing_in = [place for place, first in in_person.items() if first and person in _acting_for(case, first[0])]
    may = (one.place for one in openings(case, request) if person in one.people)
    return next(iter((*own, *standing_in, *may)), 0)


def put_to_at(case: Case, request: RequestRow, person: Person) -> Person | None:
    """Return who is asked in their own name for the signature that a person gives."""
    place = place_of(case, request, person)
    return next(
        (one.people[0] for one in openings(_in_person(case), request) if one.place == place and one.people), None
    )


def capacity(case: Case, request: RequestRow, person: Person, called: Collection[str] = ()) -> Capacity | None:
    """Return in which capacity the person may sign the request's present step; None if they may not.

    `called` are the ids of those whom reminders have called to sign it.
    """
    if not may_decide(case, request, person):
        return None
    asked = put_to_at(case, request, person)
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
    asked = put_to_at(case, request, person)
    if asked and capacity(case, request, person, called) in ("delegate", "on behalf"):
        return asked.id
    place = place_of(case, request, person)
    may = [one.people for one in openings(_in_person(case), request) if one.place == place]
    own = {one.id for people in may for one in people}
    represented = (id for id in givers(case.delegations, person.id) if id in own)
    return None if person.id in own else next(represented, None)


def holder_waiting(case: Case, waiting: Sequence[RequestRow]) -> str:
    """Return who holds a matter in which these requests wait: the signer of the first, else the department."""
    asked = signer(case, waiting[0]) if waiting else None
    return approver(asked) if asked else case.home
