"""Read what was sent: a conversation's messages, cards and their parts, reminders, attempts that count for limits."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from storage.conversation_pages import page
from storage.database import sql
from storage.tables import Outbox, from_ms, to_ms


async def spoke_since(channel: str, conversation: str, since: datetime) -> bool:
    """Return whether anything was sent to a conversation since a moment."""
    return await Outbox.filter(channel=channel, conversation=conversation, sent_at__gte=since).exists()


class SendAttempt(NamedTuple):
    """An attempt to send that counts against the platform's limits, and when it was made."""

    id: int
    attempts: int
    conversation: str
    body: str
    at: datetime


async def attempts_since(channel: str, since: datetime, now: datetime) -> list[SendAttempt]:
    """Return attempts since a moment, and those under way. Messages that were bundled into another count once."""
    statement = _ATTEMPTS.format(channel=sql.mark(1), since=sql.mark(2))
    rows = await sql.values(statement, [channel, to_ms(since)])
    return [SendAttempt(id, attempts, to, body, from_ms(at) if at else now) for id, attempts, to, body, at in rows]


# COALESCE: SQLite would read all that was not bundled by the index of the carriers.
_ATTEMPTS = """
SELECT id, attempts, conversation, body, sent_at FROM outbox
WHERE channel = {channel} AND sent_at > {since} AND (COALESCE(carrier, 0) = 0 OR part > 0) AND state <> 'suppressed'
UNION ALL
SELECT id, attempts, conversation, body, sent_at FROM outbox WHERE channel = {channel} AND state = 'sending'
"""


async def bodies_of(channel: str, platform_id: str) -> list[str]:
    """Return the bodies that were sent under a platform's message id: one, or several that were bundled."""
    rows = await Outbox.filter(channel=channel, platform_id=platform_id).order_by("urgency", "id")
    return [row.body for row in rows]


class ToldMessage(NamedTuple):
    """A message that told of a change, and where."""

    channel: str
    conversation: str
    body: str


async def of_change(incident: int, at: datetime) -> list[ToldMessage]:
    """Return what was queued about an incident at a moment, by the change that was made then, oldest first."""
    return [
        ToldMessage(*row) for row in await sql.values(_OF_CHANGE.format(*map(sql.mark, (1, 2))), [incident, to_ms(at)])
    ]


_OF_CHANGE = """
SELECT channel, conversation, body FROM outbox
WHERE incident = {} AND erased_at IS NULL AND planned_at = {} ORDER BY id
"""


class SentMessage(NamedTuple):
    """A message as sent, for showing a conversation again."""

    id: int
    conversation: str
    body: str
    at: datetime


async def with_card(channel: str, card: str) -> list[SentMessage]:
    """Return every sent message that shows a card, oldest first."""
    rows = await sql.values(_WITH_CARD.format(sql.mark(1), sql.mark(2)), [channel, card])
    return [SentMessage(id, conversation, body, from_ms(at)) for id, conversation, body, at in rows]


_WITH_CARD = """
SELECT id, conversation, body, sent_at FROM outbox
WHERE channel = {} AND card = {} AND sent_at IS NOT NULL ORDER BY id
"""


async def rewrite(id: int, body: str) -> None:
    """Store what a message shows now, such as a card whose buttons were replaced."""
    await sql.values(f"UPDATE outbox SET body = {sql.mark(1)} WHERE id = {sql.mark(2)} RETURNING id", [body, id])  # noqa: S608


async def conversation(channel: str, before: tuple[datetime, int] | None, limit: int) -> list[SentMessage]:
    """Return messages sent on a channel before (moment, id), newest last; the newest of all if it is None."""
    rows = await page(_CONVERSATION, "sent_at", channel, before, limit)
    return [SentMessage(id, conversation, body, from_ms(at)) for id, conversation, body, at in rows]


# All states but "accepted": SQLite would read every accepted message by the index of the states.
_CONVERSATION = """
SELECT id, conversation, body, sent_at FROM outbox
WHERE channel = {channel} AND sent_at > 0
    AND state NOT IN ('planned', 'claimed', 'sending', 'suppressed', 'sent', 'unknown', 'failed') {before}
ORDER BY sent_at DESC, id DESC LIMIT {limit}
"""


async def find(id: int) -> SentMessage | None:
    """Return a sent message; None if it is unknown or not sent."""
    row = await Outbox.get_or_none(id=id, sent_at__isnull=False)
    return _sent_message(row) if row else None


def _sent_message(row: Outbox) -> SentMessage:
    return SentMessage(row.id, row.conversation, row.body, row.sent_at)


class CardMessage(NamedTuple):
    """A message that shows a card, or a part of one. `platform_id` comes from the platform's receipt."""

    conversation: str
    body: str
    platform_id: str | None
    at: datetime


async def card_messages(channel: str, card: str, since: datetime) -> list[CardMessage]:
    """Return the messages, or their parts, that were sent with a card since `since`, oldest first."""
    whole = await Outbox.filter(channel=channel, card=card)
    parts = await Outbox.filter(carrier__in=[row.id for row in whole]) if whole else []
    rows = sorted({row.id: row for row in (*whole, *parts)}.items())
    shown = [row for _, row in rows if row.sent_at is not None and row.sent_at >= since]
    return [CardMessage(row.conversation, row.body, row.platform_id, row.sent_at) for row in shown]


async def delivered(cards: Sequence[str]) -> list[tuple[str, datetime]]:
    """Return the deliveries of messages with these cards, as (card, when), in their order.

    A message that was cut is delivered with its last part, and not before. A part that its platform could not show,
    such as the buttons of a text that went out before it, counts as delivered.
    """
    rows = await Outbox.filter(card__in=list(cards), state__in=("sent", "accepted"))
    parts = await Outbox.filter(carrier__in=[row.id for row in rows], part__gt=0) if rows else []
    found = []
    for row in rows:
        others = [part for part in parts if part.carrier == row.id]
        if all(part.state in ("sent", "accepted", "suppressed") for part in others):
            found.append((max(one.sent_at for one in (row, *others)), row.id, str(row.card)))
    return [(card, at) for at, _, card in sorted(found)]


class DeliveredReminder(NamedTuple):
    """A reminder of a duty of an incident, and when it was delivered."""

    incident: int
    duty: int
    at: datetime
    body: str


async def reminders(incidents: Sequence[int], since: datetime) -> list[DeliveredReminder]:
    """Return the reminders of incidents that were delivered since a moment, oldest first."""
    query = Outbox.filter(incident__in=list(incidents), duty__isnull=False, state__in=("sent", "accepted"))
    rows = await query.filter(sent_at__gte=since).order_by("id")
    return [
        DeliveredReminder(row.incident, row.duty, row.sent_at, row.body)
        for row in rows
        if row.incident is not None and row.duty is not None
    ]
