"""One message on its way through a handler: who said it, about which incident, and what is answered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import ModuleType
from typing import Any

from handlers.common.office import Arm, Office
from handlers.rules.incident.case import Case, Decision
from handlers.rules.language.messages import Message, Reply, quoted_code
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from storage import changes, incidents, outbox, reports, routines
from storage.changes import Written
from storage.commit import conclude
from storage.database.transaction import transact
from storage.incidents import Change, NewIncident, NewPost
from storage.routines import Given

MOST_CANDIDATES = 3
CONFLICT_TRIES = 8
"""How often a change is decided again because somebody else was faster."""


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """What was decided about one of several incidents, and what is said of it: words, and cards' updates."""

    case: Case
    decision: Decision
    say: Callable[[Written], Sequence[Reply]]


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A check-in that found a matter: what is recorded of it, and what is said once the matter's number is known."""

    given: Given
    say: Callable[[int], Reply]


@dataclass(slots=True)
class Context:
    """A message being handled. Everything is written in one transaction, together with the mark that it was handled.

    `commands` are the registered ones by name. `arm` sets the timers afterwards; the office's own if there is none.
    """

    office: Office
    commands: Mapping[str, ModuleType]
    message: Message
    person: Person
    now: datetime
    inbox: int | None = None
    arm: Arm | None = None
    checked_in: CheckedIn | None = None

    async def armed(self, written: Written) -> None:
        """After a commit, or the timers are found in the tables a little later."""
        await (self.arm or self.office.arm)(written)

    def text(self, name: str, /, **facts: Any) -> str:
        return self.office.texts.say(name, **facts)

    async def case(self, number: int) -> Case:
        record = await incidents.load(number)
        if record is None:
            raise Refusal("common.no_such", number=number)
        return self.office.case(record, self.now)

    async def cases(self, numbers: Sequence[int]) -> list[Case]:
        """Load several incidents at once; a number that is none is left out."""
        return [self.office.case(record, self.now) for record in await incidents.load_all(numbers)]

    async def meant(self, said: int | None, examples: Mapping[str, Sequence[str]]) -> Case:
        """The incident that is meant: by its number, else by the quote's short code. Refusal if neither is there."""
        return await self.case((await self.numbers((said,) if said else (), examples))[0])

    async def numbers(self, said: Sequence[int], examples: Mapping[str, Sequence[str]]) -> tuple[int, ...]:
        """The incidents that are meant, where several may be named. Who names none hears which there are."""
        code = quoted_code(self.message)
        numbers = tuple(said) or ((code[0],) if code else ())
        if numbers:
            return numbers
        rows = await self._open(MOST_CANDIDATES)
        example = examples[self.office.texts.language][0]
        number = str(rows[0]["number"]) if rows else "12"
        raise Refusal("common.which", example=example.replace("12", number, 1), rows=rows)

    async def newest(self) -> int | None:
        """The newest open incident of the speaker's department; of all for the desk and the leaders."""
        rows = await self._open(1)
        return rows[0]["number"] if rows else None

    async def _open(self, limit: int) -> list[reports.ReportRow]:
        everything = self.person.has("office", "officer", "leader", "chief")
        return await reports.newest_open(None if everything else self.person.department, limit)

    def person_of(self, id: str | None) -> Person | None:
        return self.office.institution.person(id) if id else None

    async def commit(
        self,
        case: Case,
        decision: Decision,
        say: Callable[[Written], Iterable[Reply]],
        before: Callable[[Written], Iterable[Reply]] = lambda _: (),
        quietly: Reply | None = None,
    ) -> Written:
        """Applies a decision and says so in the incident's group, and to whoever asked elsewhere.

        `before` are updates of cards that have to go ahead of what is said; what is said `quietly` is heard only where
        it was asked.
        """

        def outgoing(written: Written) -> list[outbox.OutgoingMessage]:
            says = list(say(written))
            if quietly is None:
                return self._outgoing(case, list(before(written)), says)
            return [self._here(quietly, case.number), *(self._athome(case, one) for one in says)]

        written = await incidents.change(case.incident.version, case.number, decision, self._by, outgoing)
        await self.armed(written)
        return written

    async def commit_all(self, moves: Sequence[CaseDecision], refused: Sequence[Reply] = ()) -> None:
        """Applies what was decided about several incidents, and says it in one message: all of it, or nothing.

        What was refused among them is said in the same message.
        """
        changed = [Change(move.case.number, move.case.incident.version, move.decision) for move in moves]

        def outgoing(written: list[Written]) -> list[outbox.OutgoingMessage]:
            told = [(move.case, say) for move, each in zip(moves, written, strict=True) for say in move.say(each)]
            words = [(case, say) for case, say in told if say.update is None]
            updates = [self._athome(case, say) for case, say in told if say.update is not None]
            said = _together([*(say for _, say in words), *refused])
            if len({home(move.case) for move in moves}) == 1:
                return [*self._outgoing(moves[0].case, (), (said,)), *updates]
            return [*updates, *(self._athome(case, say) for case, say in words), self._here(said)]

        for written in await incidents.change_all(changed, self._by, outgoing):
            await self.armed(written)

    async def take_back(
        self, case: Case, decision: Decision, say: Reply, updates: Sequence[Reply] = (), *, last: bool = True
    ) -> None:
        """Puts an incident back to where it stood before the person's last word.

        With the `last` of several the message is dealt with; until then it comes again after a crash, for the rest.
        """
        messages = self._outgoing(case, (), (say, *updates))
        number, version = case.number, case.incident.version
        by = self._plain if last else replace(self._plain, inbox=None)
        written = await incidents.take_back(version, number, decision, by, lambda _: messages)
        await self.armed(written)

    async def open(self, new: NewIncident, decision: Decision, say: Callable[[Written], Iterable[Reply]]) -> Written:
        """Opens an incident in the group where it was forwarded; one told to the bot in private is the group's, too."""
        channel, conversation = self._group()
        located = replace(new, fields={**new.fields, "channel": channel, "conversation": conversation})

        def outgoing(written: Written) -> list[outbox.OutgoingMessage]:
            says, number = list(say(written)), written.number
            told = [self.office.outgoing(one, channel, conversation, incident=number) for one in says]
            here = [self._here(Reply(text=says[0].text), number)] if self.message.private else []
            return [*told, *here, *self._checked_in(number)]

        written = await incidents.open_incident(located, decision, self._by, outgoing)
        await self.armed(written)
        await self._filled()
        return written

    def _group(self) -> tuple[str, str]:
        """Where a matter belongs: the conversation, but for a private one the first group of its platform."""
        message, groups = self.message, self.office.institution.groups
        if not message.private:
            return message.channel, message.conversation
        group = next((group for group in groups if group.channel == message.channel), groups[0])
        return group.channel, group.conversation

    async def join(self, case: Case, posts: Sequence[NewPost], decision: Decision, says: Sequence[Reply]) -> None:
        """Records one more forwarding of an incident's post, and says so where it was forwarded."""
        message = message_key(self)
        messages = [*(self._here(say, case.number) for say in says), *self._checked_in(case.number)]
        await incidents.join(case.incident.version, case.number, posts, message, decision, self._by, lambda _: messages)
        await self._filled()

    async def fill(self, given: Given, say: Reply) -> None:
        """Records what was owed by the calendar, and answers."""
        await routines.fill(given, self.person.id, self.now, [self._here(say)], self.inbox)
        await self._filled(given)

    def _checked_in(self, number: int) -> list[outbox.OutgoingMessage]:
        return [self._here(self.checked_in.say(number), number)] if self.checked_in else []

    async def _filled(self, given: Given | None = None) -> None:
        """What was owed is no more reminded of."""
        given = given or (self.checked_in.given if self.checked_in else None)
        if given and given.duty is not None:
            await self.armed(Written(0, cancelled=[given.duty]))

    def mentioned(self) -> tuple[Person, ...]:
        """The people of ours whom the platform says were @-ed."""
        found = (self.office.institution.by_account(self.message.channel, uid) for uid in self.message.mentions)
        return tuple(person for person in found if person)

    def outgoing_here(self, *says: Reply) -> list[outbox.OutgoingMessage]:
        """Answers for where it was asked, to be queued by whoever writes."""
        return [self._here(say) for say in says]

    def to_group(self, say: Reply) -> list[outbox.OutgoingMessage]:
        """What others have to hear, too: in the group, and where it was asked if that is a chat of two."""
        channel, conversation = self._group()
        told = [self.office.outgoing(say, channel, conversation)]
        return [*told, self._here(Reply(text=say.text))] if self.message.private else told

    async def answer(self, *says: Reply, incident: int | None = None) -> None:
        """Answers where it was asked; nothing else changes."""

        async def work() -> None:
            await conclude([self._here(say, incident) for say in says], self.inbox, [], self.now)

        await transact(work)

    @property
    def _by(self) -> changes.Actor:
        return replace(self._plain, undoable=True)

    @property
    def _plain(self) -> changes.Actor:
        files = tuple(one.id for one in self.message.attachments if one.id is not None)
        given = self.checked_in.given if self.checked_in else None
        return changes.Actor(id=self.person.id, now=self.now, inbox=self.inbox, files=files, given=given)

    def _athome(self, case: Case, say: Reply) -> outbox.OutgoingMessage:
        return self.office.outgoing(say, case.incident.channel, case.incident.conversation, incident=case.number)

    def _here(self, say: Reply, incident: int | None = None) -> outbox.OutgoingMessage:
        return self.office.outgoing(say, self.message.channel, self.message.conversation, incident=incident)

    def _outgoing(self, case: Case, before: Sequence[Reply], says: Sequence[Reply]) -> list[outbox.OutgoingMessage]:
        messages = [self._athome(case, say) for say in (*before, *says)]
        if self._elsewhere(case):
            messages.append(self._here(Reply(text=says[0].text), case.number))
        return messages

    def _elsewhere(self, case: Case) -> bool:
        return (self.message.channel, self.message.conversation) != home(case)


def home(case: Case) -> tuple[str, str]:
    """Where a matter is spoken of: its channel and conversation."""
    return case.incident.channel, case.incident.conversation


def _together(says: Sequence[Reply]) -> Reply:
    """Several answers as one message, with everybody whom they ping."""
    mentions = tuple(dict.fromkeys(id for say in says for id in say.mentions))
    return Reply(
        text="\n".join(say.text for say in says), mentions=mentions, card=says[0].card if len(says) == 1 else None
    )


def message_key(context: Context) -> str:
    """What makes a forwarding unique: the platform's message."""
    return f"{context.message.channel}:{context.message.id}"
