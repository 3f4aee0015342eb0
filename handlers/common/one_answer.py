"""Join what several commands of one message answer, so that each conversation gets one message."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import json
from msgspec.structs import replace

from handlers.rules.language.messages import Reply
from storage.outbox import OutgoingMessage


class CommandAnswer(NamedTuple):
    """The message that one command answers with, and the reply in it."""

    message: OutgoingMessage
    reply: Reply

    @property
    def place(self) -> tuple[str, str]:
        return self.message.channel, self.message.conversation


def one_answer(messages: Sequence[OutgoingMessage]) -> list[OutgoingMessage]:
    """Return the messages with the texts for each conversation joined, in their order; updates of cards come first.

    A message has one card only: of several with buttons, each stays a message of its own.
    """
    parts = [CommandAnswer(message, json.decode(message.body, type=Reply)) for message in messages]
    updates = [part.message for part in parts if part.reply.update is not None]
    texts = [part for part in parts if part.reply.update is None]
    found = list(updates)
    for place in dict.fromkeys(part.place for part in texts):
        found += _for_place([part for part in texts if part.place == place])
    return found


def _for_place(parts: Sequence[CommandAnswer]) -> list[OutgoingMessage]:
    cards = sum(part.reply.card is not None for part in parts)
    together = [part for part in parts if not part.reply.attachments and (cards == 1 or part.reply.card is None)]
    if len(together) < 2:
        return [part.message for part in parts]
    return [_joined(together), *(part.message for part in parts if part not in together)]


def _joined(parts: Sequence[CommandAnswer]) -> OutgoingMessage:
    replies = [part.reply for part in parts]
    card = next((reply.card for reply in replies if reply.card), None)
    text = "\n\n".join(dict.fromkeys(reply.text for reply in replies))
    mentions = tuple(dict.fromkeys(one for reply in replies for one in reply.mentions))
    numbers = {part.message.incident for part in parts}
    return parts[0].message._replace(
        body=json.encode(replace(replies[0], text=text, mentions=mentions, card=card)).decode(),
        card=card.id if card else None,
        incident=numbers.pop() if len(numbers) == 1 else None,
    )
