"""What the desk was told of failures, by whatever process, and whether it arrived.

A notice is the only message that is planned at the moment at which something was told (`failures.tell`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from storage import counters
from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import transact
from storage.tables import from_ms, to_ms

LOST = ("failed", "unknown")
_LAST = "failures told"


async def remember(now: datetime) -> None:
    """Record that the desk is told now. Call it in the transaction that queues the notice."""
    await counters.remember(_LAST, str(to_ms(now)))


async def last() -> datetime | None:
    """Return when the desk was last told (aware, UTC); None if it never was."""
    told = await counters.recall(_LAST)
    return from_ms(int(told)) if told else None


class FailureNotice(NamedTuple):
    """A notice: `ended_at` is when it was sent or given up, None while it waits; `lost` if it was given up."""

    told_at: datetime
    conversation: str
    lost: bool
    ended_at: datetime | None


def any_lost_statement(moment: datetime) -> Statement:
    """Build the statement that returns a row if a notice was lost after the moment (aware)."""
    return Statement(_ANY_LOST.format(since=sql.mark(1, "bigint")), [to_ms(moment)])


async def notices(moment: datetime) -> list[FailureNotice]:
    """Return the notices that wait, and those that ended after the moment (aware), newest first."""
    rows = await sql.rows(_NOTICES.format(since=sql.mark(1, "bigint")), [to_ms(moment)])
    return [_notice(**row) for row in rows]


_ANY_LOST = """
SELECT id FROM outbox WHERE state IN ('failed', 'unknown') AND sent_at > {since} AND told_at = planned_at LIMIT 1
"""
_NOTICES = """
SELECT told_at, conversation, state, sent_at FROM outbox
WHERE (sent_at > {since} OR state IN ('planned', 'claimed', 'sending')) AND told_at = planned_at
ORDER BY told_at DESC, id DESC
"""


def _notice(told_at: int, conversation: str, state: str, sent_at: int | None) -> FailureNotice:
    return FailureNotice(from_ms(told_at), conversation, state in LOST, from_ms(sent_at) if sent_at else None)


async def untell(moments: Sequence[datetime]) -> int:
    """Let what was told at these moments be untold again, but for the notices; return how many failures that were.

    The desk counts as never told, unless it was told later.
    """
    told = [to_ms(one) for one in moments]

    async def work() -> int:
        marks = sql.marks(len(told), 1)
        statements = [_UNTELL.format(table=table, which=which, told=marks) for table, which in _FAILED.items()]
        count = sum([len(await sql.rows(one, told)) for one in statements])
        before = await last()
        if before is not None and before <= max(moments):
            await counters.forget(_LAST)
        return count

    return await transact(work) if told else 0


_UNTELL = "UPDATE {table} SET told_at = NULL WHERE told_at IN ({told}) AND {which} RETURNING id"
_FAILED = {
    "inbox": "state IN ('failed', 'new', 'fetching')",
    "outbox": "state IN ('failed', 'unknown') AND planned_at <> told_at",
    "setbacks": "failure IS NOT NULL",
}
"""What of each table can have been told and is not done by now; a message that waits for storage is not failed yet."""
