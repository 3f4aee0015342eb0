"""One message on its way through a handler: who said it, about which incident, and what is answered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers.office import Office
from handlers.rules.case import Case, Decision
from handlers.rules.commands import Spoken, spoken
from handlers.rules.institution import Person
from handlers.rules.messages import Message, Say, quoted_code
from handlers.rules.refusal import Refusal
from storage import changes, inbox, incidents, outbox, routines
from storage.changes import Written
from storage.incidents import NewIncident, NewPost
from storage.transaction import transact


@dataclass(frozen=True, slots=True)
class Said:
    """What a handler parses: the words without the bot's name, and the message that they came in."""

    text: str
    message: Message

    def command(self, verbs: Iterable[str], *, glued: bool = False) -> Spoken | None:
        """The command that the words begin with. Of talk that is merely overheard only what names its matter counts."""
        addressed = self.message.addressed
        found = spoken(self.text, verbs, glued=glued and addressed)
        if found and not (addressed or found.numbers or found.spaced or self.message.quote or not found.rest):
            return None
        return found

    def pressed(self, action: str) -> tuple[str, ...] | None:
        """The arguments of a pressed button such as "approve:7", if it is this action's."""
        if self.message.press is None:
            return None
        name, *arguments = self.message.press.key.split(":")
        return tuple(arguments) if name == action else None


@dataclass(slots=True)
class Turn:
    """A message being handled. Everything is written in one transaction, together with the mark that it was handled."""

    office: Office
    message: Message
    person: Person
    now: datetime
    inbox: int | None = None

    def text(self, name: str, /, **facts: Any) -> str:
        return self.office.texts.say(name, **facts)

    async def case(self, number: int) -> Case:
        record = await incidents.load(number)
        if record is None:
            raise Refusal("common.no_such", number=number)
        return self.office.case(record)

    def number(self, said: int | None, examples: Mapping[str, Sequence[str]]) -> int:
        """The incident that is meant: by its number, else by the quote's short code. Refusal if neither is there."""
        code = quoted_code(self.message)
        number = said or (code[0] if code else None)
        if number is None:
            raise Refusal("common.which", example=examples[self.office.texts.language][0])
        return number

    async def commit(
        self,
        case: Case,
        decision: Decision,
        say: Callable[[Written], Iterable[Say]],
        before: Callable[[Written], Iterable[Say]] = lambda _: (),
    ) -> Written:
        """Applies a decision and says so in the incident's group, and to whoever asked elsewhere.

        `before` are updates of cards that have to go ahead of what is said.
        """

        def letters(written: Written) -> list[outbox.Letter]:
            return self._letters(case, list(before(written)), list(say(written)))

        written = await incidents.change(case.incident.version, case.number, decision, self._by, letters)
        await self.office.arm(written)
        return written

    async def open(self, new: NewIncident, decision: Decision, say: Callable[[Written], Iterable[Say]]) -> Written:
        """Opens an incident in the group where it was forwarded; one told to the bot in private is the group's, too."""
        channel, conversation = self._group()
        located = replace(new, fields={**new.fields, "channel": channel, "conversation": conversation})

        def letters(written: Written) -> list[outbox.Letter]:
            says, number = list(say(written)), written.number
            told = [self.office.letter(one, channel, conversation, incident=number) for one in says]
            return [*told, self._here(Say(text=says[0].text), number)] if self.message.private else told

        written = await incidents.open_incident(located, decision, self._by, letters)
        await self.office.arm(written)
        return written

    def _group(self) -> tuple[str, str]:
        """Where a matter belongs: the conversation, but for a private one the first group of its platform."""
        message, groups = self.message, self.office.institution.groups
        if not message.private:
            return message.channel, message.conversation
        group = next((group for group in groups if group.channel == message.channel), groups[0])
        return group.channel, group.conversation

    async def join(self, case: Case, posts: Sequence[NewPost], decision: Decision, says: Sequence[Say]) -> None:
        """Records one more forwarding of an incident's post, and says so where it was forwarded."""
        message = message_key(self)
        letters = [self._here(say, case.number) for say in says]
        await incidents.join(case.incident.version, case.number, posts, message, decision, self._by, lambda _: letters)

    async def fill(self, owed: Any, data: dict[str, Any], say: Say) -> None:
        """Records what was owed by the calendar, and answers."""
        letters = [self._here(say)]
        await routines.fill(owed, self.person.id, "given", data, self.now, letters, self.inbox)
        if owed is not None:
            await self.office.arm(Written(0, cancelled=[owed.id]))

    def mentioned(self) -> tuple[Person, ...]:
        """The people of ours whom the platform says were @-ed."""
        found = (self.office.institution.by_account(self.message.channel, uid) for uid in self.message.mentions)
        return tuple(person for person in found if person)

    async def answer(self, *says: Say, incident: int | None = None) -> None:
        """Answers where it was asked; nothing else changes."""

        async def work() -> None:
            await outbox.plan([self._here(say, incident) for say in says], self.now)
            if self.inbox is not None:
                await inbox.done(self.inbox, self.now)

        await transact(work)

    @property
    def _by(self) -> changes.Turn:
        return changes.Turn(actor=self.person.id, now=self.now, inbox=self.inbox)

    def _here(self, say: Say, incident: int | None = None) -> outbox.Letter:
        return self.office.letter(say, self.message.channel, self.message.conversation, incident=incident)

    def _letters(self, case: Case, before: Sequence[Say], says: Sequence[Say]) -> list[outbox.Letter]:
        home: Any = case.incident
        letters = [
            self.office.letter(say, home.channel, home.conversation, incident=case.number) for say in (*before, *says)
        ]
        if (self.message.channel, self.message.conversation) != (home.channel, home.conversation):
            letters.append(self._here(Say(text=says[0].text), case.number))
        return letters


def message_key(turn: Turn) -> str:
    """What makes a forwarding unique: the platform's message."""
    return f"{turn.message.channel}:{turn.message.id}"
