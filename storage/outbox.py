"""Messages to send. Their states are planned, sending, suppressed, sent, accepted, unknown and failed.

A row is claimed with a lease before it is sent. When the lease expires the outcome is unknown: the row is claimed
again and marked as a possible repeat, so that a message that is sent twice says so.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tortoise.expressions import F, Q

from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import run_exclusively, transact
from storage.tables import Outbox, from_ms, to_ms


class OutgoingMessage(NamedTuple):
    """A message to queue. `urgency` orders the queue, lowest first: 0 for answers, a due time in ms for reminders.

    `card` is the id of the card that it contains, by which its buttons are found again.
    """

    channel: str
    conversation: str
    body: str
    urgency: int = 0
    incident: int | None = None
    duty: int | None = None
    not_before: datetime | None = None
    card: str | None = None


class ClaimedMessage(NamedTuple):
    """A claimed message. `repeat` means that an earlier attempt may have reached its reader.

    `not_before` is the planned time of sending. `part` is above 0 for a continuation of the message `carrier`.
    """

    id: int
    channel: str
    conversation: str
    body: str
    incident: int | None
    attempts: int
    repeat: bool
    planned_at: datetime
    not_before: datetime
    urgency: int
    carrier: int | None = None
    part: int = 0


async def plan(messages: Iterable[OutgoingMessage], now: datetime) -> None:
    """Queue messages. Call it inside the transaction of the change that they announce."""
    rows = [tuple(_row(message, now).values()) for message in messages]
    if rows:
        await sql.insert("outbox", _PLANNED, rows)


def plan_statements(messages: Iterable[OutgoingMessage], now: datetime) -> list[Statement]:
    """Build the statements that queue a few messages."""
    return [sql.insert_statement("outbox", _row(message, now)) for message in messages]


_PLANNED = (*OutgoingMessage._fields, "planned_at", "state")


def _row(message: OutgoingMessage, now: datetime) -> dict[str, Any]:
    at = to_ms(now)
    not_before = to_ms(message.not_before) if message.not_before else at
    return {**message._asdict(), "not_before": not_before, "planned_at": at, "state": "planned"}


# Keep the order within a conversation: claim nothing behind a message that waits for its next attempt, and nothing
# while another process is sending there. Only an answer may go ahead of waiting reminders.
_CLAIM = """
UPDATE outbox SET state = 'sending', lease_until = {lease}, attempts = attempts + 1,
       doubts = doubts + CASE WHEN state = 'sending' THEN 1 ELSE 0 END
WHERE id IN (
    SELECT one.id FROM outbox AS one WHERE one.channel = {channel} AND {waiting} AND one.conversation NOT IN (
        SELECT conversation FROM outbox WHERE channel = {channel} AND state = 'sending' AND lease_until > {now}
    ) AND NOT EXISTS (
        SELECT 1 FROM outbox AS other
        WHERE other.conversation = one.conversation AND other.retry_at > {now}
            AND other.channel = {channel} AND other.state = 'planned' AND (other.urgency < one.urgency
                OR (other.urgency = one.urgency AND COALESCE(other.carrier, other.id) < COALESCE(one.carrier, one.id)))
    ) ORDER BY one.urgency, COALESCE(one.carrier, one.id), one.id LIMIT {limit}
) AND {still_waiting}
RETURNING id, channel, conversation, body, incident, attempts, doubts, planned_at, not_before, urgency, carrier, part
"""
_WAITING = """(
    ({row}state = 'planned' AND {row}not_before <= {now} AND ({row}retry_at IS NULL OR {row}retry_at <= {now}))
    OR ({row}state = 'sending' AND {row}lease_until <= {now})
)"""


async def claim(channel: str, now: datetime, lease: timedelta, limit: int = 64) -> list[ClaimedMessage]:
    """Claim this channel's next messages, most urgent first, and lease them to the caller."""
    marks = {"lease": sql.mark(1), "channel": sql.mark(2), "now": sql.mark(3), "limit": sql.mark(4)}
    waiting = {"waiting": _WAITING.format(row="one.", **marks), "still_waiting": _WAITING.format(row="", **marks)}
    statement = _CLAIM.format(**waiting, **marks)
    values = [to_ms(now + lease), channel, to_ms(now), limit]
    # Two concurrent claims would not see each other's rows, and both could send messages of one conversation.
    rows = await run_exclusively(f"outbox {channel}", lambda: sql.rows(statement, values))
    return sorted((_claimed_message(row) for row in rows), key=_order)


def _order(message: ClaimedMessage) -> tuple[int, int, int]:
    return message.urgency, message.carrier or message.id, message.id


def _claimed_message(row: dict[str, Any]) -> ClaimedMessage:
    repeat = row.pop("doubts") > 0
    moments = {name: from_ms(row[name]) for name in ("planned_at", "not_before")}
    return ClaimedMessage(**{**row, **moments}, repeat=repeat)


async def split(
    message: ClaimedMessage, bodies: Sequence[str], now: datetime, lease: timedelta
) -> list[ClaimedMessage]:
    """Split a message: each part becomes a row of its own, directly behind the first and leased like it."""
    first, *rest = bodies

    async def work() -> list[int]:
        await Outbox.filter(id=message.id).update(body=first)
        return [
            (await Outbox.create(**_continued(message, body, n), lease_until=now + lease)).id for n, body in rest_of
        ]

    rest_of = list(enumerate(rest, 1))
    ids = await transact(work)
    followers = [
        message._replace(id=id, body=body, attempts=1, repeat=False, carrier=message.id, part=n)
        for id, (n, body) in zip(ids, rest_of, strict=True)
    ]
    return [message._replace(body=first), *followers]


def _continued(message: ClaimedMessage, body: str, part: int) -> dict[str, Any]:
    return {
        "channel": message.channel,
        "conversation": message.conversation,
        "incident": message.incident,
        "body": body,
        "urgency": message.urgency,
        "planned_at": message.planned_at,
        "not_before": message.not_before,
        "state": "sending",
        "attempts": 1,
        "carrier": message.carrier or message.id,
        "part": part,
    }


async def sent(ids: Sequence[int], now: datetime, platform_id: str | None = None, *, accepted: bool = True) -> None:
    """Mark messages as sent, or as accepted if the platform gave a receipt. If several, they went out in the first."""
    state = {"state": "accepted" if accepted else "sent", "sent_at": now, "platform_id": platform_id}
    await Outbox.filter(id=ids[0]).update(**state, lease_until=None)
    if len(ids) > 1:
        await Outbox.filter(id__in=list(ids[1:])).update(**state, lease_until=None, carrier=ids[0])


async def postpone(ids: Sequence[int], until: datetime, error: str, *, counted: bool = True) -> None:
    """Requeue messages for `until`. Without `counted` the attempt is not counted, because nothing was sent."""
    attempts = F("attempts") - (0 if counted else 1)
    await Outbox.filter(id__in=list(ids)).update(
        state="planned", retry_at=until, lease_until=None, error=error, attempts=attempts
    )


async def give_back(ids: Sequence[int], lease_until: datetime) -> None:
    """Release claimed messages that were not tried, if the lease is still the caller's; they can be claimed at once."""
    await Outbox.filter(id__in=list(ids), state="sending", lease_until=lease_until).update(
        state="planned", lease_until=None, attempts=F("attempts") - 1
    )


async def close(
    ids: Sequence[int], state: str, now: datetime, error: str, notices: Sequence[OutgoingMessage] = ()
) -> None:
    """End messages as `unknown` (may have arrived), `failed` (cannot arrive) or `suppressed` (must not be sent).

    `notices` are messages that report it elsewhere.
    """

    async def work() -> None:
        await Outbox.filter(id__in=list(ids)).update(state=state, sent_at=now, lease_until=None, error=error)
        await plan(notices, now)

    await transact(work)


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
    own = Q(carrier__isnull=True) | Q(part__gt=0)
    went = Outbox.filter(own, channel=channel, state__in=("sent", "accepted", "unknown", "failed"), sent_at__gt=since)
    rows = [*await went, *await Outbox.filter(channel=channel, state="sending")]
    return [SendAttempt(row.id, row.attempts, row.conversation, row.body, row.sent_at or now) for row in rows]


async def bodies_of(channel: str, platform_id: str) -> list[str]:
    """Return the bodies that were sent under a platform's message id: one, or several that were bundled."""
    rows = await Outbox.filter(channel=channel, platform_id=platform_id).order_by("urgency", "id")
    return [row.body for row in rows]


class SentMessage(NamedTuple):
    """A message as sent, for showing a conversation again."""

    id: int
    conversation: str
    body: str
    at: datetime


async def with_card(channel: str, card: str) -> list[SentMessage]:
    """Return every sent message that shows a card, oldest first."""
    rows = await Outbox.filter(channel=channel, card=card, sent_at__isnull=False).order_by("id")
    return [_sent_message(row) for row in rows]


async def rewrite(id: int, body: str) -> None:
    """Store what a message shows now, such as a card whose buttons were replaced."""
    await Outbox.filter(id=id).update(body=body)


async def conversation(channel: str, before: tuple[datetime, int] | None, limit: int) -> list[SentMessage]:
    """Return messages sent on a channel before (moment, id), newest last; the newest of all if it is None."""
    query = Outbox.filter(channel=channel, state="accepted")
    if before is not None:
        query = query.filter(Q(sent_at__lt=before[0]) | Q(sent_at=before[0], id__lt=before[1]))
    rows = await query.order_by("-sent_at", "-id").limit(limit)
    return [_sent_message(row) for row in reversed(rows)]


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
    ids = await Outbox.filter(channel=channel, card=card).values_list("id", flat=True)
    rows = await Outbox.filter(Q(id__in=ids) | Q(carrier__in=ids), sent_at__gte=since).order_by("id")
    return [CardMessage(row.conversation, row.body, row.platform_id, row.sent_at) for row in rows]


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
