"""What a person may say next about a matter: the steps that wait for them, as the group page offers them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from handlers.rules.incident.case import Case, Decision, RequestRow
from handlers.rules.incident.next_duty import NextDuty, next_duty
from handlers.rules.incident.parts import helper_of, open_parts
from handlers.rules.incident.permissions import DESK_ROLES, permit
from handlers.rules.incident.signers import capacity, may_sign
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal

_MET_BY = {
    "acknowledged": "acknowledge",
    "verified": "verify",
    "followed up": "follow_up",
    "tracked": "follow_up",
    "circulated": "progress",
    "reported": "progress",
    "resolved": "resolve",
    "planned": "plan",
}
"""The command that brings an event about, where it is always the same."""


class OwnStep(NamedTuple):
    """A command about a matter. `request` is the kind that it signs, where it signs one."""

    command: str
    number: int
    request: str | None = None


def own_steps(case: Case, person: Person, called: Collection[str] = ()) -> tuple[OwnStep, ...]:
    """Return the steps that wait for the person, signatures first.

    `called` are the ids of those whom reminders have called to sign. What the person may not say is left out.
    """
    return steps_of(case, (person,), called).get(person.id, ())


def steps_of(case: Case, people: Iterable[Person], called: Collection[str] = ()) -> dict[str, tuple[OwnStep, ...]]:
    """Return the same for each of several people by their id; who has none is left out."""
    coming = next_duty(case, Decision(events=())) if case.incident.department is not None else None
    waiting = [(request, may_sign(case, request)) for request in case.pending()]
    parts = frozenset(filter(None, (helper_of(duty.owner) for duty in open_parts(case))))
    drafters = _drafters(case, coming)
    works = _Workers(case, parts, drafters)

    def steps(person: Person) -> tuple[OwnStep, ...]:
        put = [request for request, signers in waiting if person in signers]
        signing = _signatures(case, person, put, called) if put else []
        offered = _work(case, person, coming, parts, drafters) if works.may(person) else ()
        return (*signing, *(step for step in offered if _permitted(case, person, step.command)))

    return {person.id: own for person in people if (own := steps(person))}


class _Workers:
    """Who may have work in a matter: of a large institution most have none, and are not looked at closely."""

    def __init__(self, case: Case, parts: Collection[str], drafters: Collection[str]) -> None:
        self._of_desk = case.incident.department is None
        self._departments = {case.incident.department, *parts} - {None}
        self._drafters = drafters
        self._delegated = bool(case.delegations or case.said_under)

    def may(self, person: Person) -> bool:
        if self._delegated or person.department in self._departments or person.id in self._drafters:
            return True
        return self._of_desk and person.has(*DESK_ROLES)


def _signatures(case: Case, person: Person, put: Sequence[RequestRow], called: Collection[str]) -> list[OwnStep]:
    kinds = [request.kind for request in put if capacity(case, request, person, called) != "on behalf"]
    return [OwnStep(command, case.number, kind) for command in ("approve", "reject") for kind in kinds]


def _work(
    case: Case, person: Person, coming: NextDuty | None, parts: Collection[str], drafters: Collection[str]
) -> Iterator[OwnStep]:
    """Yield what the department owes next; for the desk what it has to assign, and what it drafted.

    `parts` are the departments that owe a part of their own, `drafters` who drafted what is to be published.
    """
    if case.incident.department is None:
        if person.has(*DESK_ROLES):
            yield OwnStep("assign", case.number)
    elif case.belongs(person):
        yield from _departments(case, coming)
        return
    if parts and any(one.department in parts for one in case.selves(person)):
        yield OwnStep("part", case.number)
    if person.id in drafters:
        yield OwnStep("publish", case.number)


def _departments(case: Case, coming: NextDuty | None) -> Iterator[OwnStep]:
    if case.open_duty("acknowledge") is not None:
        yield OwnStep("acknowledge", case.number)
        yield OwnStep("bounce", case.number)
        return
    command = None if coming is None or coming.signing else _command(coming)
    if command:
        yield OwnStep(command, case.number)
    if case.open_duty("resolve") is not None and not case.pending("extension"):
        yield OwnStep("extend", case.number)


def _command(coming: NextDuty) -> str | None:
    if coming.event in ("published", "promise"):
        return "publish" if coming.approved else "reply"
    return _MET_BY.get(coming.event)


def _drafters(case: Case, coming: NextDuty | None) -> frozenset[str]:
    """Return the ids of those who drafted the reply that is to be published next."""
    if coming is None or coming.event != "published" or not coming.approved:
        return frozenset()
    return frozenset(request.asked_by for request in case.requests if request.kind == "reply")


def _permitted(case: Case, person: Person, command: str) -> bool:
    try:
        permit(case, person, command)
    except Refusal:
        return False
    return True
