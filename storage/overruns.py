"""Duties that ran over their due time: what a bulletin names."""

from datetime import datetime

from tortoise.expressions import Q

from storage.reports import Row
from storage.tables import Duty, Incident, Request


async def overruns(since: datetime, until: datetime, number: int | None = None) -> list[Row]:
    """Duties that fell due in a span and were not met by then, of all incidents or of one; each with `asked`.

    `asked` says that more time was asked for before it ran out.
    """
    query = Duty.filter(incident_id__isnull=False, due_at__gte=since, due_at__lt=until).exclude(kind="calm")
    query = query.filter(Q(state="open") | Q(state="met")).exclude(incident__stage__in=("withdrawn", "merged"))
    if number is not None:
        query = query.filter(incident_id=number)
    names = {"number": "incident__number", "title": "incident__title", "department": "incident__department"}
    rows = await query.order_by("due_at", "id").values("kind", "owner", "state", "due_at", "met_at", **names)
    late = [row for row in rows if row["met_at"] is None or row["met_at"] > row["due_at"]]
    asked = await _asked({int(row["number"]) for row in late})
    return [{**row, "asked": any(at < row["due_at"] for at in asked.get(row["number"], ()))} for row in late]


async def _asked(numbers: set[int]) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = {}
    rows = Request.filter(incident_id__in=sorted(numbers), kind="extension")
    for number, at in await rows.values_list("incident_id", "asked_at"):
        found.setdefault(int(str(number)), []).append(at)
    return found


async def counts(since: datetime, until: datetime) -> tuple[int, int]:
    """How many incidents were found in a span, and how many of them are resolved."""
    query = Incident.filter(found_at__gte=since, found_at__lt=until).exclude(stage__in=("withdrawn", "merged"))
    return await query.count(), await query.filter(stage="resolved").count()
