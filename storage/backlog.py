"""How much waits and how much failed, for the probes and the figures."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from storage.database import sql
from storage.tables import from_ms, to_ms


class Counts(NamedTuple):
    """How many messages wait or failed, by fault, and how many sends there are, by state.

    The times are those of the oldest that waits.
    """

    inbox: Mapping[str, int]
    outbox: Mapping[str, int]
    oldest_message: datetime | None
    oldest_send: datetime | None


_INBOX = """
SELECT CASE WHEN state = 'failed' THEN 'failed: ' || COALESCE(fault, 'bug')
            WHEN fault IS NULL THEN 'waiting' ELSE 'waiting: ' || fault END AS kind,
       COUNT(*) AS count, MIN(received_at) AS oldest
FROM inbox WHERE state IN ('new', 'fetching', 'failed') GROUP BY 1
"""
_OUTBOX = """
SELECT state AS kind, COUNT(*) AS count, MIN(CASE WHEN not_before > planned_at THEN not_before ELSE planned_at END)
    AS oldest
FROM outbox WHERE state IN ('claimed', 'sending', 'unknown', 'failed') OR (state = 'planned' AND not_before <= {now})
GROUP BY state
"""


async def counts(now: datetime) -> Counts:
    """Count what waits and what failed. What was sent is not counted: there is too much of it."""
    inbox = await sql.rows(_INBOX, [])
    sends = await sql.rows(_OUTBOX.format(now=sql.mark(1)), [to_ms(now)])
    return Counts(
        {row["kind"]: row["count"] for row in inbox},
        {row["kind"]: row["count"] for row in sends},
        _oldest(row["oldest"] for row in inbox if row["kind"].startswith("waiting")),
        _oldest(row["oldest"] for row in sends if row["kind"] in ("planned", "claimed", "sending")),
    )


def _oldest(moments: Any) -> datetime | None:
    known = [at for at in moments if at is not None]
    return from_ms(min(known)) if known else None
