"""Compare the texts in use with those on record: titles, texts and drafts with the audit trail, files with digests."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from msgspec import json

from storage import text_digests
from storage.audit import Break
from storage.counters import current
from storage.tables import Draft, Event, File, Incident

PAGE = 500
WITH_TEXTS = ("opened", "drafted")
"""Kinds of events whose texts are in use."""


async def verify() -> Break | None:
    """Return the first text that differs from the one on record, by the event that recorded it; None if all agree."""
    until = await current("events")
    for last in range(0, until, PAGE):
        page = Event.filter(id__gt=last, id__lte=last + PAGE).order_by("id")
        rows = await page.exclude(kind__not_in=WITH_TEXTS).values()  # not by the index of the kinds: that reads all
        numbers = {row["incident"] for row in rows}
        incidents = {one.number: one for one in await Incident.filter(number__in=list(numbers))}
        drafts: dict[Any, Any] = {}
        for one in await Draft.filter(incident_id__in=list(numbers)).values("incident_id", "edition", "text"):
            drafts[one["incident_id"], one["edition"]] = one["text"]
        newest, titles = await _newest_drafts(numbers), await _later_titles(numbers)
        for row in rows:
            if row["texts"] and (what := _altered(row, incidents, drafts, newest, titles)):
                return Break(row["id"], f"{what} of incident {row['incident']} is not the one on record")
    return await _files()


async def _newest_drafts(numbers: set[int]) -> set[int]:
    """Return the ids of the events of current drafts: after an undo, another draft gets the same edition."""
    found: dict[tuple[int, int], int] = {}
    rows = Event.filter(incident__in=list(numbers)).exclude(kind__not_in=("drafted",))  # by the index of the incidents
    for id, incident, data in sorted(await rows.values_list("id", "incident", "data")):
        found[int(str(incident)), json.decode(str(data))["edition"]] = int(str(id))
    return set(found.values())


async def _later_titles(numbers: set[int]) -> set[tuple[int, str]]:
    """Return the titles that matters got after their opening; one may have been undone."""
    rows = await Event.filter(incident__in=list(numbers), kind="named").values("incident", "data", "texts")
    unsealed = (
        (row["incident"], text_digests.unseal(json.decode(row["data"]), json.decode(row["texts"] or "{}")))
        for row in rows
    )
    return {(incident, data["title"]) for incident, data in unsealed}


def _altered(
    row: Mapping[str, Any],
    incidents: Mapping[int, Any],
    drafts: Mapping[Any, Any],
    newest: set[int],
    titles: set[tuple[int, str]],
) -> str:
    data = text_digests.unseal(json.decode(row["data"]), json.decode(row["texts"]))
    incident = incidents.get(row["incident"])
    if incident is None or incident.erased_at:
        return ""
    if row["kind"] == "drafted":
        kept = drafts.get((row["incident"], data["edition"]), data["text"])
        return f"draft {data['edition']}" if row["id"] in newest and kept != data["text"] else ""
    for name in ("title", "text"):
        kept = getattr(incident, name)
        if name in data and kept != data[name] and (name != "title" or (incident.number, kept) not in titles):
            return f"the {name}"
    return ""


async def _files() -> Break | None:
    last = 0
    while row := await File.filter(id__gt=last).order_by("id").first():
        last = row.id
        body = bytes(row.body)
        if body and sha256(body).hexdigest() != row.digest:
            return Break(0, f"file {row.id} of incident {row.incident} is not the one that was kept")
    return None
