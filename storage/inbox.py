"""Platform messages, stored before they are acknowledged. (channel, message id) is unique: repeats are ignored.

States: new, fetching (new, but its files are being downloaded), done, failed. `inbox_claims` says who handles one.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from storage.conversation_pages import page
from storage.database import sql
from storage.database.in_place import must_be_in_place
from storage.inbox_claims import WAITING
from storage.inbox_gather import store_row, store_within
from storage.tables import EPOCH, Inbox, from_ms, to_ms


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
    transaction. With `within`, a number of seconds, it is stored in that time or never: then raise NotInTime; or
    OutcomeUnknown, if the answer to its commit was lost and it cannot be found in that time.
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
    done = Inbox.filter(handled_at__in=list(moments)).exclude(state__not_in=("done",))  # not by the index of the states
    rows = done.order_by("id")
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
