"""Which signatures a request asks for now, and who may give each of them: one person for one, never their own."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, NamedTuple

from msgspec import Struct, field

from handlers.rules.incident.case import Case, RequestRow
from handlers.rules.incident.chain import CHAINED, chain_of
from handlers.rules.incident.chain_steps import ChainStep, current
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.people.one_each import one_each
from handlers.rules.people.stand_ins import takers
from handlers.rules.regime.approval_steps import office_of, office_people, reasons, roles_instead

CONCERN = "concern"
"""The kind of a request that takes names off a matter; `subject["off"]` lists them."""
REOPENING = "reopening"
"""The kind of a request to open a matter again with whose result somebody is not satisfied; a leader decides it."""
TAKEN_OFF_BY = "taken off by"
"""The key in a request's subject of who (ids) took off a signature that somebody else had added."""
OF_UNITS = ("reply", "plan")
"""The kinds of requests that the head of a unit signs."""
LEADERS_ALONE = ("remedy", "unanswerable")
"""Kinds of requests that close a matter, or excuse from answering: only a leader or the chief signs them."""


class UnrecordedRequest(Struct):
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
    in the matter's own department. Left out are the asker, those who signed before or had it signed for them, who took
    off a signature of the text, who acts for one of these, people whom the matter is about, and people who answer to
    them. If that leaves nobody whom the regime names, the leaders and the chief may sign, else those who remain, but
    nobody who said by hand whom the matter is about.
    """
    return openings_of(case, request, current(steps := chain_of(case, request)), steps)


def openings_of(
    case: Case, request: RequestRow, step: ChainStep | None, steps: Sequence[ChainStep]
) -> tuple[OpenSignature, ...]:
    """Return the signatures that one step of a request's chain asks for."""
    if step is None:
        return ()
    reserved = _reserved(case, request.kind, steps[: [one.id for one in steps].index(step.id)])
    subject = request.subject
    barred = frozenset((request.asked_by, *subject.get("signed", ()), *subject.get(TAKEN_OFF_BY, ())))
    places = step.open_places
    named = [_willing(case, _signing(case, request.kind, step, place), barred, reserved) for place in places]
    chosen = one_each(named)
    for n, person in enumerate(chosen):
        if person is None:
            taken = {one.id for one in chosen if one}
            named[n] = _instead(case, barred | _who_named(case), reserved, taken)
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


def _who_named(case: Case) -> frozenset[str]:
    """Return who (ids) said by hand whom the matter is about: they sign for nobody whom that leaves out."""
    named_by = case.incident.about_by or {}
    return frozenset(by for one, by in named_by.items() if one in case.incident.about)


def everybody(open_now: Sequence[OpenSignature]) -> tuple[Person, ...]:
    """Return all who may give one of the signatures, those who are asked first."""
    first = (one.people[:1] for one in open_now)
    return tuple(dict.fromkeys((*chain(*first), *chain(*(one.people for one in open_now)))))


def _signing(case: Case, kind: str, step: ChainStep, place: int) -> tuple[Person, ...]:
    """Return the people whom a place of a step names."""
    if kind not in CHAINED:
        return _with_roles(case, _roles(case, kind))
    names = [name.partition(":")[::2] for name in step.places[place]]
    roles = _in_a_unit(case, kind, tuple(name for what, name in names if what == "role"))
    offices = (_office(case, name) for what, name in names if what == "office")
    people = (case.institution.person(name) for what, name in names if what == "person")
    return tuple(dict.fromkeys((*_with_roles(case, roles), *chain(*offices), *(one for one in people if one))))


def _in_a_unit(case: Case, kind: str, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Return who signs a reply or a plan: in a unit its head where the regime names a leader, who may sign besides.

    What is more than general goes to the office's leader, also where the regime names a head.
    """
    if kind not in OF_UNITS or case.institution.unit(case.incident.department) is None:
        return roles
    if case.incident.tier != "general":
        return tuple(dict.fromkeys("leader" if one == "head" else one for one in roles))
    return ("head", *roles) if "leader" in roles and "head" not in roles else roles


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
    standing_in = {person: [one for one in acting_for(case, person) if one.id not in reserved] for person in free}
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
    if kind == REOPENING:
        return ("leader", "chief")
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


def acting_for(case: Case, person: Person) -> tuple[Person, ...]:
    """Return who acts for the person now. Nobody of the matter's department acts for somebody outside it."""
    acting = (case.institution.person(id) for id in takers(case.delegations, person.id))
    return tuple(taker for taker in acting if taker and not _judges_own(case, taker, person))


def _judges_own(case: Case, taker: Person, giver: Person) -> bool:
    own = case.incident.department
    return own is not None and taker.department == own and giver.department != own
