"""Where the answers to a message go: the chat it was said in, and the group where its matter is discussed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from handlers.common.message_context import MessageContext
from handlers.rules.incident.case import Amended, Case
from handlers.rules.language.messages import Reply
from storage import outbox

ReadBy = Callable[[Sequence[str]], Sequence[Reply]]
"""What readers of these units are told; those of the office are of none."""


class Addressing(MessageContext):
    """A message whose answers are addressed."""

    def _group(self) -> tuple[str, str]:
        """Return the channel and conversation of a new matter; for a private chat the first group of its platform.

        What somebody of a unit says in private is for a group of the unit.
        """
        message, groups = self.message, self.office.institution.groups_of(self.of_unit)
        if not message.private:
            return message.channel, message.conversation
        group = next((group for group in groups if group.channel == message.channel), groups[0])
        return group.channel, group.conversation

    def _checked_in(self, number: int) -> list[outbox.OutgoingMessage]:
        return [self._here(self.checked_in.reply(number), number)] if self.checked_in else []

    def outgoing_here(self, *replies: Reply) -> list[outbox.OutgoingMessage]:
        """Address replies to the chat they were asked in; the caller queues them."""
        return [self._here(reply) for reply in replies]

    def to_group(self, reply: Reply) -> list[outbox.OutgoingMessage]:
        """Address a reply to the group, and to the chat it was asked in if that is private."""
        channel, conversation = self._group()
        told = [self.office.outgoing(reply, channel, conversation)]
        return [*told, self._here(Reply(text=reply.text))] if self.message.private else told

    def to_the_office(self, reply: Reply, case: Case) -> list[outbox.OutgoingMessage]:
        """Address what only the office may read of a matter to its group, and to the chat that it was said in."""
        office = self.office.home.channel, self.office.home.conversation or ""
        told = self.office.around(reply, office, case.incident.about, incident=case.number)
        there = (self.message.channel, self.message.conversation) == office
        return told if there else [*told, self._here(Reply(text=reply.text), case.number)]

    def to_both_sides(self, unit: str | None, reply: Reply) -> list[outbox.OutgoingMessage]:
        """Address what is between the office and a unit to the groups of both, and to the chat that it was said in.

        Each group's own people are called there. What is no unit's is for the office's group alone.
        """
        office = self.office
        sides = [None, unit] if office.institution.unit(unit) else [None]
        groups = [office.home if side is None else office.bound_group(side) for side in sides]
        places = [(one.channel, one.conversation or "") for one in groups if one]
        told = [office.outgoing(office.called_at(reply, *place), *place) for place in places]
        here = (self.message.channel, self.message.conversation)
        return told if here in places else [*told, self._here(Reply(text=reply.text))]

    def _sent(self, messages: list[outbox.OutgoingMessage]) -> list[outbox.OutgoingMessage]:
        """Return what is sent now: nothing, if one answer to all commands of the message follows."""
        if self.kept is None:
            return messages
        self.kept += messages
        return []

    def _in_home_group(self, case: Case, reply: Reply) -> list[outbox.OutgoingMessage]:
        return self.office.around(reply, home(case), case.incident.about, incident=case.number)

    def _here(self, reply: Reply, incident: int | None = None) -> outbox.OutgoingMessage:
        return self.office.outgoing(reply, self.message.channel, self.message.conversation, incident=incident)

    def _outgoing(self, case: Case, before: Sequence[Reply], replies: Sequence[Reply]) -> list[outbox.OutgoingMessage]:
        messages = [one for reply in (*before, *replies) for one in self._in_home_group(case, reply)]
        if self.elsewhere(case) and not self._told_here(messages):
            messages.append(self._here(Reply(text=replies[0].text), case.number))
        return messages

    def _about_after(self, case: Case, changes: Mapping[str, Any]) -> Case:
        """Return the matter as it is told of a change: whom it is about before or after it hears nothing of that."""
        about = list(dict.fromkeys((*case.incident.about, *changes.get("about", ()))))
        return case if about == [*case.incident.about] else replace(case, incident=Amended(case.incident, about=about))

    def _read_around(
        self, told: ReadBy, place: tuple[str, str], about: Collection[str], number: int
    ) -> list[outbox.OutgoingMessage]:
        """Address what is `told` to readers of units to each group as its own readers may read it."""
        around = partial(self.office.around, place=place, about=about, incident=number)
        there = [message for one in told(self.units) for message in around(one)]
        if not self.office.institution.units:
            return there
        places = dict.fromkeys((one.channel, one.conversation) for one in there)
        return [
            message
            for where in places
            for one in told(self._readers(*where))
            for message in around(one)
            if (message.channel, message.conversation) == where
        ]

    def _readers(self, channel: str, conversation: str) -> tuple[str, ...]:
        """Return the units whose people read in a chat: the speaker's too in the one where the message was said."""
        unit = self.office.institution.unit_at(channel, conversation)
        here = (self.message.channel, self.message.conversation) == (channel, conversation)
        return self.units if here else ((unit,) if unit else ())

    def _leaving(self, case: Case, after: Case) -> list[outbox.OutgoingMessage]:
        """Tell the unit in whose group a matter was discussed that the office has it from now on."""
        unit = self.office.institution.unit_at(*home(case))
        if unit is None or case.recused(unit) or not after.recused(unit):
            return []
        return [self.office.outgoing(Reply(text=self.text("unit.kept", number=case.number)), *home(case))]

    def _told_here(self, messages: Sequence[outbox.OutgoingMessage]) -> bool:
        """Return whether a copy for another group is one for the chat that the message was said in."""
        here = (self.message.channel, self.message.conversation)
        return bool(self.office.institution.units) and any((m.channel, m.conversation) == here for m in messages)

    def elsewhere(self, case: Case) -> bool:
        """Return whether the message was said in another chat than the one where its matter is discussed."""
        return (self.message.channel, self.message.conversation) != home(case)


def home(case: Case) -> tuple[str, str]:
    """Return where a matter is discussed: its channel and conversation."""
    return case.incident.channel, case.incident.conversation


def joined(replies: Sequence[Reply]) -> Reply:
    """Join several replies into one that mentions all their people."""
    mentions = tuple(dict.fromkeys(id for reply in replies for id in reply.mentions))
    return Reply(
        text="\n".join(reply.text for reply in replies),
        mentions=mentions,
        card=replies[0].card if len(replies) == 1 else None,
        attachments=tuple(one for reply in replies for one in reply.attachments),
    )
