"""Join what several commands of one message answer, so that each conversation gets one message."""

from collections.abc import Sequence

from msgspec import json
from msgspec.structs import replace

from handlers.rules.language.messages import Reply
from storage.outbox import OutgoingMessage


def one_answer(messages: Sequence[OutgoingMessage]) -> list[OutgoingMessage]:
    """Return the messages with the texts for each conversation joined, in their order; updates of cards come first.

    A message has one card only: of several with buttons, each stays a message of its own.
    """
    decoded = [(message, json.decode(message.body, type=Reply)) for message in messages]
    updates = [message for message, reply in decoded if reply.update is not None]
    texts = [(message, reply) for message, reply in decoded if reply.update is None]
    places = dict.fromkeys((message.channel, message.conversation) for message, _ in texts)
    return [*updates, *(one for place in places for one in _joined([pair for pair in texts if _place(pair) == place]))]


def _place(pair: tuple[OutgoingMessage, Reply]) -> tuple[str, str]:
    return pair[0].channel, pair[0].conversation


def _joined(texts: Sequence[tuple[OutgoingMessage, Reply]]) -> list[OutgoingMessage]:
    several = sum(1 for _, reply in texts if reply.card) > 1
    apart = [message for message, reply in texts if reply.attachments or (several and reply.card)]
    together = [(message, reply) for message, reply in texts if message not in apart]
    if len(together) < 2:
        return [message for message, _ in texts]
    replies = [reply for _, reply in together]
    whole = replace(
        replies[0],
        text="\n\n".join(dict.fromkeys(reply.text for reply in replies)),
        mentions=tuple(dict.fromkeys(one for reply in replies for one in reply.mentions)),
        card=next((reply.card for reply in replies if reply.card), None),
    )
    first, numbers = together[0][0], {message.incident for message, _ in together}
    return [
        first._replace(
            body=json.encode(whole).decode(),
            card=whole.card.id if whole.card else None,
            incident=first.incident if len(numbers) == 1 else None,
        ),
        *apart,
    ]
