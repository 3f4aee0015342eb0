"""Who may sign which request: by role, one person for one step, never their own.

Who was asked, who stands in for them, and whom the ladder has called since sign with a bare word. Others of the roles
that the regime names sign only what they name, and it is recorded as on behalf of who was asked.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from handlers.rules.incident.case import CLOSED, OPEN_STAGES, Case, RequestRow, approver
from handlers.rules.incident.chain import WORDINGS
from handlers.rules.incident.duties import waits_for_signature
from handlers.rules.incident.openings import UnrecordedRequest, acting_for, everybody, openings
from handlers.rules.people.institution import Person
from handlers.rules.people.stand_ins import givers
from handlers.rules.refusal import Refusal

Capacity = Literal["asked", "delegate", "called", "on behalf"]
"""Why somebody may sign: asked, in place of who was asked, called by a reminder since, or by role alone."""


class Reminder(Struct, frozen=True):
    """A reminder that was delivered: of which duty (its id), when (UTC), and the ids of the people it called."""

    duty: int
    at: datetime
    told: tuple[str, ...]


def approvers(case: Case, kind: str, step: int, asker: str, signed: Collection[str] = ()) -> tuple[Person, ...]:
    """Return who may sign a step of what `asker` (an id) asks for, the leader in charge of the department first.

    It is the regime's own chain, as it is for a matter of this tier and kind; `signed` are those who signed before.
    """
    subject = {"signed": [*signed], "chief": step >= len(case.regime.approval)}
    return everybody(openings(case, UnrecordedRequest(kind, asker, subject, step)))


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
    return everybody(openings(case, request))


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
    standing_in = [place for place, first in in_person.items() if first and person in acting_for(case, first[0])]
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
    if asked and person in acting_for(case, asked):
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
    """Return who holds a matter in which these requests wait: the signer of the first, else the department.

    Wording waits beside what is owed and holds nothing. A matter that has ended is held by nobody.
    """
    if case.incident.stage not in OPEN_STAGES:
        return CLOSED
    first = next((one for one in waiting if one.kind not in WORDINGS), None)
    asked = signer(case, first) if first else None
    return approver(asked) if asked else case.home
