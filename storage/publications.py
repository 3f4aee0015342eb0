"""Where answers are public: which matter an address already proves, and what still waits to be published."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from storage.database import sql
from storage.tables import Duty, File, Publication, Request

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
    marks = sql.marks(len(fingerprints))
    query = f"SELECT fingerprint, incident_id FROM publications WHERE fingerprint IN ({marks}) ORDER BY id"  # noqa: S608
    return dict(await sql.values(query, fingerprints))


async def remedies_shown_at() -> list[tuple[int, tuple[str, ...]]]:
    """Return the incidents with a remedy that waits or is signed, and the addresses that prove it, the oldest first."""
    rows = Request.filter(kind="remedy", state__in=("pending", "approved")).order_by("id")
    found = await rows.values_list("incident_id", "subject")
    return [(int(str(number)), tuple(dict(subject or {}).get("proof", ()))) for number, subject in found]


class PageToSee(NamedTuple):
    """The page of an answer whose publisher is about to be asked whether it still stands."""

    duty: int
    incident: int
    url: str


async def pages_to_see(until: datetime) -> list[PageToSee]:
    """Return the pages of answers about which somebody is asked before `until`; the newest page of each incident."""
    checks = Duty.filter(kind="stand", state="open", rung=None, next_at__lte=until).order_by("next_at", "id")
    found = []
    for duty, incident in await checks.values_list("id", "incident_id"):
        place = await Publication.filter(incident_id=incident, url__isnull=False).order_by("-id").first()
        if place is not None and place.url:
            found.append(PageToSee(int(str(duty)), int(str(incident)), place.url))
    return found


async def checks_due(until: datetime, owner: str | None = None) -> list[int]:
    """Return the incidents whose answer is to be looked at by `until`: those of one owner, or all."""
    checks = Duty.filter(kind="stand", state="open", due_at__lte=until)
    checks = checks if owner is None else checks.filter(owner=owner)
    numbers = await checks.order_by("incident_id").values_list("incident_id", flat=True)
    return list(dict.fromkeys(int(str(number)) for number in numbers))


async def unpublished(department: str | None) -> list[int]:
    """Return open incidents, of one department or of all, with a reply that was approved after the last publication."""
    values: list[Any] = [] if department is None else [department]
    rows = await sql.values(
        "SELECT DISTINCT i.number FROM incidents i "  # noqa: S608 - marks only
        "JOIN requests r ON r.incident_id = i.number AND r.cycle = i.cycle "
        "WHERE r.kind = 'reply' AND r.state || '' = 'approved' "
        "AND i.stage IN ('unassigned', 'assigned', 'acknowledged', 'replied') "
        "AND (i.replied_at IS NULL OR i.replied_at < r.decided_at) "
        f"{'' if department is None else f'AND i.department = {sql.mark(1)} '}ORDER BY i.number",
        values,
    )
    return [int(number) for (number,) in rows]
