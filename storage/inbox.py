"""Platform messages, stored before they are acknowledged. (channel, message id) is unique: a repeat does nothing."""

from datetime import datetime, timedelta
from typing import NamedTuple

from tortoise.expressions import Q

from storage.database import sql
from storage.database.sql import Statement
from storage.inbox_gather import gathered
from storage.tables import Inbox, to_ms


class AlreadyHandled(Exception):
    """Another claimer has dealt with this message; whatever was decided about it now must not be written."""


class Arrival(NamedTuple):
    id: int
    channel: str
    body: str
    attempts: int


async def store(channel: str, message: str, body: str, now: datetime) -> int | None:
    """Keeps a message for dispatch; its row's id, or None when it is here already.

    Returns after the commit, which is shared with whatever else arrives meanwhile. Not for use inside a transaction.
    """
    return await gathered((channel, message, body, to_ms(now)))


_CLAIM = """
UPDATE inbox SET lease_until = {lease}, attempts = attempts + 1
WHERE id IN (SELECT id FROM inbox WHERE {waiting} ORDER BY id LIMIT {limit}) AND {waiting}
RETURNING id, channel, body, attempts
"""


async def claim(now: datetime, lease: timedelta, limit: int = 32) -> list[Arrival]:
    """The oldest messages that nobody is dealing with, leased to the caller."""
    waiting = f"state = 'new' AND (lease_until IS NULL OR lease_until <= {sql.mark(2)})"
    statement = _CLAIM.format(lease=sql.mark(1), waiting=waiting, limit=sql.mark(3))
    rows = await sql.rows(statement, [to_ms(now + lease), to_ms(now), limit])
    return sorted(Arrival(**row) for row in rows)


def finishing(id: int, now: datetime) -> Statement:
    """The statement that marks a message as dealt with; it gives no row if somebody else did. See `conclude`."""
    return Statement(_DONE.format(id=sql.mark(1), now=sql.mark(2)), [id, to_ms(now)])


_DONE = """
UPDATE inbox SET state = 'done', handled_at = {now}, lease_until = NULL WHERE id = {id} AND state = 'new' RETURNING id
"""


async def give_up(id: int, error: str, now: datetime) -> None:
    """Sets a message aside that failed again and again; it stays on record with its error."""
    await Inbox.filter(id=id, state="new").update(state="failed", handled_at=now, error=error, lease_until=None)


async def put_off(id: int, until: datetime) -> None:
    """A message that could not be dealt with now comes again at `until`."""
    await Inbox.filter(id=id, state="new").update(lease_until=until)


async def rewrite(id: int, body: str, now: datetime) -> None:
    """A message with what was fetched for it; it may be dealt with at once."""
    await Inbox.filter(id=id, state="new").update(body=body, lease_until=now)


class ReceivedMessage(NamedTuple):
    """A message as it came in, for showing a conversation again."""

    id: int
    message: str
    body: str
    at: datetime


async def conversation(channel: str, before: tuple[datetime, int] | None, limit: int) -> list[ReceivedMessage]:
    """What was heard on a channel before a moment (and, at that moment, before an id), the newest last."""
    query = Inbox.filter(channel=channel)
    if before is not None:
        query = query.filter(Q(received_at__lt=before[0]) | Q(received_at=before[0], id__lt=before[1]))
    rows = await query.order_by("-received_at", "-id").limit(limit)
    return [_heard(row) for row in reversed(rows)]


async def find(channel: str, message: str) -> ReceivedMessage | None:
    row = await Inbox.get_or_none(channel=channel, message=message)
    return _heard(row) if row else None


def _heard(row: Inbox) -> ReceivedMessage:
    return ReceivedMessage(row.id, row.message, row.body, row.received_at)


async def spoke_in(channel: str, conversation: str) -> bool:
    """Whether a message from a conversation is in the inbox."""
    return await Inbox.filter(channel=channel, body__contains=f'"conversation":"{conversation}"').exists()
