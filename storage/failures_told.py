"""Whether the desk was told of failures since a moment, by whatever process."""

from datetime import datetime

from storage.tables import Inbox, Outbox, Setback


async def since(moment: datetime) -> bool:
    """Return whether a failure that has a number was told after the moment (aware)."""
    for table in (Setback, Outbox, Inbox):
        if await table.filter(told_at__gt=moment, failure__isnull=False).exists():
            return True
    return False
