"""Which incidents have ended."""

from datetime import datetime

from storage.tables import Incident


async def between(since: datetime, until: datetime) -> list[int]:
    """Incidents that were resolved, withdrawn or merged in a span, and still have their texts."""
    query = Incident.filter(stage__in=("resolved", "withdrawn", "merged"), erased_at=None)
    query = query.filter(resolved_at__gte=since, resolved_at__lt=until).order_by("number")
    return [int(str(number)) for number in await query.values_list("number", flat=True)]
