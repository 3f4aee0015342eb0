"""Who hears a reminder of a duty: its owner or who is asked to sign, and the listeners of the step."""

from collections.abc import Sequence

from msgspec import json

from handlers.common.duty_owners import owners_of
from handlers.common.office import Office
from handlers.rules.incident.parts import helper_of
from handlers.rules.people import recusal
from handlers.rules.people.institution import Institution, Person
from handlers.rules.regime.listeners import listening
from handlers.rules.regime.regime_parts import Listener
from storage.duties import DueRow

ONE_DAY_LATE = 86_400
"""Seconds after the due time from which the chief and the desk are reminded of a missing signature too."""


def hearing(
    row: DueRow, tell: Sequence[Listener], rung: int, office: Office, signs: Sequence[str] | None
) -> tuple[Person, ...]:
    """Return who is reminded. "owner" is the duty's owner, or who signs if it waits for signatures.

    `signs` are those (ids) who are asked for them at once beside the matter's holder; None if it waits for none.
    """
    own = _of_its_own(row, tell, office)
    if own is not None:
        return own
    signers = asked(row, office, signs) if signs is not None else ()
    if not signers:
        return _owner_first(row, tell, office)
    others = listening(office.institution, [one for one in tell if one != "owner"], row.department)
    return (*_signers(signers, rung, office), *others) if "owner" in tell else others


def _owner_first(row: DueRow, tell: Sequence[Listener], office: Office) -> tuple[Person, ...]:
    """Return the listeners of a step, the duty's owner where the step names them."""
    institution, department = office.institution, row.department
    behind = (
        owners_of(institution, row.owner, row.kind, department)
        if one == "owner"
        else listening(institution, (one,), department)
        for one in tell
    )
    return tuple(dict.fromkeys(person for people in behind for person in people))


def _of_its_own(row: DueRow, tell: Sequence[Listener], office: Office) -> tuple[Person, ...] | None:
    """Return who is reminded of a person's or a helping department's own duty; None for any other."""
    if helper := helper_of(row.owner):
        return listening(office.institution, tell, helper) or office.institution.desk()
    if not row.owner.startswith("person:"):
        return None
    owners = publishers(office.institution, row.owner, json.decode(row.about, type=tuple[str, ...]))
    others = listening(office.institution, [one for one in tell if one != "owner"], row.department)
    return (*(owners if "owner" in tell else ()), *others)


def publishers(institution: Institution, owner: str, about: tuple[str, ...]) -> tuple[Person, ...]:
    """Return who published the answer; the desk, if the person is no longer there or the matter is about them."""
    publisher = institution.person(owner.partition(":")[2])
    if publisher is not None and not recusal.concerned(publisher, about):
        return (publisher,)
    return tuple(person for person in institution.desk() if not recusal.concerned(person, about))


def asked(row: DueRow, office: Office, others: Sequence[str] = ()) -> tuple[Person, ...]:
    """Return who is asked to sign, or their deputies: the matter's holder, and `others` (ids) with them."""
    held = row.holder.removeprefix("approver:")
    people = (office.institution.person(id) for id in dict.fromkeys((held, *others)))
    found = tuple(person for person in people if person)
    return office.institution.present(found) if office.institution.person(held) else ()


def not_concerned(row: DueRow, people: tuple[Person, ...], office: Office) -> tuple[Person, ...]:
    """Leave out people whom the matter is about; if nobody remains, return the chief and the desk instead."""
    return recusal.told(people, json.decode(row.about, type=tuple[str, ...]), office.institution)


def _signers(signing: Sequence[Person], rung: int, office: Office) -> tuple[Person, ...]:
    """Return who is reminded of a signature: once late all leaders too, a day later the chief and the desk."""
    institution = office.institution
    leaders = institution.with_role("leader") if rung > 0 else ()
    above = (*institution.with_role("chief"), *institution.desk()) if rung >= ONE_DAY_LATE else ()
    return (*signing, *institution.present((*leaders, *above)))
