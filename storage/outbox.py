"""Messages to send. Their states are planned, sending, suppressed, sent, accepted, unknown and failed.

A row is claimed with a lease before it is sent. When the lease expires the outcome is unknown: the row is claimed
again and marked as a possible repeat, so that a message that is sent twice says so.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tortoise.expressions import F
from tortoise.queryset import QuerySet

from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import run_exclusively, transact
from storage.process_mark import LONGEST_MARK, own_mark
from storage.tables import Duty, Outbox, from_ms, to_ms


class OutgoingMessage(NamedTuple):
    """A message to queue. `urgency` orders the queue, lowest first: 0 for answers, a due time in ms for reminders.

    `card` is the id of the card that it contains, by which its buttons are found again. `reminds` are the duties of a
    reminder (see `reminds`), `told_at` is set for a notice of failures: nobody is told if that fails itself.
    """

    channel: str
    conversation: str
    body: str
    urgency: int = 0
    incident: int | None = None
    duty: int | None = None
    not_before: datetime | None = None
    card: str | None = None
    reminds: str | None = None
    told_at: datetime | None = None


class ClaimedMessage(NamedTuple):
    """A claimed message, whose claimer may change it while it is `sending` with this lease.

    `doubts` counts the attempts that may have reached its reader. `not_before` is the planned time of sending. `part`
    is above 0 for a continuation of the message `carrier`.
    """

    id: int
    channel: str
    conversation: str
    body: str
    incident: int | None
    attempts: int
    doubts: int
    planned_at: datetime
    not_before: datetime
    urgency: int
    lease_until: datetime
    carrier: int | None = None
    part: int = 0
    duty: int | None = None
    reminds: str | None = None
    told_at: int | None = None

    @property
    def is_notice(self) -> bool:
        """Return whether it tells of failures: nobody would be told of its own, so it is sent until it arrives."""
        return self.told_at is not None

    @property
    def is_aside(self) -> bool:
        """Return whether it is sent beside the other messages of its conversation."""
        return self.urgency >= ASIDE

    @property
    def repeat(self) -> bool:
        """Return whether an earlier attempt may have reached its reader."""
        return self.doubts > 0


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
    told_at = to_ms(message.told_at) if message.told_at else None
    return {
        **message._asdict(), "not_before": not_before, "told_at": told_at, "planned_at": at, "state": "planned"
    }  # fmt: skip


# Keep the order within a conversation: claim nothing behind a message that waits for its next attempt, and nothing
# while another process is sending there. Only an answer may go ahead of waiting reminders. After the clock was set
# back, what was planned "later" than now waits for nothing but the time of sending that it was planned for.
_CLAIM = """
UPDATE outbox SET state = 'sending', lease_until = {lease}, attempts = attempts + 1, owner = {owner},
       doubts = doubts + CASE WHEN state = 'sending' THEN 1 ELSE 0 END
WHERE id IN (
    SELECT one.id FROM outbox AS one WHERE one.channel = {channel} AND {waiting} AND NOT (
        one.urgency < {aside} AND one.conversation IN ({being_sent} AND urgency < {aside})
        OR one.urgency >= {aside} AND one.conversation IN ({being_sent} AND urgency >= {aside})
    ) AND NOT EXISTS (
        SELECT 1 FROM outbox AS other
        WHERE other.conversation = one.conversation AND other.retry_at > {now} AND other.planned_at <= {now}
            AND other.channel = {channel} AND other.state = 'planned' AND (other.urgency < one.urgency
                OR (other.urgency = one.urgency AND COALESCE(other.carrier, other.id) < COALESCE(one.carrier, one.id)))
    ) {others} ORDER BY one.urgency, COALESCE(one.carrier, one.id), one.id LIMIT {limit}
) AND {still_waiting}
RETURNING id, channel, conversation, body, incident, attempts, doubts, planned_at, not_before, urgency, lease_until,
          carrier, part, duty, reminds, told_at
"""
_BEING_SENT = """SELECT conversation FROM outbox WHERE channel = {channel} AND state = 'sending'
            AND lease_until > {now} AND lease_until <= {ahead}"""
_WAITING = """(
    ({row}state = 'planned' AND ({row}not_before <= {now} OR {row}not_before <= {row}planned_at)
        AND ({row}retry_at IS NULL OR {row}retry_at <= {now} OR {row}planned_at > {now}))
    OR ({row}state = 'sending' AND ({row}lease_until <= {now} OR {row}lease_until > {ahead}))
)"""
ASIDE = 2**62
"""The urgency of what is sent beside the other messages of its conversation, which do not wait for it."""
MOST_AHEAD = timedelta(minutes=5)
"""Longer than any lease: one that ends later was taken before the clock was set back, and has ended."""


async def claim(
    channel: str, now: datetime, lease: timedelta, limit: int = 64, besides: Collection[str] = ()
) -> list[ClaimedMessage]:
    """Claim this channel's next messages, most urgent first, and lease them to the caller.

    Conversations in `besides` are left to other processes.
    """
    marks = {name: sql.mark(n) for n, name in enumerate(("lease", "channel", "now", "limit", "ahead", "owner"), 1)}
    waiting = {"waiting": _WAITING.format(row="one.", **marks), "still_waiting": _WAITING.format(row="", **marks)}
    others = f"AND one.conversation NOT IN ({sql.marks(len(besides), 7)})" if besides else ""
    statement = _CLAIM.format(**waiting, **marks, others=others, being_sent=_BEING_SENT.format(**marks), aside=ASIDE)
    values = [
        to_ms(now + lease),
        channel,
        to_ms(now),
        limit,
        to_ms(now + MOST_AHEAD),
        own_mark()[:LONGEST_MARK],
        *besides,
    ]
    # Two concurrent claims would not see each other's rows, and both could send messages of one conversation.
    rows = await run_exclusively(f"outbox {channel}", lambda: sql.rows(statement, values))
    return sorted((_claimed_message(row) for row in rows), key=_order)


def _order(message: ClaimedMessage) -> tuple[int, int, int]:
    return message.urgency, message.carrier or message.id, message.id


def _claimed_message(row: dict[str, Any]) -> ClaimedMessage:
    moments = {name: from_ms(row[name]) for name in ("planned_at", "not_before", "lease_until")}
    return ClaimedMessage(**{**row, **moments})


async def split(message: ClaimedMessage, bodies: Sequence[str]) -> list[ClaimedMessage]:
    """Split a message: each part becomes a row of its own, directly behind the first and leased like it.

    Return nothing if the message is not the caller's any more.
    """
    first, *rest = bodies
    rest_of = list(enumerate(rest, 1))

    async def work() -> list[int] | None:
        if not await _own([message]).update(body=first):
            return None
        return [(await Outbox.create(**_continued(message, body, n))).id for n, body in rest_of]

    ids = await transact(work)
    if ids is None:
        return []
    followers = [
        message._replace(id=id, body=body, attempts=1, doubts=0, carrier=message.id, part=n)
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
        "lease_until": message.lease_until,
    }


def _own(messages: Sequence[ClaimedMessage]) -> QuerySet[Outbox]:
    """Return the query for those of the messages that are still leased to the caller by this claim."""
    ids = [message.id for message in messages]
    return Outbox.filter(id__in=ids, state="sending", lease_until=messages[0].lease_until)


async def sent(
    messages: Sequence[ClaimedMessage], now: datetime, platform_id: str | None = None, *, accepted: bool = True
) -> int:
    """Mark messages as sent, or as accepted if the platform gave a receipt. If several, they went out in the first.

    Like `postpone`, `give_back` and `close`, change only what is still the caller's, and return how many that were.
    """
    state = {"state": "accepted" if accepted else "sent", "sent_at": now, "platform_id": platform_id}

    async def work() -> int:
        others = await _own(messages[1:]).update(**state, lease_until=None, carrier=messages[0].id)
        return int(others) + int(await _own(messages[:1]).update(**state, lease_until=None))

    return await transact(work) if len(messages) > 1 else await _own(messages).update(**state, lease_until=None)


async def postpone(
    messages: Sequence[ClaimedMessage],
    until: datetime,
    error: str,
    *,
    counted: bool = True,
    doubtful: bool = False,
    aside: bool = False,
) -> int:
    """Requeue messages for `until`. Without `counted` the attempt is not counted, because nothing was sent.

    `doubtful` if the attempt may have reached the reader: the next one is marked as a possible repeat. `aside` lets the
    other messages of the conversation go past it.
    """
    options = {"urgency": ASIDE} if aside else {}
    return await _own(messages).update(
        **options,
        state="planned",
        retry_at=until,
        lease_until=None,
        error=error,
        attempts=F("attempts") - (0 if counted else 1),
        doubts=F("doubts") + (1 if doubtful else 0),
    )


async def give_back(messages: Sequence[ClaimedMessage]) -> int:
    """Release claimed messages that were not tried; they can be claimed at once."""
    return await _own(messages).update(state="planned", lease_until=None, attempts=F("attempts") - 1)


async def put_aside(messages: Sequence[ClaimedMessage]) -> int:
    """Release claimed messages that were not tried, to be sent beside the others of their conversation."""
    return await _own(messages).update(state="planned", lease_until=None, attempts=F("attempts") - 1, urgency=ASIDE)


async def extend(messages: Sequence[ClaimedMessage], until: datetime) -> list[ClaimedMessage]:
    """Lease messages for longer; return them, or none if they are not the caller's any more."""
    changed = await _own(messages).update(lease_until=until)
    return [message._replace(lease_until=until) for message in messages] if changed == len(messages) else []


async def close(
    messages: Sequence[ClaimedMessage],
    state: str,
    now: datetime,
    error: str,
    notices: Sequence[OutgoingMessage] = (),
) -> int:
    """End messages as `unknown` (may have arrived), `failed` (cannot arrive) or `suppressed` (must not be sent).

    `notices` are messages that report it elsewhere.
    """

    async def work() -> int:
        changed = int(await _own(messages).update(state=state, sent_at=now, lease_until=None, error=error))
        await plan(notices if changed else (), now)
        return changed

    return await transact(work)


def reminds(duties: Iterable[tuple[int, datetime]]) -> str:
    """Return how a reminder names the duties that it is about, each with its due time."""
    return ",".join(f"{id}@{to_ms(due)}" for id, due in duties)


async def are_stale(messages: Sequence[ClaimedMessage]) -> list[ClaimedMessage]:
    """Return the reminders of which no duty is owed any more as it was: all are met, closed or moved."""
    about = {message: _reminded(message) for message in messages if message.duty is not None}
    ids = {id for named in about.values() for id, _ in named}
    if not ids:
        return []
    rows = await Duty.filter(id__in=list(ids), state="open").values_list("id", "due_at")
    owed = {id: to_ms(due) for id, due in rows}
    return [message for message, named in about.items() if not any(_stands(owed, *one) for one in named)]


def _reminded(message: ClaimedMessage) -> list[tuple[int, int | None]]:
    if not message.reminds:  # of an earlier version
        return [(message.duty or 0, None)]
    pairs = (one.partition("@") for one in message.reminds.split(","))
    return [(int(id), int(due)) for id, _, due in pairs]


def _stands(owed: Mapping[int, int], id: int, due: int | None) -> bool:
    return id in owed and due in (None, owed[id])


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
    marks = {"channel": sql.mark(1), "limit": sql.mark(2), "before": ""}
    values: list[Any] = [channel, limit]
    if before is not None:
        marks["before"] = _BEFORE.format(at=sql.mark(3), id=sql.mark(4))
        values += [to_ms(before[0]), before[1]]
    rows = await sql.values(_CONVERSATION.format(**marks), values)
    return [SentMessage(id, conversation, body, from_ms(at)) for id, conversation, body, at in reversed(rows)]


# All states but "accepted": SQLite would read every accepted message by the index of the states.
_CONVERSATION = """
SELECT id, conversation, body, sent_at FROM outbox
WHERE channel = {channel} AND sent_at > 0
    AND state NOT IN ('planned', 'sending', 'suppressed', 'sent', 'unknown', 'failed') {before}
ORDER BY sent_at DESC, id DESC LIMIT {limit}
"""
_BEFORE = "AND sent_at <= {at} AND (sent_at < {at} OR id < {id})"


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
