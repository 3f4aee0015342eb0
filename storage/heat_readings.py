"""The counts of a matter's heat that people have set down: with `热度`, or when they said that it has calmed."""

from datetime import datetime

from storage.audit import of_incident

READINGS = ("heat", "calm")
COUNTS = ("views", "comments", "reposts")


async def highest(incident: int, since: datetime) -> dict[str, int]:
    """Return the highest count of each name that was set down since a moment; no name whose count nobody knows."""
    found: dict[str, int] = {}
    for line in await of_incident(incident, READINGS, since):
        known = {name: line["data"][name] for name in COUNTS if line["data"].get(name) is not None}
        found |= {name: max(count, found.get(name, 0)) for name, count in known.items()}
    return found
