"""Platform messages, stored before they are acknowledged. (channel, message id) is unique: repeats are ignored."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tortoise.expressions import Q

from storage.database import sql
from storage.database.sql import Statement
from storage.inbox_gather import store_row
from storage.tables import Inbox, to_ms


class AlreadyHandled(Exception):
    """Another process has handled this message: roll back what was decided about it."""


class Arrival(NamedTuple):
    id: int
    channel: str
    body: str
    attempts: int


async def store(channel: str, message: str, body: str, now: datetime) -> int | None:
    """Store a message for dispatch; return its row's id, or None if it is already stored.

    Return after the commit, which is shared with other messages that arrive in the meantime. Not for use inside a
    transaction.
    """
    return await store_row((channel, message, body, to_ms(now)))


_CLAIM = """
UPDATE inbox SET lease_until = {lease}, attempts = attempts + 1
WHERE id IN (SELECT id FROM inbox WHERE {waiting} ORDER BY id LIMIT {limit}) AND {waiting}
RETURNING id, channel, body, attempts
"""


async def claim(now: datetime, lease: timedelta, limit: int = 32) -> list[Arrival]:
    """Claim the oldest unclaimed messages and lease them to the caller."""
    waiting = f"state = 'new' AND (lease_until IS NULL OR lease_until <= {sql.mark(2)})"
    statement = _CLAIM.format(lease=sql.mark(1), waiting=waiting, limit=sql.mark(3))
    rows = await sql.rows(statement, [to_ms(now + lease), to_ms(now), limit])
    return sorted(Arrival(**row) for row in rows)


def done_statement(id: int, now: datetime) -> Statement:
    """Build the statement that marks a message done. It returns no row if another process has done so."""
    return Statement(_DONE.format(id=sql.mark(1), now=sql.mark(2)), [id, to_ms(now)])


_DONE = """
UPDATE inbox SET state = 'done', handled_at = {now}, lease_until = NULL WHERE id = {id} AND state = 'new' RETURNING id
"""


async def give_up(id: int, error: str, now: datetime) -> None:
    """Mark a message as failed after repeated attempts; it stays in the table with its error."""
    await Inbox.filter(id=id, state="new").update(state="failed", handled_at=now, error=error, lease_until=None)


async def put_off(id: int, until: datetime) -> None:
    """Postpone a message that could not be handled now until `until`."""
    await Inbox.filter(id=id, state="new").update(lease_until=until)


async def rewrite(id: int, body: str, now: datetime) -> None:
    """Replace a message's body, once its attachments are fetched, and make it claimable now."""
    await Inbox.filter(id=id, state="new").update(body=body, lease_until=now)


class ReceivedMessage(NamedTuple):
    """A message as received, for showing a conversation again."""

    id: int
    message: str
    body: str
    at: datetime


async def conversation(channel: str, before: tuple[datetime, int] | None, limit: int) -> list[ReceivedMessage]:
    """Return messages received on a channel before (moment, id), newest last; the newest of all if it is None."""
    query = Inbox.filter(channel=channel)
    if before is not None:
        query = query.filter(Q(received_at__lt=before[0]) | Q(received_at=before[0], id__lt=before[1]))
    rows = await query.order_by("-received_at", "-id").limit(limit)
    return [_received(row) for row in reversed(rows)]


async def received_at(id: int) -> datetime | None:
    """Return when a message was stored; None if there is none."""
    moments: list[Any] = await Inbox.filter(id=id).values_list("received_at", flat=True)
    return moments[0] if moments else None


async def find(channel: str, message: str) -> ReceivedMessage | None:
    row = await Inbox.get_or_none(channel=channel, message=message)
    return _received(row) if row else None


def _received(row: Inbox) -> ReceivedMessage:
    return ReceivedMessage(row.id, row.message, row.body, row.received_at)


async def spoke_in(channel: str, conversation: str) -> bool:
    """Return whether the inbox contains a message from a conversation."""
    return await Inbox.filter(channel=channel, body__contains=f'"conversation":"{conversation}"').exists()
