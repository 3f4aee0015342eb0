"""When the desk was last told of failures, by whatever process."""

from datetime import datetime

from storage import counters
from storage.tables import from_ms, to_ms

_LAST = "failures told"


async def remember(now: datetime) -> None:
    """Record that the desk is told now. Call it in the transaction that queues the notice."""
    await counters.remember(_LAST, str(to_ms(now)))


async def last() -> datetime | None:
    """Return when the desk was last told (aware, UTC); None if it never was."""
    told = await counters.recall(_LAST)
    return from_ms(int(told)) if told else None
