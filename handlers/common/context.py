"""One message being handled: who sent it, which incident it is about, and what is answered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import ModuleType
from typing import Any

from handlers.common.office import Arm, Office
from handlers.common.word_order import Words, decided_by, must_be_last_deed, must_be_newest
from handlers.rules.incident.always_owed import still_owed
from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.dating import dated, last_deed
from handlers.rules.incident.word_order import EVERYTHING, PROMPT, Overtaken
from handlers.rules.language.messages import Message, Reply, quoted_code
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.time.said_at import acted_at, said_at
from storage import changes, delegations, incidents, opening, outbox, reports, routines
from storage.audit import AuditLine
from storage.changes import Written
from storage.commit import conclude
from storage.database.transaction import transact
from storage.incidents import Change
from storage.opening import NewIncident, NewPost
from storage.routines import RoutineReport
from storage.tables import Delegation

MOST_CANDIDATES = 3
CONFLICT_TRIES = 8
"""How often a change is tried while others keep changing the same incident."""


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """What was decided about one of several incidents, and the replies: messages and updates of cards."""

    case: Case
    decision: Decision
    replies: Callable[[Written], Sequence[Reply]]


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A check-in that found a matter: what is recorded, and the reply once the matter's number is known."""

    report: RoutineReport
    reply: Callable[[int], Reply]


@dataclass(slots=True)
class Context:
    """A message being handled. Everything is written in one transaction, including that the message was handled.

    `commands` are the registered ones by name. `arm` schedules timers after the commit, the office's by default. If the
    message holds several commands, `kept` takes what one of them answers, to be sent in one answer to all.
    `files_asked_for` if the answer already asks for a file that did not arrive. `received` is when the message was
    stored, which may be long before `now`. `made` is what the command's `prepare` made before a transaction began.
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

    async def refuse(self, refusal: Refusal, *, about: bool = False) -> None:
        """Answer with a refusal; with `about` as a message about its matter. Words that were overtaken are recorded."""
        case = refusal.facts.get("case") if about else None
        reply = Reply(text=self.text(refusal.sentence, **refusal.facts))
        if isinstance(refusal, Overtaken):
            await self.answer(reply, incident=refusal.number, events=(refusal.record,))
        else:
            await self.answer(reply, incident=case.number if case else None)

    async def armed(self, written: Written) -> None:
        """Schedule the timers of a commit. If that fails, the sweep finds them in the tables."""
        await (self.arm or self.office.arm)(written)

    def text(self, name: str, /, **facts: Any) -> str:
        return self.office.texts.say(name, **facts)

    async def case(self, number: int) -> Case:
        record = await incidents.load(number)
        if record is None:
            raise Refusal("common.no_such", number=number)
        return self.office.case(record, self.now, await self._said_under())

    async def cases(self, numbers: Sequence[int]) -> list[Case]:
        """Load several incidents at once, without those that do not exist."""
        under = await self._said_under()
        return [self.office.case(record, self.now, under) for record in await incidents.load_all(numbers)]

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
        """Return the newest open incidents of the speaker's department; of all for the desk and the leaders."""
        return [int(row["number"]) for row in await self._open(limit)]

    async def _open(self, limit: int) -> list[reports.ReportRow]:
        everything = self.person.has("office", "officer", "leader", "chief")
        return await reports.newest_open(None if everything else self.person.department, limit)

    def person_of(self, id: str | None) -> Person | None:
        return self.office.institution.person(id) if id else None

    async def commit(
        self,
        case: Case,
        decision: Decision,
        replies: Callable[[Written], Iterable[Reply]],
        before: Callable[[Written], Iterable[Reply]] = lambda _: (),
        quietly: Reply | None = None,
    ) -> Written:
        """Apply a decision and announce it in the incident's group, and in the chat it was asked in if that is another.

        `before` are updates of cards to send ahead of the replies; `quietly` is an answer only for the chat it was
        asked in.
        """

        def outgoing(written: Written) -> list[outbox.OutgoingMessage]:
            told = list(replies(written))
            if quietly is None:
                return self._sent(self._outgoing(case, list(before(written)), told))
            return self._sent([self._here(quietly, case.number), *(self._in_home_group(case, one) for one in told)])

        await self.must_be_newest(case.number, decided_by(decision.events))
        decision = self._completed(case, decision)
        written = await incidents.change(case.incident.version, case.number, decision, self._by(case), outgoing)
        await self.armed(written)
        return written

    def _completed(self, case: Case, decision: Decision) -> Decision:
        """Return the decision, with what the matter still owes after it, dated by when it was said."""
        return dated(still_owed(case, decision, self.now), self.now, self.acted_in(case))

    async def commit_all(self, moves: Sequence[CaseDecision], refused: Sequence[Reply] = ()) -> None:
        """Apply what was decided about several incidents, all or nothing, and announce it in one message.

        `refused` are answers about those that were refused; they stand in the same message.
        """
        for move in moves:
            await self.must_be_newest(move.case.number, decided_by(move.decision.events))
        changed = [
            Change(
                move.case.number,
                move.case.incident.version,
                self._completed(move.case, move.decision),
                self.acted_in(move.case),
            )
            for move in moves
        ]

        def outgoing(written: list[Written]) -> list[outbox.OutgoingMessage]:
            told = [
                (move.case, reply) for move, each in zip(moves, written, strict=True) for reply in move.replies(each)
            ]
            words = [(case, reply) for case, reply in told if reply.update is None]
            updates = [self._in_home_group(case, reply) for case, reply in told if reply.update is not None]
            together = _together([*(reply for _, reply in words), *refused])
            if len({home(move.case) for move in moves}) == 1:
                return self._sent([*self._outgoing(moves[0].case, (), (together,)), *updates])
            apart = (self._in_home_group(case, reply) for case, reply in words)
            return self._sent([*updates, *apart, self._here(together)])

        for written in await incidents.change_all(changed, self._by(), outgoing):
            await self.armed(written)

    async def take_back(
        self, case: Case, decision: Decision, reply: Reply, updates: Sequence[Reply] = (), *, last: bool = True
    ) -> None:
        """Restore an incident as it was before the person's last command.

        Only the `last` of several incidents marks the message as handled, so that after a crash the rest is done too.
        """
        await self.must_be_newest(case.number, frozenset((EVERYTHING,)))
        messages = self._sent(self._outgoing(case, (), (reply, *updates)))
        number, version = case.number, case.incident.version
        by = replace(self._plain, acted_at=self.acted_in(case), inbox=self.inbox if last else None)
        written = await incidents.take_back(version, number, decision, by, lambda _: messages)
        await self.armed(written)

    async def open(
        self, new: NewIncident, decision: Decision, replies: Callable[[Written], Iterable[Reply]]
    ) -> Written:
        """Open an incident in the group where it was forwarded; one forwarded in private gets a group (`_group`)."""
        channel, conversation = self._group()
        located = replace(new, fields={**new.fields, "channel": channel, "conversation": conversation})

        def outgoing(written: Written) -> list[outbox.OutgoingMessage]:
            told, number = list(replies(written)), written.number
            there = [self.office.outgoing(one, channel, conversation, incident=number) for one in told]
            here = [self._here(Reply(text=told[0].text), number)] if self.message.private else []
            return self._sent([*there, *here, *self._checked_in(number)])

        written = await opening.open_incident(located, decision, self._by(), outgoing)
        await self.armed(written)
        await self._cancel_reminders()
        return written

    def _group(self) -> tuple[str, str]:
        """Return the channel and conversation of a new matter; for a private chat the platform's first group."""
        message, groups = self.message, self.office.institution.groups
        if not message.private:
            return message.channel, message.conversation
        group = next((group for group in groups if group.channel == message.channel), groups[0])
        return group.channel, group.conversation

    async def join(self, case: Case, posts: Sequence[NewPost], decision: Decision, replies: Sequence[Reply]) -> None:
        """Record one more forwarding of an incident's post, and answer where it was forwarded.

        What it changes in the incident is announced in its group too.
        """
        message = message_key(self)
        told = (
            self._outgoing(case, (), replies)
            if decision.changes
            else [self._here(reply, case.number) for reply in replies]
        )
        messages = [*told, *self._checked_in(case.number)]
        written = await opening.join(
            case.incident.version, case.number, posts, message, decision, self._by(case), lambda _: self._sent(messages)
        )
        await self.armed(written)
        await self._cancel_reminders()

    async def fill(self, report: RoutineReport, reply: Reply) -> None:
        """Record a report that the calendar asks for, and answer."""
        await routines.record(report, self._plain, [self._here(reply)])
        await self._cancel_reminders(report)

    def _checked_in(self, number: int) -> list[outbox.OutgoingMessage]:
        return [self._here(self.checked_in.reply(number), number)] if self.checked_in else []

    async def _cancel_reminders(self, report: RoutineReport | None = None) -> None:
        """Cancel the reminders of the duty that a check-in or report met."""
        report = report or (self.checked_in.report if self.checked_in else None)
        if report and report.duty is not None:
            await self.armed(Written(0, cancelled=[report.duty]))

    def mentioned(self) -> tuple[Person, ...]:
        """Return the people of the configuration who were @-ed, as the platform says."""
        found = (self.office.institution.by_account(self.message.channel, uid) for uid in self.message.mentions)
        return tuple(person for person in found if person)

    def outgoing_here(self, *replies: Reply) -> list[outbox.OutgoingMessage]:
        """Address replies to the chat they were asked in; the caller queues them."""
        return [self._here(reply) for reply in replies]

    def to_group(self, reply: Reply) -> list[outbox.OutgoingMessage]:
        """Address a reply to the group, and to the chat it was asked in if that is private."""
        channel, conversation = self._group()
        told = [self.office.outgoing(reply, channel, conversation)]
        return [*told, self._here(Reply(text=reply.text))] if self.message.private else told

    async def answer(self, *replies: Reply, incident: int | None = None, events: Sequence[AuditEvent] = ()) -> None:
        """Answer in the chat it was asked in; nothing else changes, but `events` are recorded."""
        lines = [AuditLine(incident, self.person.id, event.kind, event.data) for event in events]
        messages = self._sent([self._here(reply, incident) for reply in replies])
        await transact(lambda: conclude(messages, self.inbox, lines, self.now))

    def _sent(self, messages: list[outbox.OutgoingMessage]) -> list[outbox.OutgoingMessage]:
        """Return what is sent now: nothing, if one answer to all commands of the message follows."""
        if self.kept is None:
            return messages
        self.kept += messages
        return []

    def _by(self, case: Case | None = None) -> changes.Actor:
        return replace(self._plain, undoable=True, acted_at=self.acted_in(case) if case else self.acted_at)

    @property
    def _plain(self) -> changes.Actor:
        files = tuple(one.id for one in self.message.attachments if one.id is not None)
        report = self.checked_in.report if self.checked_in else None
        return changes.Actor(
            id=self.person.id, now=self.now, acted_at=self.acted_at, inbox=self.inbox, files=files, report=report
        )

    def _in_home_group(self, case: Case, reply: Reply) -> outbox.OutgoingMessage:
        return self.office.outgoing(reply, case.incident.channel, case.incident.conversation, incident=case.number)

    def _here(self, reply: Reply, incident: int | None = None) -> outbox.OutgoingMessage:
        return self.office.outgoing(reply, self.message.channel, self.message.conversation, incident=incident)

    def _outgoing(self, case: Case, before: Sequence[Reply], replies: Sequence[Reply]) -> list[outbox.OutgoingMessage]:
        messages = [self._in_home_group(case, reply) for reply in (*before, *replies)]
        if self._elsewhere(case):
            messages.append(self._here(Reply(text=replies[0].text), case.number))
        return messages

    def _elsewhere(self, case: Case) -> bool:
        return (self.message.channel, self.message.conversation) != home(case)


def home(case: Case) -> tuple[str, str]:
    """Return where a matter is discussed: its channel and conversation."""
    return case.incident.channel, case.incident.conversation


def _together(replies: Sequence[Reply]) -> Reply:
    """Join several replies into one that mentions all their people."""
    mentions = tuple(dict.fromkeys(id for reply in replies for id in reply.mentions))
    return Reply(
        text="\n".join(reply.text for reply in replies),
        mentions=mentions,
        card=replies[0].card if len(replies) == 1 else None,
        attachments=tuple(one for reply in replies for one in reply.attachments),
    )


PART = "/part "


def part_of_message(id: str, n: int) -> str:
    """Return the id of a message's n-th post, where each is a matter of its own."""
    return f"{id}{PART}{n}"


def message_key(context: Context) -> str:
    """Return the key that makes a forwarding unique: the platform and its message id."""
    return f"{context.message.channel}:{context.message.id}"
