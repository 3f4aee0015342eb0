"""Gapless numbers, and settings of the installation. Taking a number locks its counter until the transaction ends."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from storage import outbox
from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import transact
from storage.outbox import OutgoingMessage
from storage.tables import Counter, Setting


async def take(name: str, count: int = 1) -> int:
    """Increase a counter by `count` and return its new value. Call it inside a transaction."""
    return int((await sql.rows(*take_statement(name, count)))[0]["value"])


def take_statement(name: str, count: int = 1) -> Statement:
    """Build the statement that `take` executes."""
    return Statement(_TAKE.format(marks=sql.marks(2)), [name, count])


_TAKE = """
INSERT INTO counters (name, value) VALUES ({marks})
ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value
"""


async def current(name: str) -> int:
    row = await Counter.get_or_none(name=name)
    return row.value if row else 0


async def remember(name: str, value: str) -> None:
    await sql.values(_REMEMBER.format(marks=sql.marks(2)), [name, value])


_REMEMBER = """
INSERT INTO settings (name, value) VALUES ({marks}) ON CONFLICT (name) DO UPDATE SET value = excluded.value
RETURNING name
"""


async def recall(name: str) -> str | None:
    return recalled(await sql.values(*recall_statement(name)))


def recall_statement(name: str) -> Statement:
    """Build the statement whose rows `recalled` reads."""
    return Statement(f"SELECT value FROM settings WHERE name = {sql.mark(1)}", [name])  # noqa: S608 - a mark only


def recalled(rows: Sequence[Any]) -> str | None:
    return str(rows[0]["value"]) if rows else None


async def forget(name: str) -> None:
    await Setting.filter(name=name).delete()


Crossing = Callable[[int, int], Awaitable[Sequence[OutgoingMessage]]]
"""Return what is told of a count, by what it was before and what it is now."""


async def count_calls(name: str, count: int, periods: Sequence[str], crossing: Crossing, now: datetime) -> None:
    """Count calls in each period, such as "2026-11" and "2026-11-23"; queue what `crossing` tells of the first."""

    async def work() -> None:
        counted = [await take(_calls_key(name, period), count) for period in periods]
        await outbox.plan(await crossing(counted[0] - count, counted[0]), now)

    await transact(work)


async def calls(name: str, period: str) -> int:
    return await current(_calls_key(name, period))


def _calls_key(name: str, period: str) -> str:
    return f"calls:{name}:{period}"
