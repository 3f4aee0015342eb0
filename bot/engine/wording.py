"""Word a message as it is sent now: marked if it is late or may arrive a second time; in parts if it is too long."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import json
from msgspec.structs import replace

from bot.channels.base import Channel
from handlers.rules.language.messages import Reply
from handlers.texts import Texts
from storage.outbox_claims import ClaimedMessage

LATE = timedelta(minutes=10)
"""A message that is sent later than this says so."""
ROOM_FOR_YEARS = 6
"""Characters by which the mark of a late message may grow: its dates get years in the next year."""


class Wording:
    """The wording of one channel's messages. `texts` has the marks."""

    def __init__(self, channel: Channel, texts: Texts, now: Callable[[], datetime]) -> None:
        self._channel, self._texts, self._now = channel, texts, now

    def worded(self, message: ClaimedMessage) -> Reply:
        """Return the message with its marks."""
        return self.marked(message, json.decode(message.body, type=Reply))

    def marked(self, message: ClaimedMessage, reply: Reply) -> Reply:
        """Return a reply with the marks that its message gets now."""
        prefix = self._prefix(message) if reply.update is None else ""
        if not prefix:
            return reply
        if not reply.text and reply.attachments:
            return replace(reply, attachments=tuple(replace(one, name=prefix + one.name) for one in reply.attachments))
        return replace(reply, text=prefix + reply.text)

    def is_one(self, message: ClaimedMessage) -> bool:
        """Return whether the message goes out as one, with its marks."""
        return bool(message.part) or len(self._channel.parts(message.conversation, self.worded(message))) == 1

    def parts(self, message: ClaimedMessage) -> list[Reply]:
        """Return the parts of a message that is too long; each that begins it leaves room for every mark it may get.

        Several begin it where people get it one-to-one beside their group.
        """
        reply = json.decode(message.body, type=Reply)
        if not reply.text:
            return list(self._channel.parts(message.conversation, reply))
        room = self._room(message)
        parts = self._channel.parts(message.conversation, replace(reply, text=room + reply.text))
        return [replace(part, text=part.text.removeprefix(room)) for part in parts]

    def _prefix(self, message: ClaimedMessage) -> str:
        prefix = ""
        if message.repeat and not self._channel.idempotent:
            prefix += self._texts.say("common.repeat")
        if self._now() - message.not_before > LATE and not message.part:
            prefix += self._texts.say("sending.late", at=message.not_before, now=self._now())
        return prefix

    def _room(self, message: ClaimedMessage) -> str:
        late = self._texts.say("sending.late", at=message.not_before, now=self._now())
        return self._texts.say("common.repeat") + late + "－" * ROOM_FOR_YEARS
