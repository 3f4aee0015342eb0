"""Read a conversation page by page, the newest first: what was received, or what was sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage.database import sql
from storage.tables import to_ms


async def page(statement: str, at: str, channel: str, before: tuple[datetime, int] | None, limit: int) -> Sequence[Any]:
    """Return rows of a channel before (moment, id), the newest last; the newest of all if it is None.

    `statement` selects the rows, with the marks {channel}, {before} and {limit}; `at` is its column of the moment.
    """
    marks = {"channel": sql.mark(1), "limit": sql.mark(2), "before": ""}
    values: list[Any] = [channel, limit]
    if before is not None:
        marks["before"] = _BEFORE.format(column=at, at=sql.mark(3), id=sql.mark(4))
        values += [to_ms(before[0]), before[1]]
    return list(reversed(await sql.values(statement.format(**marks), values)))


_BEFORE = "AND {column} <= {at} AND ({column} < {at} OR id < {id})"
