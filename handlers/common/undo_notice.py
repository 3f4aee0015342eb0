"""Tell of an undo (撤回) everybody whom the change had told, and call those who owe again what it had ended."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, json

from handlers.common.context import Context
from handlers.common.owing import QUIET, begun_in, owing
from handlers.common.restored import ASKING
from handlers.rules.incident.case import Case, Decision, DutyRow
from handlers.rules.incident.parts import helper_of
from handlers.rules.incident.units import sees
from handlers.rules.language.messages import Reply
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from storage import sent_messages
from storage.sent_messages import ToldMessage
from storage.undo import UndoableChange

GroupPlace = tuple[str, str]
"""A group's channel and conversation."""
OwedAgain = tuple[tuple[Person, ...], list[DutyRow]]


class UndoNotice(Struct, frozen=True):
    """Who hears of an undo: `people` who had been told, who owes what again, and `groups` where nobody is called.

    `off` are the groups of units that have nothing to do with the matter any more, each with its people. `back` is the
    group of the unit that has it again because it is not about it: it must not hear that somebody thought so.
    """

    people: tuple[Person, ...]
    owed: list[OwedAgain]
    groups: tuple[GroupPlace, ...]
    off: Mapping[GroupPlace, tuple[Person, ...]]
    back: GroupPlace | None = None

    @property
    def mentions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*(one.id for one in self.people), *self.owing_again)))

    @property
    def owing_again(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.id for people, _ in self.owed for one in people))


async def undo_notice(context: Context, case: Case, before: Case, word: UndoableChange) -> UndoNotice:
    """Return who hears that a change is taken back in a matter (`case`), which is then as `before` it."""
    sent = await sent_messages.of_change(case.number, word.at)
    owed = [] if word.opening else _owed_again(context, case, before)
    groups, unit_of = _groups(context, case, sent), context.office.institution.unit_of
    off = {place: unit for place, unit in groups.items() if unit and not sees(before, unit)}
    people = _people(context, case, (*_asked(case, word), *_called(sent)), owed)
    return UndoNotice(
        tuple(one for one in people if unit_of(one) not in off.values()),
        owed,
        tuple(place for place in groups if place not in off),
        {place: tuple(one for one in people if unit_of(one) == unit) for place, unit in off.items()},
        _back(context, case, before),
    )


def _back(context: Context, case: Case, before: Case) -> GroupPlace | None:
    name = before.incident.department
    unit = context.office.institution.unit(name)
    if unit is None or not case.recused(unit.name) or before.recused(unit.name):
        return None
    group = context.office.bound_group(unit.name)
    return (group.channel, group.conversation or "") if group else None


def _called(sent: Iterable[ToldMessage]) -> Iterator[str]:
    return (id for one in sent for id in json.decode(one.body, type=Reply).mentions)


def _people(context: Context, case: Case, ids: Iterable[str], owed: Sequence[OwedAgain]) -> list[Person]:
    """Return the people of these ids once, without the speaker, those who owe again, and whom the matter is about."""
    without = {context.person.id, *(person.id for people, _ in owed for person in people)}
    found = (context.person_of(id) for id in dict.fromkeys(ids) if id not in without)
    return [one for one in found if one and not case.concerns(one)]


def _asked(case: Case, word: UndoableChange) -> list[str]:
    """Return who (ids) had asked for what was decided, or was asked to sign what is gone now."""
    decided = {row["id"] for row in word.requests} if {"approved", "rejected"} & {*word.kinds} else set()
    told = [request.asked_by for request in case.requests if request.id in decided]
    return told + ([case.incident.holder.removeprefix("approver:")] if {*ASKING} & {*word.kinds} else [])


def _groups(context: Context, case: Case, sent: Iterable[ToldMessage]) -> dict[GroupPlace, str | None]:
    """Return the groups that were told with their units (None: the office), without units that may not have it."""
    office = context.office
    places = dict.fromkeys((one.channel, one.conversation) for one in sent)
    units = {place: office.institution.unit_at(*place) for place in places if office.group(*place)}
    return {place: unit for place, unit in units.items() if unit is None or not case.recused(unit)}


def _owed_again(context: Context, case: Case, before: Case) -> list[OwedAgain]:
    """Return what is owed again, the earliest due first, by who owes it, without the speaker."""
    found: dict[tuple[Person, ...], list[DutyRow]] = {}
    for duty in sorted(_returning(case, before), key=lambda one: one.due_at):
        people = tuple(one for one in _owners(context, before, duty) if one != context.person)
        found.setdefault(people, []).append(duty)
    return [(people, duties) for people, duties in found.items() if people]


def _returning(case: Case, before: Case) -> Iterator[DutyRow]:
    """Yield the duties that the change had ended, and all that a department gets back with the matter.

    What nobody has to do yet calls nobody.
    """
    still = {duty.id for duty in case.duties if duty.state == "open"}
    moved = before.incident.department != case.incident.department
    for duty in before.duties:
        stays = duty.id in still and not (moved and duty.owner == "department")
        if duty.state == "open" and duty.kind not in QUIET and not stays:
            yield duty


def _owners(context: Context, before: Case, duty: DutyRow) -> Sequence[Person]:
    row, office, helper = before.incident, context.office, helper_of(duty.owner)
    if duty.owner == "department" or helper:
        return recusal.owners(helper or row.department, row.about, office.institution)
    return owing(office, begun_in(before, Decision(events=())), duty)
