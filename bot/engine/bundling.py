"""Reminders that pile up for one conversation become one message, the earliest due first.

Answers to people go alone, and so does what has buttons. A bundle is one message of the platform's: what does not fit
into it waits for the next one.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import json

from bot.channels.base import Channel
from handlers.rules.language.messages import Reply
from handlers.texts import Texts
from storage import outbox
from storage.outbox import ClaimedMessage

MOST_ALONE = 3
"""So many reminders for one conversation still go out one by one, if nothing else was just said there."""
A_MINUTE = timedelta(minutes=1)


async def is_burst(waiting: Sequence[ClaimedMessage], channel: Channel, now: datetime) -> bool:
    """Whether one conversation's reminders go out together: there are many, or something else was just said there."""
    reminders, first = [message for message in waiting if may_be_bundled(message)], waiting[0]
    if len(reminders) < 2 or not channel.limits(first.conversation, json.decode(first.body, type=Reply)):
        return False
    return len(reminders) > MOST_ALONE or await outbox.spoke_since(channel.name, first.conversation, now - A_MINUTE)


def bundle(
    waiting: Sequence[ClaimedMessage], worded: Callable[[ClaimedMessage], Reply], channel: Channel, texts: Texts
) -> tuple[list[ClaimedMessage], Reply, list[ClaimedMessage]] | None:
    """The reminders that go out as one message, that message, and what is left; None if only one would fit."""
    reminders = [message for message in waiting if may_be_bundled(message)]
    taken = reminders[: _fitting(reminders, worded, channel, texts)]
    if len(taken) < 2:
        return None
    ids = {message.id for message in taken}
    return taken, _one([worded(message) for message in taken], texts), [p for p in waiting if p.id not in ids]


def may_be_bundled(message: ClaimedMessage) -> bool:
    say = json.decode(message.body, type=Reply)
    return message.urgency > 0 and not message.part and not (say.card or say.update or say.attachments)


def _fitting(
    reminders: Sequence[ClaimedMessage], worded: Callable[[ClaimedMessage], Reply], channel: Channel, texts: Texts
) -> int:
    says = [worded(message) for message in reminders]
    count = 1
    while count < len(says) and len(channel.parts(reminders[0].conversation, _one(says[: count + 1], texts))) == 1:
        count += 1
    return count


def _one(says: Sequence[Reply], texts: Texts) -> Reply:
    mentions = dict.fromkeys(person for say in says for person in say.mentions)
    return Reply(text=texts.say("sending.bundle", texts=[say.text for say in says]), mentions=tuple(mentions))
