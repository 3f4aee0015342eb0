"""One message being handled: what it decides is committed with its answers."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from handlers.common.addressing import Addressing, home, joined
from handlers.common.loss_notice import with_loss
from handlers.common.more_signatures import more_signatures
from handlers.common.news_copies import news_copies, stays
from handlers.common.owing import Begun, begun_by, begun_in, with_calls
from handlers.common.word_order import decided_by
from handlers.rules.incident.always_owed import still_owed
from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.dating import dated
from handlers.rules.incident.parts import with_parts
from handlers.rules.incident.reports_owed import with_reports
from handlers.rules.incident.word_order import EVERYTHING, Overtaken
from handlers.rules.language.messages import Reply
from handlers.rules.people import recusal
from handlers.rules.refusal import Refusal
from storage import changes, incidents, opening, outbox, routines
from storage.audit import AuditLine
from storage.changes import Written
from storage.commit import conclude
from storage.database.transaction import transact
from storage.incidents import Change
from storage.opening import NewIncident, NewPost
from storage.routines import RoutineReport

CONFLICT_TRIES = 8
"""How often a change is tried while others keep changing the same incident."""


class CaseDecision(Struct, frozen=True):
    """What was decided about one of several incidents, and the replies: messages and updates of cards."""

    case: Case
    decision: Decision
    replies: Callable[[Written], Sequence[Reply]]


class Context(Addressing):
    """A message being handled. Everything is written in one transaction, including that the message was handled."""

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

        after = self._about_after(case, decision.changes)
        leaving = self._leaving(case, after)

        def outgoing(written: Written) -> list[outbox.OutgoingMessage]:
            said = [
                *self._called(case, decision, tuple(replies(written))),
                *more_signatures(self.office, case, decision),
            ]
            told, lost = with_loss(self.office, case, after, decision, self.person, said)
            if stays(self.office, case, decision, self.of_unit, private=self.message.private):
                sent = [self._here(one, case.number) for one in told]
            elif quietly is None:
                sent = self._outgoing(after, list(before(written)), told)
            else:
                home_group = [message for one in told for message in self._in_home_group(after, one)]
                sent = [self._here(quietly, case.number), *home_group]
            copies = self._copies(after, decision, told, sent)
            return self._sent([*sent, *copies, *leaving, *lost])

        await self.must_be_newest(case.number, decided_by(decision.events))
        decision = self._completed(case, decision)
        written = await incidents.change(case.incident.version, case.number, decision, self._by(case), outgoing)
        await self.armed(written)
        return written

    def _copies(
        self, case: Case, decision: Decision, replies: Sequence[Reply], sent: Sequence[outbox.OutgoingMessage]
    ) -> list[outbox.OutgoingMessage]:
        """Return the copies of news for those who work on the matter; of what is said one-to-one there are none."""
        return [] if self.message.private else news_copies(self.office, case, decision, replies, sent)

    def _completed(self, case: Case, decision: Decision) -> Decision:
        """Return the decision, with what the matter still owes after it, dated by when it was said."""
        decision = with_reports(case, with_parts(case, decision, self.now), self.now)
        return dated(still_owed(case, decision, self.now), self.now, self.acted_in(case))

    async def commit_all(
        self,
        moves: Sequence[CaseDecision],
        refused: Sequence[Reply] = (),
        apart: Sequence[outbox.OutgoingMessage] = (),
    ) -> None:
        """Apply what was decided about several incidents, all or nothing, and announce it in one message.

        `refused` are answers about those that were refused; they stand in the same message. `apart` is sent as well.
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

        afters = [self._about_after(move.case, move.decision.changes) for move in moves]

        def outgoing(written: list[Written]) -> list[outbox.OutgoingMessage]:
            told: list[tuple[Case, Reply]] = []
            besides = [*apart]
            for after, move, each in zip(afters, moves, written, strict=True):
                replies = self._called(move.case, move.decision, tuple(move.replies(each)))
                said = (*replies, *more_signatures(self.office, move.case, move.decision))
                kept, gone = with_loss(self.office, move.case, after, move.decision, self.person, said)
                told += [(after, reply) for reply in kept]
                reached = [message for one in kept for message in self._in_home_group(after, one)]
                besides += [*gone, *self._copies(after, move.decision, kept, reached)]
            words = [(case, reply) for case, reply in told if reply.update is None]
            changed = [(case, reply) for case, reply in told if reply.update is not None]
            updates = [message for case, reply in changed for message in self._in_home_group(case, reply)]
            if not words and not refused:
                return self._sent([*updates, *besides])
            together = joined([*(reply for _, reply in words), *refused])
            if len({self.office.discussed(home(case), case.incident.about) for case in afters}) == 1:
                return self._sent([*self._outgoing(afters[0], (), (together,)), *updates, *besides])
            theirs = (message for case, reply in words for message in self._in_home_group(case, reply))
            return self._sent([*updates, *theirs, self._here(together), *besides])

        for written in await incidents.change_all(changed, self._by(), outgoing):
            await self.armed(written)

    async def take_back(
        self,
        case: Case,
        decision: Decision,
        reply: Reply,
        updates: Sequence[Reply] = (),
        *,
        also: Mapping[tuple[str, str], Reply],
        last: bool = True,
    ) -> None:
        """Restore an incident as it was before the person's last command.

        `also` are messages for groups, each by its channel and conversation, that nothing else reaches.
        Only the `last` of several incidents marks the message as handled, so that after a crash the rest is done too.
        """
        await self.must_be_newest(case.number, frozenset((EVERYTHING,)))
        told = self._outgoing(case, (), (reply, *updates))
        reached, number, version = {(one.channel, one.conversation) for one in told}, case.number, case.incident.version
        others = {place: one for place, one in also.items() if place not in reached}
        copies = [self.office.outgoing(one, *place, incident=number) for place, one in others.items()]
        messages = self._sent([*told, *copies])
        by = replace(self._plain, acted_at=self.acted_in(case), inbox=self.inbox if last else None)
        written = await incidents.take_back(version, number, decision, by, lambda _: messages)
        await self.armed(written)

    async def open(
        self, new: NewIncident, decision: Decision, replies: Callable[[Written, Sequence[str]], Iterable[Reply]]
    ) -> Written:
        """Open an incident in the group where it was forwarded; one forwarded in private gets a group (`_group`).

        `replies` are those for readers of these units, none for the office: each group is told what it may read.
        What the unit that found it may not see is told in the office's group, and the unit that the office has it.
        """
        channel, conversation = place = self._group()
        located = replace(new, fields={**new.fields, "channel": channel, "conversation": conversation})
        kept = any(recusal.excluded(unit, new.fields["about"], self.office.institution) for unit in self.units)

        def outgoing(written: Written) -> list[outbox.OutgoingMessage]:
            number, about = written.number, new.fields["about"]
            where = Begun(number, new.fields["department"], new.fields["tier"], self.office.regime, about)
            begun = [duty for duty in decision.opened if duty.kind not in self.office.regime.met_by("assigned")]

            def told(readers: Sequence[str]) -> tuple[Reply, ...]:
                said = tuple(replies(written, readers))
                return with_calls(self.office, where, begun, said, self.person, told=True)

            there = self._read_around(told, place, about, number)
            text = self.text("unit.kept", number=number) if kept else told(self.units)[0].text
            here = [self._here(Reply(text=text), number)] if self.message.private or kept else []
            return self._sent([*there, *here, *self._checked_in(number)])

        written = await opening.open_incident(located, decision, self._by(), outgoing)
        await self.armed(written)
        await self._cancel_reminders()
        return written

    async def join(self, case: Case, posts: Sequence[NewPost], decision: Decision, replies: Sequence[Reply]) -> None:
        """Record one more forwarding of an incident's post, and answer where it was forwarded.

        What it changes in the incident is announced in its group too.
        """
        message = message_key(self)
        replies = self._called(case, decision, replies)
        more = more_signatures(self.office, case, decision)
        after = self._about_after(case, decision.changes)
        told = (
            [*self._outgoing(after, (), [*replies, *more]), *self._leaving(case, after)]
            if decision.changes or more
            else [self._here(reply, case.number) for reply in replies]
        )
        copies = self._copies(after, decision, replies, told)
        messages = [*told, *copies, *self._checked_in(case.number)]
        written = await opening.join(
            case.incident.version, case.number, posts, message, decision, self._by(case), lambda _: self._sent(messages)
        )
        await self.armed(written)
        await self._cancel_reminders()

    def _called(self, case: Case, decision: Decision, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        """Return the replies with a call for those who owe what the decision begins, of a rise for all of them."""
        where, rises = begun_in(case, decision), "tier" in decision.changes
        return with_calls(self.office, where, begun_by(case, decision), replies, self.person, told=rises)

    async def fill(self, report: RoutineReport, reply: Reply) -> None:
        """Record a report that the calendar asks for, and answer."""
        await routines.record(report, self._plain, [self._here(reply)])
        await self._cancel_reminders(report)

    async def _cancel_reminders(self, report: RoutineReport | None = None) -> None:
        """Cancel the reminders of the duty that a check-in or report met."""
        report = report or (self.checked_in.report if self.checked_in else None)
        if report and report.duty is not None:
            await self.armed(Written(0, cancelled=[report.duty]))

    async def answer(
        self,
        *replies: Reply,
        incident: int | None = None,
        events: Sequence[AuditEvent] = (),
        besides: Sequence[outbox.OutgoingMessage] = (),
    ) -> None:
        """Answer in the chat it was asked in; nothing else changes, but `events` are recorded and `besides` sent."""
        lines = [AuditLine(incident, self.person.id, event.kind, event.data) for event in events]
        messages = self._sent([*(self._here(reply, incident) for reply in replies), *besides])
        await transact(lambda: conclude(messages, self.inbox, lines, self.now))

    def _by(self, case: Case | None = None) -> changes.Actor:
        return replace(self._plain, undoable=True, acted_at=self.acted_in(case) if case else self.acted_at)

    @property
    def _plain(self) -> changes.Actor:
        files = tuple(one.id for one in self.message.attachments if one.id is not None)
        report = self.checked_in.report if self.checked_in else None
        return changes.Actor(
            id=self.person.id, now=self.now, acted_at=self.acted_at, inbox=self.inbox, files=files, report=report
        )


PART = "/part "


def part_of_message(id: str, n: int) -> str:
    """Return the id of a message's n-th post, where each is a matter of its own."""
    return f"{id}{PART}{n}"


def message_key(context: Context) -> str:
    """Return the key that makes a forwarding unique: the platform and its message id."""
    return f"{context.message.channel}:{context.message.id}"
