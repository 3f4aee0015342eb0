"""The parts of helping departments as they stand on record, for those who write and sign the reply."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple


class PartOnRecord(NamedTuple):
    """A department's latest part: its words (None once they are erased), by whom (id), and when (UTC)."""

    department: str
    text: str | None
    by: str
    at: datetime


def on_record(lines: Iterable[Mapping[str, Any]]) -> tuple[PartOnRecord, ...]:
    """Return the latest part of each department in an incident's audit lines, in the order in which they came.

    What its giver has taken back is left out, and everything from before a matter was opened again.
    """
    given: list[PartOnRecord] = []
    for line in lines:
        data, kind = line["data"], line["kind"]
        if kind == "part":
            given = [one for one in given if one.department != data["department"]]
            given.append(PartOnRecord(data["department"], data.get("text"), line["actor"], line["at"]))
        elif kind == "undone" and "part" in data["kinds"]:
            last = next((one for one in reversed(given) if one.by == line["actor"]), None)
            given = [one for one in given if one is not last]
        elif kind == "reopened":
            given = []
    return tuple(given)
