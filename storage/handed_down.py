"""Which documents of other bodies are on record, and of which incident."""

from collections.abc import Sequence
from typing import Any

from storage.tables import HandedDown


async def incident_of(fingerprint: str) -> int | None:
    """Return the incident that a document handed down; None if it is not on record."""
    numbers = await HandedDown.filter(fingerprint=fingerprint).values_list("incident_id", flat=True)
    return int(str(numbers[0])) if numbers else None


async def of_incident(number: int) -> Sequence[dict[str, Any]]:
    """Return the documents by which an incident was handed down, in order."""
    return list(await HandedDown.filter(incident_id=number).order_by("id").values("id", "body", "document", "at"))
