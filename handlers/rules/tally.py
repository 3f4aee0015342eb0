"""The ledger's sums: per department received, answered the same day, resolved within three days, overdue, medians.

A reply counts as the same day's when it was met on the local day of the find; a resolution as in time when it was met
by the due time that the incident began with, extensions not counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from handlers.rules.calendar import Calendar

Row = Mapping[str, Any]


@dataclass(slots=True)
class Line:
    """The sums of one department, or of all. Medians run from the find and are None where nothing was done."""

    name: str | None
    received: int = 0
    same_day: int = 0
    in_time: int = 0
    resolved: int = 0
    late: int = 0
    overdue: int = 0
    reminders: int = 0
    _reply: list[float] = field(default_factory=list)
    _resolve: list[float] = field(default_factory=list)

    @property
    def open(self) -> int:
        return self.received - self.resolved

    @property
    def median_reply(self) -> timedelta | None:
        return timedelta(seconds=median(self._reply)) if self._reply else None

    @property
    def median_resolve(self) -> timedelta | None:
        return timedelta(seconds=median(self._resolve)) if self._resolve else None

    def add(self, row: Row, calendar: Calendar, now: datetime) -> None:
        found = row["found_at"]
        self.received += 1
        self.reminders += row["reminders"]
        if row["replied_at"]:
            self._reply.append((row["replied_at"] - found).total_seconds())
            self.same_day += calendar.local(row["replied_at"]).date() == calendar.local(found).date()
        if row["resolved_at"]:
            self.resolved += 1
            self._resolve.append((row["resolved_at"] - found).total_seconds())
            self.in_time += any(_in_time(duty) for duty in row["duties"] if duty["kind"] == "resolve")
        self.late += any(_late(duty, now) for duty in row["duties"])
        self.overdue += any(duty["state"] == "open" and duty["due_at"] <= now for duty in row["duties"])


@dataclass(frozen=True, slots=True)
class Tally:
    lines: tuple[Line, ...]
    total: Line


def tally(rows: Iterable[Row], calendar: Calendar, now: datetime) -> Tally:
    """One line per department, the one with most first, and the total."""
    lines: dict[str | None, Line] = {}
    total = Line(None)
    for row in rows:
        for line in (lines.setdefault(row["department"], Line(row["department"])), total):
            line.add(row, calendar, now)
    return Tally(tuple(sorted(lines.values(), key=lambda line: (-line.received, line.name or ""))), total)


def _in_time(duty: Row) -> bool:
    return bool(duty["state"] == "met" and duty["met_at"] <= duty["first_due_at"])


def _late(duty: Row, now: datetime) -> bool:
    """Whether a duty ran over, whether or not it was met afterwards."""
    ended = duty["met_at"] or now
    return bool(duty["state"] != "waived" and ended > duty["due_at"])
