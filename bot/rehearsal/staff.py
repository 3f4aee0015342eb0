"""The simulated staff: they read what the bot says in the group, make appointments, and act on them.

A person who is mentioned looks at the matter. After an answer that mentions nobody, its worker goes on. A leader who
is told that something is late, and cannot do it, calls the desk (officers and office).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.channels.local import LocalChannel
from bot.rehearsal.behaviour import Action, Behaviour
from bot.rehearsal.dishonest import Dishonest
from bot.rehearsal.matters import Appointment, KnownMatter, due_at, is_look_near, next_action
from bot.rehearsal.words import worded
from handlers.common.office import Office
from handlers.rules.incident.case import Case
from handlers.rules.incident.signers import may_decide
from handlers.rules.language.messages import CODE, Quote, Reply, code
from handlers.rules.people.institution import Person
from storage import incidents
from storage.tables import Incident


class Staff:
    def __init__(self, office: Office, channel: LocalChannel, behaviour: Behaviour, dishonest: Dishonest) -> None:
        self._office = office
        self._channel = channel
        self._behaviour = behaviour
        self._dishonest = dishonest
        self._matters: dict[int, KnownMatter] = {}

    async def read(self, replies: Iterable[Reply], now: datetime) -> list[Appointment]:
        """Read what the bot said since the last call; return the appointments that people make because of it."""
        about = [(int(found[1]), reply) for reply in replies if (found := CODE.search(reply.text))]
        await self._refresh({number for number, _ in about})
        return [made for number, reply in about for made in self._plan(number, reply, now)]

    async def _refresh(self, numbers: set[int]) -> None:
        """Load the matters whose version has changed."""
        for number, version in await Incident.filter(number__in=sorted(numbers)).values_list("number", "version"):
            matter = self._matters.get(number)
            if matter is None or matter.case.incident.version != version:
                await self._load(number)

    async def _load(self, number: int) -> None:
        record = await incidents.load(number)
        if record is None:
            raise LookupError(number)
        case = self._office.case(record)
        self._matters.setdefault(number, KnownMatter(case)).case = case

    def _plan(self, number: int, reply: Reply, now: datetime) -> Iterator[Appointment]:
        matter = self._matters[number]
        matter.departments = matter.departments or _offered(reply)
        matter.checking |= any(button.key.startswith("stand:") for button in (reply.card.buttons if reply.card else ()))
        matter.looking |= is_look_near(matter.case, now)
        yield from self._dishonest.accused(matter, now)
        mentioned = [person for id in reply.mentions if (person := self._office.institution.person(id))]
        for person in mentioned:
            yield from self._appoint(matter, person, now)
            if person.has("leader", "chief") and not self._next(matter, person):
                yield from self._call_desk(matter, person, now)
        if matter.worker and not mentioned and not self._was_refused(matter, matter.worker):
            yield from self._appoint(matter, matter.worker, now)

    def _was_refused(self, matter: KnownMatter, person: Person) -> bool:
        """Return whether the next action was tried at this version already: the bot refused it."""
        return (person.id, self._next(matter, person), matter.case.incident.version) in matter.tried

    def _call_desk(self, matter: KnownMatter, leader: Person, now: datetime) -> Iterator[Appointment]:
        if self._behaviour.pace_of(leader.id, matter.case.number) != "absent":
            for person in self._office.institution.with_role("office", "officer"):
                yield from self._appoint(matter, person, now)

    def _appoint(self, matter: KnownMatter, person: Person, now: datetime) -> Iterator[Appointment]:
        action = self._next(matter, person)
        if action is None or person.id in matter.busy or person.id in matter.left:
            return
        at = self._behaviour.done_at(person.id, matter.case.number, action, now, due_at(matter.case))
        if at is not None:
            matter.busy.add(person.id)
            at = self._dishonest.at(matter, person, action, at)
            yield Appointment(at, person, matter.case.number, action)

    async def act(self, appointment: Appointment, now: datetime) -> list[Appointment]:
        """Take the appointment's action. If the next action is another one by now, return an appointment for it."""
        matter, person = self._matters[appointment.number], appointment.person
        if appointment.action == "meddle":
            await self._dishonest.meddle(matter, person, now)
            return []
        matter.busy.discard(person.id)
        action = self._next(matter, person)
        if action is None or action != appointment.action:
            return list(self._appoint(matter, person, now))
        if sham := self._dishonest.sham_of(matter, person, action):
            return await self._dishonest.act(matter, person, action, sham, now)
        await self._do(matter, person, action, now)
        matter.tried.add((person.id, action, matter.case.incident.version))
        if action in ("acknowledge", "plan", "draft", "answer"):
            matter.worker = person
        matter.extension_asked |= action == "extend"
        matter.checking &= action != "stand"
        matter.looking &= action not in ("follow up", "circulate")
        return []

    def _next(self, matter: KnownMatter, person: Person) -> Action | None:
        extends = self._behaviour.needs_extension(matter.case.number) and not matter.extension_asked
        return next_action(matter.case, person, extends=extends, checking=matter.checking, looking=matter.looking)

    async def _do(self, matter: KnownMatter, person: Person, action: Action, now: datetime) -> None:
        case = matter.case
        chance = self._behaviour.draw(case.number, person.id, action, now.isoformat())
        quote = None
        sentence = self._sentence(case, action)
        if action == "decide":
            sentence, quote = self._decision(case, person)
        if action == "publish" and chance.random() < 0.3:
            person = chance.choice(self._office.institution.with_role("officer") or (person,))
        department = case.incident.department or (chance.choice(matter.departments) if matter.departments else "")
        by = self._office.institution.calendar.day_ending(due_at(case, "resolve") or now)
        edition = len(case.drafts) + (case.incident.stage == "resolved")  # the result has a page of its own
        text = worded(self._office.texts.language, sentence, chance, case.number, by, department, edition)
        await self._channel.say(person.id, text, quote=quote)

    def _sentence(self, case: Case, action: Action) -> str:
        """Return the name of the words for an action: a remedy with its proof, an instruction with a limit."""
        if action == "resolve" and self._behaviour.proves_a_remedy(case.number):
            return "remedy"
        timed = any(rule.period == "instructed" for rule in case.regime.duty)
        return "limit" if action == "instruct" and timed else action

    def _decision(self, case: Case, person: Person) -> tuple[str, Quote | None]:
        """Return the leader's answer to the first request: by the matter's number, or by a quote if several wait."""
        request = next(request for request in case.pending() if may_decide(case, request, person))
        if request.kind == "withdrawal" and not self._behaviour.is_dishonest(person.id, case.number):
            return "keep", Quote(text=code(case.number, request.id))
        first = request.kind == "reply" and request.subject["edition"] == 1
        if first and self._behaviour.rejects_first_draft(case.number):
            return "reject", None
        quote = Quote(text=code(case.number, request.id))
        return ("approve", None) if len(case.pending()) == 1 else ("decide", quote)


def _offered(reply: Reply) -> tuple[str, ...]:
    """Return the departments that a reply's buttons offer to assign the matter to."""
    keys = (button.key.split(":") for button in (reply.card.buttons if reply.card else ()))
    return tuple(key[2] for key in keys if key[0] == "assign")
