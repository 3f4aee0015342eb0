"""Messages to send. Planned, suppressed, sent, accepted, unknown and failed are different facts.

A row is claimed with a lease before it is sent. When the lease runs out the outcome is not known: the row comes back
marked as a possible repeat, so that what goes out twice says so.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tortoise.expressions import Q

from storage import sql
from storage.tables import Outbox, from_ms, to_ms


class Letter(NamedTuple):
    """A message to plan. `urgency` sorts what waits: 0 for answers, a due time in ms for reminders.

    `card` names the card in it, by which its buttons are found again.
    """

    channel: str
    conversation: str
    body: str
    urgency: int = 0
    incident: int | None = None
    duty: int | None = None
    not_before: datetime | None = None
    card: str | None = None


class Parcel(NamedTuple):
    """A claimed message. `repeat` says that an earlier attempt may have reached its reader."""

    id: int
    channel: str
    conversation: str
    body: str
    incident: int | None
    attempts: int
    repeat: bool
    planned_at: datetime
    urgency: int


_PLANNED = (
    "channel",
    "conversation",
    "body",
    "urgency",
    "incident",
    "duty",
    "planned_at",
    "not_before",
    "state",
    "card",
)


async def plan(letters: Iterable[Letter], now: datetime) -> None:
    """Queues messages; call it inside the transaction of what they tell."""
    at = to_ms(now)
    rows = [
        (
            letter.channel,
            letter.conversation,
            letter.body,
            letter.urgency,
            letter.incident,
            letter.duty,
            at,
            to_ms(letter.not_before) if letter.not_before else at,
            "planned",
            letter.card,
        )
        for letter in letters
    ]
    if rows:
        await sql.insert("outbox", _PLANNED, rows)


# A message that waits for its next try holds up its conversation: what was planned later does not overtake it.
_CLAIM = """
UPDATE outbox SET state = 'sending', lease_until = {lease}, attempts = attempts + 1,
       doubts = doubts + CASE WHEN state = 'sending' THEN 1 ELSE 0 END
WHERE id IN (
    SELECT id FROM outbox WHERE channel = {channel} AND {waiting} AND conversation NOT IN (
        SELECT conversation FROM outbox
        WHERE channel = {channel} AND state = 'planned' AND attempts > 0 AND not_before > {now}
    ) ORDER BY urgency, id LIMIT {limit}
) AND {waiting}
RETURNING id, channel, conversation, body, incident, attempts, doubts, planned_at, urgency
"""


async def claim(channel: str, now: datetime, lease: timedelta, limit: int = 64) -> list[Parcel]:
    """What this channel is to send next, the most urgent first, leased to the caller."""
    moment = sql.mark(3)
    waiting = f"((state = 'planned' AND not_before <= {moment}) OR (state = 'sending' AND lease_until <= {moment}))"
    marks = {"lease": sql.mark(1), "channel": sql.mark(2), "now": moment, "limit": sql.mark(4)}
    statement = _CLAIM.format(waiting=waiting, **marks)
    rows = await sql.rows(statement, [to_ms(now + lease), channel, to_ms(now), limit])
    return [_parcel(row) for row in sorted(rows, key=lambda row: (row["urgency"], row["id"]))]


def _parcel(row: dict[str, Any]) -> Parcel:
    repeat = row.pop("doubts") > 0
    return Parcel(**{**row, "planned_at": from_ms(row["planned_at"])}, repeat=repeat)


async def next_at(channel: str) -> datetime | None:
    """When the earliest waiting message may go, or the earliest lease ends."""
    planned = await Outbox.filter(channel=channel, state="planned").order_by("not_before").first()
    leased = await Outbox.filter(channel=channel, state="sending").order_by("lease_until").first()
    moments = [row for row in (planned and planned.not_before, leased and leased.lease_until) if row]
    return min(moments, default=None)


async def sent(ids: Sequence[int], now: datetime, platform_id: str | None = None, *, accepted: bool = True) -> None:
    """The platform took the messages: `accepted` if it said so with a receipt."""
    await Outbox.filter(id__in=list(ids)).update(
        state="accepted" if accepted else "sent", sent_at=now, platform_id=platform_id, lease_until=None
    )


async def postpone(ids: Sequence[int], until: datetime, error: str) -> None:
    """The platform refused for now; try again at `until`."""
    await Outbox.filter(id__in=list(ids)).update(state="planned", not_before=until, lease_until=None, error=error)


async def close(ids: Sequence[int], state: str, now: datetime, error: str) -> None:
    """`unknown`: it may have arrived; `failed`: it cannot arrive; `suppressed`: it is not to be sent."""
    await Outbox.filter(id__in=list(ids)).update(state=state, sent_at=now, lease_until=None, error=error)


async def by_platform_id(channel: str, platform_id: str) -> Outbox | None:
    """The message that a quote or a button refers to."""
    return await Outbox.filter(channel=channel, platform_id=platform_id).first()


class Sent(NamedTuple):
    """A message as it went out, for showing a conversation again."""

    id: int
    conversation: str
    body: str
    at: datetime


async def with_card(channel: str, card: str) -> list[Sent]:
    """Every message that shows a card, the oldest first."""
    rows = await Outbox.filter(channel=channel, card=card, sent_at__isnull=False).order_by("id")
    return [_sent(row) for row in rows]


async def rewrite(id: int, body: str) -> None:
    """Keeps what a message shows now, such as a card whose buttons gave way."""
    await Outbox.filter(id=id).update(body=body)


async def conversation(channel: str, before: tuple[datetime, int] | None, limit: int) -> list[Sent]:
    """What was sent on a channel before a moment (and, at that moment, before an id), the newest last."""
    query = Outbox.filter(channel=channel, state="accepted")
    if before is not None:
        query = query.filter(Q(sent_at__lt=before[0]) | Q(sent_at=before[0], id__lt=before[1]))
    rows = await query.order_by("-sent_at", "-id").limit(limit)
    return [_sent(row) for row in reversed(rows)]


async def find(id: int) -> Sent | None:
    """A message that was sent."""
    row = await Outbox.get_or_none(id=id, sent_at__isnull=False)
    return _sent(row) if row else None


def _sent(row: Outbox) -> Sent:
    return Sent(row.id, row.conversation, row.body, row.sent_at)
