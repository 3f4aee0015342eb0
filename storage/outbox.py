"""Messages to send, queued by the change that they announce.

Their states are planned, claimed, sending, suppressed, sent, accepted, unknown and failed.

`outbox_claims` claims them, `outbox_outcomes` records what became of them, `sent_messages` reads what was sent.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from storage.database import sql
from storage.database.sql import Statement
from storage.tables import to_ms

NOTICE = 1
"""The urgency of what the bot tells of its own trouble: behind answers, which somebody waits for, before reminders."""


class OutgoingMessage(NamedTuple):
    """A message to queue. `urgency` orders the queue, lowest first: 0 for answers, 1 for what the bot tells of
    its own trouble, a due time in ms for reminders.

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


def reminds(duties: Iterable[tuple[int, datetime]]) -> str:
    """Return how a reminder names the duties that it is about, each with its due time."""
    return ",".join(f"{id}@{to_ms(due)}" for id, due in duties)
