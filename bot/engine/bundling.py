"""Join the reminders that pile up for one conversation into one message, the earliest due first.

Answers to people and messages with buttons are sent alone. A bundle is one message on the platform: reminders that do
not fit into it go into the next one.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import json

from bot.channels.base import Channel
from handlers.rules.language.messages import Reply
from handlers.texts import Texts
from storage import sent_messages
from storage.outbox import NOTICE
from storage.outbox_claims import ClaimedMessage

MOST_SEPARATE = 3
"""Up to this many reminders are sent one by one, if nothing was sent to the conversation in the last minute."""
QUIET = timedelta(minutes=1)


async def is_burst(waiting: Sequence[ClaimedMessage], channel: Channel, now: datetime) -> bool:
    """Return whether a conversation's reminders are bundled: there are many, or something was sent there just now."""
    reminders, first = [message for message in waiting if may_be_bundled(message)], waiting[0]
    if len(reminders) < 2 or not channel.limits(first.conversation, json.decode(first.body, type=Reply)):
        return False
    return len(reminders) > MOST_SEPARATE or await sent_messages.spoke_since(
        channel.name, first.conversation, now - QUIET
    )


def bundle(
    waiting: Sequence[ClaimedMessage], worded: Callable[[ClaimedMessage], Reply], channel: Channel, texts: Texts
) -> tuple[list[ClaimedMessage], Reply, list[ClaimedMessage]] | None:
    """Return the reminders that become one message, that message, and the rest; None if only one would fit."""
    reminders = [message for message in waiting if may_be_bundled(message)]
    taken = reminders[: _count_fitting(reminders, worded, channel, texts)]
    if len(taken) < 2:
        return None
    ids = {message.id for message in taken}
    return taken, _joined([worded(message) for message in taken], texts), [one for one in waiting if one.id not in ids]


def may_be_bundled(message: ClaimedMessage) -> bool:
    reply = json.decode(message.body, type=Reply)
    is_reminder = message.urgency > NOTICE and not message.part and not message.is_aside
    return is_reminder and not (reply.card or reply.update or reply.attachments)


def _count_fitting(
    reminders: Sequence[ClaimedMessage], worded: Callable[[ClaimedMessage], Reply], channel: Channel, texts: Texts
) -> int:
    """Return how many reminders, from the first on, fit into one message of the platform; at least 1."""
    conversation, replies = reminders[0].conversation, [worded(message) for message in reminders]
    count = 1
    while count < len(replies) and len(channel.parts(conversation, _joined(replies[: count + 1], texts))) == 1:
        count += 1
    return count


def _joined(replies: Sequence[Reply], texts: Texts) -> Reply:
    mentions = dict.fromkeys(person for reply in replies for person in reply.mentions)
    return Reply(text=texts.say("sending.bundle", texts=[reply.text for reply in replies]), mentions=tuple(mentions))
