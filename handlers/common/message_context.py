"""One message being handled: who sent it, when it was said, and which incidents it is about."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import ModuleType
from typing import Any

from msgspec import Struct

from handlers.common.office import Arm, Office
from handlers.common.word_order import Words, must_be_last_deed, must_be_newest
from handlers.rules.incident.case import Case
from handlers.rules.incident.dating import last_deed
from handlers.rules.incident.units import sees
from handlers.rules.incident.word_order import PROMPT
from handlers.rules.language.messages import Message, Reply, quoted_code
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.time.said_at import acted_at, said_at
from storage import delegations, incidents, outbox, reports
from storage.reports import ReportRow
from storage.routines import RoutineReport
from storage.tables import Delegation

MOST_CANDIDATES = 3


class CheckedIn(Struct, frozen=True):
    """A check-in that found a matter: what is recorded, and the reply once the matter's number is known."""

    report: RoutineReport
    reply: Callable[[int], Reply]


class MessageContext(Struct):
    """A message, and what handling it needs.

    `commands` are the registered ones by name. `arm` schedules timers after the commit, the office's by default. If the
    message holds several commands, `kept` takes what one of them answers, to be sent in one answer to all.
    `files_asked_for` if the answer already asks for a file that did not arrive. `received` is when the message was
    stored, which may be long before `now`. `made` is what the command's `prepare` made before a transaction began,
    and `made_of` the same for several commands, by their words.
    """

    office: Office
    commands: Mapping[str, ModuleType]
    message: Message
    person: Person
    now: datetime
    inbox: int | None = None
    arm: Arm | None = None
    checked_in: CheckedIn | None = None
    kept: list[outbox.OutgoingMessage] | None = None
    files_asked_for: bool = False
    received: datetime | None = None
    _in_force: Sequence[Delegation] | None = None
    made: object = None
    made_of: Mapping[str, object] | None = None

    @property
    def said_at(self) -> datetime:
        """When the message was said, for what it certifies."""
        return said_at(self.message.sent_at, self.received or self.now)

    @property
    def acted_at(self) -> datetime:
        """When the message was said, for what it meets."""
        return acted_at(self.message.sent_at, self.received or self.now)

    def acted_in(self, case: Case) -> datetime:
        """Return when the message was said, for what it does in a matter: not before what was last done in it."""
        return min(max(self.acted_at, last_deed(case)), self.now)

    async def must_be_newest(self, number: int | None, things: frozenset[str]) -> None:
        """Raise Overtaken if somebody has decided one of the things in words that were said after these."""
        await must_be_newest(self._words, number, things, self.office.institution)

    async def must_be_last_deed(self, number: int | None) -> None:
        """Raise Overtaken if the speaker did something after they said this: in the matter, without a number in any."""
        await must_be_last_deed(self._words, number, self.office.institution)

    @property
    def _words(self) -> Words:
        return Words(self.person.id, self.message, self.received or self.now, self.now)

    def text(self, name: str, /, **facts: Any) -> str:
        return self.office.texts.say(name, **facts)

    async def case(self, number: int) -> Case:
        """Load an incident. Refusal if it does not exist, or is not for the speaker's unit or this unit's group."""
        case = await self.any_case(number)
        barred = next((unit for unit in self.units if not sees(case, unit)), None)
        if barred:
            raise Refusal("unit.not_shown", number=number, unit=barred, own=barred == self.of_unit)
        return case

    async def any_case(self, number: int) -> Case:
        """Load an incident that may not be told here. Refusal if it does not exist."""
        record = await incidents.load(number)
        if record is None:
            raise Refusal("common.no_such", number=number)
        return self.office.case(record, self.now, await self._said_under())

    async def cases(self, numbers: Sequence[int]) -> list[Case]:
        """Load several incidents at once, without those that do not exist or that a unit does not see."""
        under = await self._said_under()
        found = [self.office.case(record, self.now, under) for record in await incidents.load_all(numbers)]
        return [case for case in found if self.may_see(case)]

    @property
    def of_unit(self) -> str | None:
        """The unit in which the speaker works; None for the office's own people."""
        return self.office.institution.unit_of(self.person)

    @property
    def at_unit(self) -> str | None:
        """The unit in whose group the message was said; None elsewhere."""
        return self.office.institution.unit_at(self.message.channel, self.message.conversation)

    @property
    def units(self) -> tuple[str, ...]:
        """The units, of the speaker and of the group, that must see a matter for it to be told here."""
        return tuple(dict.fromkeys(unit for unit in (self.of_unit, self.at_unit) if unit))

    def may_see(self, case: Case) -> bool:
        """Return whether the matter may be told to the speaker, in this chat."""
        return all(sees(case, unit) for unit in self.units)

    @property
    def unit(self) -> str | None:
        """The unit whose figures and lists may be told here; None for the office. Refusal in another unit's group."""
        units = self.units
        if len(units) > 1:
            raise Refusal("unit.elsewhere", own=units[0], here=units[1])
        return units[0] if units else None

    def must_be_the_office(self) -> None:
        """Raise Refusal where what is of every unit must not be told."""
        if self.units:
            raise Refusal("unit.office_chat_only", unit=self.units[-1])

    async def shown(self, rows: Sequence[ReportRow]) -> list[ReportRow]:
        """Return those rows of matters, by their `number`, that may be told here."""
        if not self.units:
            return list(rows)
        seen = {case.number for case in await self.cases(list(dict.fromkeys(row["number"] for row in rows)))}
        return [row for row in rows if row["number"] in seen]

    async def _said_under(self) -> Sequence[Delegation] | None:
        """Return the delegations that were in force when the message was said; None for what is handled at once."""
        if self._in_force is None and self.now - self.said_at > PROMPT:
            self._in_force = await delegations.in_force_at(self.said_at)
        return self._in_force

    async def meant(self, number: int | None, examples: Mapping[str, Sequence[str]]) -> Case:
        """Load the incident that is meant: by its number, else by the quote's short code. Refusal without either."""
        return await self.case((await self.numbers((number,) if number else (), examples))[0])

    async def numbers(self, named: Sequence[int], examples: Mapping[str, Sequence[str]]) -> tuple[int, ...]:
        """Return the numbers that are named, else the quote's. Refusal that lists open incidents without either."""
        code = quoted_code(self.message)
        numbers = tuple(named) or ((code[0],) if code else ())
        if numbers:
            return numbers
        rows = await self._open(MOST_CANDIDATES)
        example = examples[self.office.texts.language][0]
        number = str(rows[0]["number"]) if rows else "12"
        raise Refusal("common.which", example=example.replace("12", number, 1), rows=rows)

    async def open_matters(self, limit: int) -> list[int]:
        """Return the newest open incidents of the speaker's department or unit; of all for the desk and the leaders."""
        return [int(row["number"]) for row in await self._open(limit)]

    async def _open(self, limit: int) -> list[reports.ReportRow]:
        everything = self.person.has("office", "officer", "leader", "chief")
        own = self.at_unit if everything else self.person.department
        return await self.shown(await reports.newest_open(own, limit))

    def person_of(self, id: str | None) -> Person | None:
        return self.office.institution.person(id) if id else None

    def mentioned(self) -> tuple[Person, ...]:
        """Return the people of the configuration who were @-ed, as the platform says."""
        found = (self.office.institution.by_account(self.message.channel, uid) for uid in self.message.mentions)
        return tuple(person for person in found if person)
