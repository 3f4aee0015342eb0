"""Where answers are public: which matter an address already proves, and what still waits to be published."""

from collections.abc import Mapping, Sequence
from typing import Any

from storage.database import sql
from storage.tables import File, Publication

PublicationRow = Mapping[str, Any]


async def of_incident(number: int) -> list[PublicationRow]:
    """Return an incident's publications, the oldest first, each with its picture's digest."""
    rows = await Publication.filter(incident_id=number).order_by("id").values()
    digests = dict(await File.filter(id__in=[row["file"] for row in rows if row["file"]]).values_list("id", "digest"))
    return [{**row, "digest": digests.get(row["file"])} for row in rows]


async def answered_at(fingerprints: Sequence[str]) -> dict[str, int]:
    """Return the incident that each of these pages answers, by fingerprint; of several the newest."""
    if not fingerprints:
        return {}
    rows = Publication.filter(fingerprint__in=list(fingerprints)).order_by("id")
    return {str(mark): int(str(number)) for mark, number in await rows.values_list("fingerprint", "incident_id")}


async def unpublished(department: str | None) -> list[int]:
    """Return open incidents, of one department or of all, with a reply that was approved after the last publication."""
    values: list[Any] = [] if department is None else [department]
    rows = await sql.values(
        "SELECT DISTINCT i.number FROM incidents i "  # noqa: S608 - marks only
        "JOIN requests r ON r.incident_id = i.number AND r.cycle = i.cycle "
        "WHERE r.kind = 'reply' AND r.state = 'approved' "
        "AND i.stage IN ('unassigned', 'assigned', 'acknowledged', 'replied') "
        "AND (i.replied_at IS NULL OR i.replied_at < r.decided_at) "
        f"{'' if department is None else f'AND i.department = {sql.mark(1)} '}ORDER BY i.number",
        values,
    )
    return [int(number) for (number,) in rows]
