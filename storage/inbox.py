"""Platform messages, stored before they are acknowledged. (channel, message id) is unique: repeats are ignored.

States: new, fetching (new, but its files are being downloaded), done, failed. A message waits for earlier ones of its
conversation that were put off, so that what people say one after the other is done in that order.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tortoise.expressions import F

from storage.conversation_pages import page
from storage.database import sql
from storage.database.in_place import must_be_in_place
from storage.database.sql import Statement
from storage.database.transaction import claim_exclusively
from storage.inbox_gather import store_row, store_within
from storage.process_mark import LONGEST_MARK, own_mark
from storage.tables import EPOCH, Inbox, from_ms, to_ms

MOST_AHEAD = timedelta(minutes=2)
"""Longer than any lease: one that ends later was taken before the clock was set back, and has ended."""
WAITING = ("new", "fetching")


class AlreadyHandled(Exception):
    """Another process has handled this message: roll back what was decided about it."""


class Arrival(NamedTuple):
    """A claimed message. `refusals` counts how often its data were refused, `retried` is 1 if it is handled again."""

    id: int
    channel: str
    body: str
    attempts: int
    conversation: str | None = None
    sender: str | None = None
    refusals: int = 0
    received_at: datetime | None = None
    retried: int = 0


async def store(
    channel: str,
    message: str,
    body: str,
    now: datetime,
    *,
    conversation: str | None = None,
    sender: str | None = None,
    within: float | None = None,
) -> int | None:
    """Store a message for dispatch; return its row's id, or None if it is already stored.

    Return after the commit, which is shared with other messages that arrive in the meantime. Not for use inside a
    transaction. With `within`, a number of seconds, it is stored in that time or never: then raise NotInTime.
    """
    must_be_in_place()
    row = (channel, message, body, to_ms(now), conversation, sender)
    return await store_row(row) if within is None else await store_within(within, row)


class FailedRow(NamedTuple):
    """`conversation` and `sender` are None where they are not known."""

    channel: str
    message: str
    body: str
    conversation: str | None
    sender: str | None
    fault: str
    error: str


async def keep_failed(row: FailedRow, now: datetime) -> None:
    """Keep what a platform delivered and could not be stored as a message to handle; do nothing if it is there."""
    values = [row.channel, row.message, row.body, to_ms(now), row.conversation, row.sender, row.fault, row.error]
    await sql.rows(_KEEP.format(values=sql.marks(len(values)), at=sql.mark(4)), values)


_KEEP = """
INSERT INTO inbox (channel, message, body, received_at, conversation, sender, fault, error, state, handled_at)
VALUES ({values}, 'failed', {at}) ON CONFLICT (channel, message) DO NOTHING
"""


_FREE = "({row}lease_until IS NULL OR {row}lease_until <= {now} OR {row}lease_until > {ahead})"
# While its files are downloaded a message holds up only what its own sender says after it.
_CLAIM = """
UPDATE inbox SET state = 'new', lease_until = {lease}, attempts = attempts + 1, owner = {owner}, fault = NULL
WHERE id IN (
    SELECT one.id FROM inbox AS one WHERE one.state IN ('new', 'fetching') AND {one_is_free} AND NOT EXISTS (
        SELECT 1 FROM inbox AS earlier WHERE earlier.state IN ('new', 'fetching') AND earlier.channel = one.channel
            AND earlier.conversation = one.conversation AND earlier.id < one.id AND NOT {earlier_is_free}
            AND (earlier.state = 'new' OR earlier.sender = one.sender)
    ) ORDER BY one.id LIMIT {limit}
) AND state IN ('new', 'fetching') AND {is_free}
RETURNING id, channel, body, attempts, conversation, sender, refusals, received_at, retried
"""


async def claim(now: datetime, lease: timedelta, limit: int = 32) -> list[Arrival]:
    """Claim the oldest unclaimed messages and lease them to the caller."""
    marks = {"lease": sql.mark(1), "now": sql.mark(2), "limit": sql.mark(3), "ahead": sql.mark(4)}
    marks["owner"] = sql.mark(5)
    free = {
        "one_is_free": _FREE.format(row="one.", **marks),
        "earlier_is_free": _FREE.format(row="earlier.", **marks),
        "is_free": _FREE.format(row="", **marks),
    }
    statement = _CLAIM.format(**free, **marks)
    values = [to_ms(now + lease), to_ms(now), limit, to_ms(now + MOST_AHEAD), own_mark()[:LONGEST_MARK]]
    # Two concurrent claims would not see each other's rows, and could take one conversation's messages out of order.
    rows = await claim_exclusively("inbox", lambda: sql.rows(statement, values), _give_back_rows)
    return sorted(Arrival(**{**row, "received_at": from_ms(row["received_at"])}) for row in rows)


async def _give_back_rows(rows: Sequence[dict[str, Any]]) -> None:
    await give_back([row["id"] for row in rows])


def done_statement(id: int, now: datetime) -> Statement:
    """Build the statement that marks a message done. It returns no row if another process has done so."""
    return Statement(_DONE.format(id=sql.mark(1), now=sql.mark(2)), [id, to_ms(now)])


_DONE = """
UPDATE inbox SET state = 'done', handled_at = {now}, lease_until = NULL, fault = NULL WHERE id = {id} AND state = 'new'
RETURNING id
"""


async def fail(id: int, fault: str, error: str, now: datetime) -> None:
    """Mark a message as failed; it stays in the table with its error. Raise AlreadyHandled if it does not wait."""
    changed = await Inbox.filter(id=id, state__in=WAITING).update(
        state="failed", handled_at=now, fault=fault, error=error, lease_until=None, told_at=None
    )
    if not changed:
        raise AlreadyHandled(id)


async def put_off(id: int, until: datetime, fault: str, error: str = "", *, refused: bool = False) -> None:
    """Postpone a message until `until`, because of a fault; `refused` counts that its data were refused."""
    refusals = F("refusals") + (1 if refused else 0)
    query = Inbox.filter(id=id, state__in=WAITING)
    await query.update(lease_until=until, fault=fault, error=error or None, refusals=refusals)


async def give_back(ids: Sequence[int]) -> None:
    """Release claimed messages that were not handled and not put off; they can be claimed at once."""
    query = Inbox.filter(id__in=list(ids), state="new", fault__isnull=True)
    await query.update(lease_until=None, attempts=F("attempts") - 1)


async def start_fetching(id: int, until: datetime) -> None:
    """Postpone a message until its files are there, at most until `until`."""
    await Inbox.filter(id=id, state="new").update(state="fetching", lease_until=until)


async def fetch_later(id: int, until: datetime) -> None:
    """Postpone the next try to download a message's files."""
    await Inbox.filter(id=id, state="fetching").update(lease_until=until)


async def rewrite(id: int, body: str, now: datetime) -> None:
    """Replace a message's body, once its attachments are fetched, and make it claimable now."""
    await Inbox.filter(id=id, state__in=WAITING).update(state="new", body=body, lease_until=now)


class ReceivedMessage(NamedTuple):
    """A message as received, for showing a conversation again."""

    id: int
    message: str
    body: str
    at: datetime


async def conversation(channel: str, before: tuple[datetime, int] | None, limit: int) -> list[ReceivedMessage]:
    """Return messages received on a channel before (moment, id), newest last; the newest of all if it is None."""
    rows = await page(_CONVERSATION, "received_at", channel, before, limit)
    return [ReceivedMessage(id, message, body, from_ms(at)) for id, message, body, at in rows]


_CONVERSATION = """
SELECT id, message, body, received_at FROM inbox WHERE channel = {channel} {before}
ORDER BY received_at DESC, id DESC LIMIT {limit}
"""


async def find(channel: str, message: str) -> ReceivedMessage | None:
    row = await Inbox.get_or_none(channel=channel, message=message)
    return _received(row) if row else None


def _received(row: Inbox) -> ReceivedMessage:
    return ReceivedMessage(row.id, row.message, row.body, row.received_at)


async def handled_at(moments: Collection[datetime]) -> dict[datetime, list[tuple[str, datetime]]]:
    """Return the messages that were done at some moments, by moment: their bodies, and when they were received."""
    found: dict[datetime, list[tuple[str, datetime]]] = {}
    rows = Inbox.filter(handled_at__in=list(moments), state="done").order_by("id")
    for moment, body, received in await rows.values_list("handled_at", "body", "received_at"):
        found.setdefault(moment, []).append((str(body), received))
    return found


async def latest(channel: str, limit: int) -> list[tuple[str, datetime]]:
    """Return the last messages of a platform, oldest first: their bodies, and when they were received."""
    rows = await Inbox.filter(channel=channel).order_by("-received_at", "-id").limit(limit)
    return [(row.body, row.received_at) for row in reversed(rows)]


async def spoke_in(channel: str, conversation: str) -> bool:
    """Return whether the inbox contains a message from a conversation."""
    if await Inbox.filter(state__in=(*WAITING, "done", "failed"), channel=channel, conversation=conversation).exists():
        return True
    earlier = Inbox.filter(channel=channel, conversation=None, received_at__gt=EPOCH)  # rows of earlier versions
    return await earlier.filter(body__contains=f'"conversation":"{conversation}"').exists()
