"""The staff of a rehearsal: they hear what the bot says in the group, and do what is theirs when they come to it.

Whoever is pinged looks at the matter; after an answer that pings nobody, whoever works on it goes on. A leader who
hears that something is late, and cannot do it, has the desk step in.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.channels.local import LocalChannel
from bot.rehearsal.behaviour import Behaviour, Deed
from bot.rehearsal.matters import Appointment, KnownMatter, deed_of, due_at
from bot.rehearsal.words import said
from handlers.common.office import Office
from handlers.rules.incident.approval import may_decide
from handlers.rules.incident.case import Case
from handlers.rules.language.messages import CODE, Quote, Reply, code
from handlers.rules.people.institution import Person
from storage import incidents
from storage.tables import Incident


class Staff:
    def __init__(self, office: Office, channel: LocalChannel, behaviour: Behaviour) -> None:
        self._office = office
        self._channel = channel
        self._behaviour = behaviour
        self._matters: dict[int, KnownMatter] = {}

    async def hear(self, says: Iterable[Reply], now: datetime) -> list[Appointment]:
        """What the bot said since last time; the times that people set themselves to deal with it."""
        heard = [(int(found[1]), say) for say in says if (found := CODE.search(say.text))]
        await self._look({number for number, _ in heard})
        return [made for number, say in heard for made in self._plan(number, say, now)]

    async def _look(self, numbers: set[int]) -> None:
        """Only what changed is read anew."""
        for number, version in await Incident.filter(number__in=sorted(numbers)).values_list("number", "version"):
            matter = self._matters.get(number)
            if matter is None or matter.case.incident.version != version:
                await self._read(number)

    async def _read(self, number: int) -> None:
        record = await incidents.load(number)
        if record is None:
            raise LookupError(number)
        case = self._office.case(record)
        self._matters.setdefault(number, KnownMatter(case)).case = case

    def _plan(self, number: int, say: Reply, now: datetime) -> Iterator[Appointment]:
        matter = self._matters[number]
        if say.card and not matter.departments:
            keys = (button.key.split(":") for button in say.card.buttons)
            matter.departments = tuple(key[2] for key in keys if key[0] == "assign")
        pinged = [person for id in say.mentions if (person := self._office.institution.person(id))]
        for person in pinged:
            yield from self._appoint(matter, person, now)
            if person.has("leader", "chief") and not self._next(matter, person):
                yield from self._have_the_desk_step_in(matter, person, now)
        if matter.worker and not pinged and not self._in_vain(matter, matter.worker):
            yield from self._appoint(matter, matter.worker, now)

    def _in_vain(self, matter: KnownMatter, person: Person) -> bool:
        """Whether what is next was said already and changed nothing: the bot refused it."""
        return (person.id, self._next(matter, person), matter.case.incident.version) in matter.tried

    def _have_the_desk_step_in(self, matter: KnownMatter, leader: Person, now: datetime) -> Iterator[Appointment]:
        if self._behaviour.of(leader.id, matter.case.number) != "absent":
            for person in self._office.institution.with_role("office", "officer"):
                yield from self._appoint(matter, person, now)

    def _appoint(self, matter: KnownMatter, person: Person, now: datetime) -> Iterator[Appointment]:
        deed = self._next(matter, person)
        if deed is None or person.id in matter.busy:
            return
        at = self._behaviour.done_at(person.id, matter.case.number, deed, now, due_at(matter.case))
        if at is not None:
            matter.busy.add(person.id)
            yield Appointment(at, person, matter.case.number, deed)

    async def act(self, appointment: Appointment, now: datetime) -> list[Appointment]:
        """The moment has come. What is to be done may be something else by now: then it gets a time of its own."""
        matter, person = self._matters[appointment.number], appointment.person
        matter.busy.discard(person.id)
        deed = self._next(matter, person)
        if deed is None or deed != appointment.deed:
            return list(self._appoint(matter, person, now))
        await self._do(matter, person, deed, now)
        matter.tried.add((person.id, deed, matter.case.incident.version))
        if deed in ("acknowledge", "draft"):
            matter.worker = person
        matter.extension_asked |= deed == "extend"
        return []

    def _next(self, matter: KnownMatter, person: Person) -> Deed | None:
        waits = self._behaviour.waits(matter.case.number) and not matter.extension_asked
        return deed_of(matter.case, person, waits)

    async def _do(self, matter: KnownMatter, person: Person, deed: Deed, now: datetime) -> None:
        case = matter.case
        chance = self._behaviour.draw(case.number, person.id, deed, now.isoformat())
        quote = None
        sentence: str = deed
        if deed == "decide":
            sentence, quote = self._verdict(case, person)
        if deed == "publish" and chance.random() < 0.3:
            person = chance.choice(self._office.institution.with_role("officer") or (person,))
        department = case.incident.department or (chance.choice(matter.departments) if matter.departments else "")
        by = self._office.institution.calendar.day_ending(due_at(case, "resolve") or now)
        text = said(self._office.texts.language, sentence, chance, case.number, by, department)
        await self._channel.say(person.id, text, quote=quote)

    def _verdict(self, case: Case, person: Person) -> tuple[str, Quote | None]:
        """A leader names the matter; where several things wait in it, they quote the one that they mean."""
        request = next(request for request in case.pending() if may_decide(case, request, person))
        first = request.kind == "reply" and request.subject["edition"] == 1
        if first and self._behaviour.displeases(case.number):
            return "reject", None
        quote = Quote(text=code(case.number, request.id))
        return ("approve", None) if len(case.pending()) == 1 else ("decide", quote)
