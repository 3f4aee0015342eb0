"""When what is on record was said: by the messages that said it, else when it was handled."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import DecodeError, ValidationError, json

from handlers.rules.incident.word_order import SpeechTime
from handlers.rules.language.messages import Message
from handlers.rules.people.institution import Institution
from handlers.rules.time.said_at import said_at
from storage import inbox

Line = Mapping[str, Any]


async def speech_times(lines: Sequence[Line], place: Institution) -> list[SpeechTime]:
    """Return when each line of the audit trail was said, and where; all messages are read at once."""
    found = await inbox.handled_at({line["at"] for line in lines}) if lines else {}
    return [_spoken(line, found.get(line["at"], ()), place) for line in lines]


def _spoken(line: Line, messages: Sequence[tuple[str, datetime]], place: Institution) -> SpeechTime:
    for body, received in messages:
        try:
            message = json.decode(body, type=Message)
        except (DecodeError, ValidationError, RecursionError):
            continue
        person = place.by_account(message.channel, message.sender)
        if person and person.id == line["actor"]:
            return SpeechTime(said_at(message.sent_at, received), message.channel, message.conversation)
    return SpeechTime(line["at"], "", "")
