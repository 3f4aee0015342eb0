"""Call those who owe what a decision begins when it begins: the desk, leaders, the chief, or one person.

A department is called by what is said to it; what nobody has to do yet (to close, to calm) calls nobody.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from handlers.common.duty_owners import OWNERS, owners_of
from handlers.common.office import Office
from handlers.rules.incident.case import Case, Decision, DutyRow, NewDuty
from handlers.rules.incident.duties import CALM, CLOSING, STAND
from handlers.rules.language.messages import Reply
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import Tier

QUIET = (CALM, CLOSING, STAND)


class Call(Struct, frozen=True):
    """`people` owe a duty of this kind by `due` (UTC), to a `body` if one is named; `event` meets it."""

    people: tuple[Person, ...]
    kind: str
    event: str
    due: datetime
    body: str | None = None


class Begun(Struct, frozen=True):
    """Where duties begin: the matter's number, department, tier and policy, and whom it is about."""

    number: int
    department: str | None
    tier: Tier
    regime: Regime
    about: Collection[str]


def begun_in(case: Case, decision: Decision) -> Begun:
    """Return a matter as it is once a decision is made."""
    row, changes = case.incident, decision.changes
    about = (*row.about, *changes.get("about", ()))
    department = changes.get("department", row.department)
    return Begun(case.number, department, changes.get("tier", row.tier), case.regime, about)


def begun_by(case: Case, decision: Decision) -> tuple[NewDuty, ...]:
    """Return the duties that a decision begins, without the next one of a kind that it has met."""
    met = {duty.kind for duty in case.duties if duty.id in decision.met}
    return tuple(duty for duty in decision.opened if duty.kind not in met)


def with_calls(
    office: Office,
    where: Begun,
    opened: Iterable[NewDuty],
    replies: Sequence[Reply],
    speaker: Person | None,
    *,
    told: bool = False,
) -> tuple[Reply, ...]:
    """Return the replies, the first with a line for each duty that begins and calls somebody, and with their mentions.

    Whom the replies call already and who speaks are called with `told` alone: then they are only told to take note.
    """
    first = next((n for n, one in enumerate(replies) if one.update is None and not one.to), None)
    calls = _calls(office, where, opened, () if told else _heard(replies, speaker))
    if first is None or not calls:
        return tuple(replies)
    said, text = replies[first], office.texts.say("owing.begins", number=where.number, calls=calls)
    people = (person.id for call in calls for person in call.people)
    asked = replace(said, text=f"{said.text}\n{text}", mentions=tuple(dict.fromkeys((*said.mentions, *people))))
    return (*replies[:first], asked, *replies[first + 1 :])


def _heard(replies: Sequence[Reply], speaker: Person | None) -> set[str]:
    """Return who hears of it anyhow (ids): the speaker, and those whom the replies call."""
    return {*((speaker.id,) if speaker else ()), *(id for one in replies for id in one.mentions)}


def _calls(office: Office, where: Begun, opened: Iterable[NewDuty], known: Collection[str]) -> list[Call]:
    """Return the calls for what begins, to each body the first due, without those to people who are `known` (ids)."""
    found: dict[tuple[str, str | None], Call] = {}
    for duty in sorted(opened, key=lambda one: one.due.at):
        people, body = _unknowing(owing(office, where, duty), known), duty.due.trace.body
        if people and duty.kind not in QUIET:
            call = Call(people, duty.kind, _event(where, duty), duty.due.at, body)
            found.setdefault((duty.kind, body), call)
    return list(found.values())


def _unknowing(people: Sequence[Person], known: Collection[str]) -> tuple[Person, ...]:
    return tuple(person for person in people if person.id not in known)


def owing(office: Office, where: Begun, duty: NewDuty | DutyRow) -> tuple[Person, ...]:
    """Return who owes a duty, without people whom the matter is about; nobody for a department's."""
    institution = office.institution
    if duty.owner == "department":
        return ()
    if duty.owner in OWNERS:
        people = owners_of(institution, duty.owner, duty.kind, where.department)
    else:
        named = institution.person(duty.owner.removeprefix("person:"))
        people = institution.present((named,)) if named else ()
    return recusal.told(people, where.about, institution)


def _event(where: Begun, duty: NewDuty) -> str:
    rule = where.regime.rule(duty.kind, where.tier)
    return rule.met_by if rule else duty.kind
