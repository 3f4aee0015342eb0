"""Queries for answers, lists and ledgers. Nothing here writes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from tortoise.expressions import Q, Subquery
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from storage.tables import Duty, Forwarding, Holding, Incident, Outbox, Post, Request

ReportRow = Mapping[str, Any]
OPEN_STAGES = ("unassigned", "assigned", "acknowledged", "replied")
ENDED_STAGES = ("resolved", "withdrawn", "merged", "positive")


async def incident_of_request(request: int) -> int | None:
    numbers = await Request.filter(id=request).values_list("incident_id", flat=True)
    return int(str(numbers[0])) if numbers else None


async def incidents_with_requests() -> list[int]:
    """Return the incidents with a pending request, oldest request first."""
    numbers = await Request.filter(state="pending").order_by("id").values_list("incident_id", flat=True)
    return list(dict.fromkeys(int(str(number)) for number in numbers))


async def posts(number: int) -> list[ReportRow]:
    return list(await Post.filter(incident_id=number).order_by("id").values("url", "platform", "posted_at", "found_at"))


async def sending(number: int) -> dict[str, int]:
    """Count the messages about an incident by state: planned, accepted, unknown, …"""
    rows = await Outbox.filter(incident=number).annotate(n=Count("id")).group_by("state").values("state", "n")
    return {row["state"]: row["n"] for row in rows}


async def open_duties(department: str | None = None) -> list[ReportRow]:
    """Return the open duties of incidents, earliest due time first; of one department, or of all."""
    query = Duty.filter(state="open", incident_id__isnull=False)
    if department is not None:
        query = query.filter(Q(incident__department=department) | Q(owner=f"department:{department}"))
    rows = await query.order_by("due_at", "id").values(
        "kind",
        "owner",
        "due_at",
        "next_at",
        number="incident__number",
        title="incident__title",
        stage="incident__stage",
        department="incident__department",
        holder="incident__holder",
        unit="incident__unit",
    )
    return list(rows)


async def newest_open(department: str | None, limit: int) -> list[ReportRow]:
    """Return the newest open incidents, of one department or of all."""
    query = Incident.filter(stage__in=OPEN_STAGES)
    if department is not None:
        query = query.filter(department=department)
    return list(await query.order_by("-number").limit(limit).values("number", "title"))


async def owing_nothing(beside: Collection[str]) -> list[int]:
    """Return the numbers of the open incidents for which no duty is open, but for the kinds `beside`."""
    duties = Duty.filter(state="open", incident_id__isnull=False).exclude(kind__in=list(beside))
    owing = Subquery(duties.values("incident_id"))
    query = Incident.filter(stage__in=OPEN_STAGES).exclude(number__in=owing)
    return [int(str(number)) for number in await query.order_by("number").values_list("number", flat=True)]


async def open_incidents() -> list[ReportRow]:
    """Return every open incident with its duties, without the waived ones, for the group page."""
    query = Incident.filter(stage__in=OPEN_STAGES).order_by("number")
    rows = await query.values("number", "title", "department", "stage", "holder", "unit", "helpers", "about")
    by_number: dict[int, list[ReportRow]] = {row["number"]: [] for row in rows}
    for part in _parts(list(by_number)):
        owed = Duty.filter(incident_id__in=part).exclude(state="waived").order_by("due_at", "id")
        for duty in await owed.values("kind", "owner", "due_at", "state", number="incident_id"):
            by_number[duty["number"]].append(duty)
    return [{**row, "duties": by_number[row["number"]]} for row in rows]


async def forwardings() -> dict[str, int]:
    """Count the forwardings that opened an incident, and those that joined one."""
    rows = await Forwarding.all().annotate(n=Count("id")).group_by("joined").values("joined", "n")
    counts = {bool(row["joined"]): row["n"] for row in rows}
    return {"opened": counts.get(False, 0), "joined": counts.get(True, 0)}


async def holdings(numbers: Sequence[int]) -> list[ReportRow]:
    """Return the holders of incidents, from when until when (None: still), in order."""
    found: list[ReportRow] = []
    for part in _parts(numbers):
        query = Holding.filter(incident_id__in=part).order_by("incident_id", "id")
        found += await query.values("holder", "since", "until", number="incident_id")
    return found


async def owed_acknowledgements(departments: Sequence[str]) -> list[int]:
    """Return the open incidents of these departments that are not acknowledged yet."""
    query = Incident.filter(department__in=list(departments), stage__in=("assigned", "replied"), acknowledged_at=None)
    return [int(str(number)) for number in await query.order_by("number").values_list("number", flat=True)]


def _parts(numbers: Sequence[int], size: int = 500) -> list[Sequence[int]]:
    return [numbers[start : start + size] for start in range(0, len(numbers), size)]


def resolved(since: datetime, until: datetime) -> QuerySet[Incident]:
    """Return the query for the incidents that were resolved in a span.

    "stage = 'resolved'" would let SQLite read all of them by the index of the stages.
    """
    others = (*OPEN_STAGES, *(stage for stage in ENDED_STAGES if stage != "resolved"))
    return Incident.filter(resolved_at__gte=since, resolved_at__lt=until).exclude(stage__in=others)


async def closed_between(since: datetime, until: datetime) -> list[int]:
    """Return the incidents that were resolved, withdrawn or merged in a span and still have their texts."""
    query = Incident.filter(stage__in=ENDED_STAGES, erased_at=None)
    query = query.filter(resolved_at__gte=since, resolved_at__lt=until).order_by("number")
    return [int(str(number)) for number in await query.values_list("number", flat=True)]
