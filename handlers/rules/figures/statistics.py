"""The ledger's sums: per department received, answered the same day, resolved in time, overdue, rates, medians.

A reply counts as the same day's when it was met on the local day of the find; a resolution as in time when it was met
by the due time that the incident began with, extensions not counted. The rates, each of what was owed by now:

    响应率 response  = answered ÷ to be answered      (replied, or the reply's due time has come)
    解决率 solution  = resolved ÷ to be resolved      (resolved, or the first due time of the result has come)
    及时率 timeliness = resolved in time ÷ to be resolved

A matter that was closed without an answer to the public, or whose answer a leader excused, was to be answered and is
not. Closings by a signed remedy, and those without an answer, are counted apart as well.

Public medians count from the post (from the find if its time is unknown); `median_held` is the time that the department
itself held the matter.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from handlers.rules.time.calendar import Calendar

MatterRow = Mapping[str, Any]


def _seconds() -> "array[float]":
    """Return an empty array of seconds, of eight bytes each: a ledger may have a hundred thousand."""
    return array("d")


@dataclass(slots=True)
class StatisticsLine:
    """The sums of one department, or of all. A median or a rate of nothing is None.

    `late_open` are the overdue matters that are still open; a resolved one may be overdue for its summary. A return
    (`bounces`) counts for the department that returned it. A row's `held` are the seconds that its department held it.
    Of the `resolved`, `remedied` were closed by a remedy that a leader signed, `unanswered` without a public answer.
    """

    name: str | None
    received: int = 0
    same_day: int = 0
    in_time: int = 0
    resolved: int = 0
    remedied: int = 0
    unanswered: int = 0
    late: int = 0
    overdue: int = 0
    late_open: int = 0
    reminders: int = 0
    answered: int = 0
    to_answer: int = 0
    answered_of_those: int = 0
    to_resolve: int = 0
    resolved_of_those: int = 0
    bounces: int = 0
    extensions: int = 0
    _reply: "array[float]" = field(default_factory=_seconds)
    _resolve: "array[float]" = field(default_factory=_seconds)
    _public_reply: "array[float]" = field(default_factory=_seconds)
    _public_resolve: "array[float]" = field(default_factory=_seconds)
    _held: "array[float]" = field(default_factory=_seconds)

    @property
    def open(self) -> int:
        return self.received - self.resolved

    @property
    def response_rate(self) -> float | None:
        return _share(self.answered_of_those, self.to_answer)

    @property
    def solution_rate(self) -> float | None:
        return _share(self.resolved_of_those, self.to_resolve)

    @property
    def timely_rate(self) -> float | None:
        return _share(self.in_time, self.to_resolve)

    @property
    def median_reply(self) -> timedelta | None:
        """From the find."""
        return _median(self._reply)

    @property
    def median_resolve(self) -> timedelta | None:
        """From the find."""
        return _median(self._resolve)

    @property
    def median_public_reply(self) -> timedelta | None:
        return _median(self._public_reply)

    @property
    def median_public_resolve(self) -> timedelta | None:
        return _median(self._public_resolve)

    @property
    def median_held(self) -> timedelta | None:
        """Of the resolved matters: how long the department held them."""
        return _median(self._held)

    def add(self, row: MatterRow, calendar: Calendar, now: datetime) -> None:
        found = row["found_at"]
        appeared = row.get("posted_at") or found
        self.received += 1
        self.reminders += row["reminders"]
        if row["replied_at"]:
            self._reply.append((row["replied_at"] - found).total_seconds())
            self._public_reply.append((row["replied_at"] - appeared).total_seconds())
            self.answered += 1
            self.same_day += calendar.local(row["replied_at"]).date() == calendar.local(found).date()
        if row["resolved_at"]:
            self.resolved += 1
            self.remedied += row.get("outcome") == "remedied"
            self.unanswered += not row["replied_at"]
            self._resolve.append((row["resolved_at"] - found).total_seconds())
            self.in_time += any(_in_time(duty) for duty in row["duties"] if duty["kind"] == "resolve")
            self._public_resolve.append((row["resolved_at"] - appeared).total_seconds())
            if row.get("held"):
                self._held.append(row["held"])
        self.extensions += row.get("extensions", 0)
        self._owe(row, now)
        self.late += any(_late(duty, now) for duty in row["duties"])
        overdue = any(duty["state"] == "open" and duty["due_at"] <= now for duty in row["duties"])
        self.overdue += overdue
        self.late_open += overdue and not row["resolved_at"]

    def _owe(self, row: MatterRow, now: datetime) -> None:
        """Count the denominators of the rates; a duty that the regime does not time counts in none."""
        reply, resolve = _last(row["duties"], "reply"), _last(row["duties"], "resolve")
        if unanswered(row) or (reply and (row["replied_at"] or reply["due_at"] <= now)):
            self.to_answer += 1
            self.answered_of_those += bool(row["replied_at"])
        if resolve and (row["resolved_at"] or resolve["first_due_at"] <= now):
            self.to_resolve += 1
            self.resolved_of_those += bool(row["resolved_at"])


_SUMS = tuple(sum.name for sum in fields(StatisticsLine) if sum.name != "name")


@dataclass(frozen=True, slots=True)
class Statistics:
    lines: tuple[StatisticsLine, ...]
    total: StatisticsLine


class StatisticsBuilder:
    """The statistics of a ledger, added up a row at a time."""

    def __init__(self, calendar: Calendar, now: datetime) -> None:
        self._calendar, self._now = calendar, now
        self._lines: dict[str | None, StatisticsLine] = {}

    def add(self, row: MatterRow) -> None:
        self._line(row["department"]).add(row, self._calendar, self._now)
        for bounce in row.get("bounces") or ():
            self._line(bounce["department"]).bounces += 1

    def _line(self, name: str | None) -> StatisticsLine:
        if name not in self._lines:
            self._lines[name] = StatisticsLine(name)
        return self._lines[name]

    def end(self) -> Statistics:
        """Return one line per department, the one with most matters first, and the total."""
        lines = sorted(self._lines.values(), key=lambda line: (-line.received, line.name or ""))
        total = StatisticsLine(None)
        for line in lines:
            for name in _SUMS:
                setattr(total, name, getattr(total, name) + getattr(line, name))
        return Statistics(tuple(lines), total)


def statistics_of(rows: Iterable[MatterRow], calendar: Calendar, now: datetime) -> Statistics:
    builder = StatisticsBuilder(calendar, now)
    for row in rows:
        builder.add(row)
    return builder.end()


def unanswered(row: MatterRow) -> bool:
    """Return whether nobody was answered in public, and nobody will be: closed without, or excused by a leader."""
    return not row["replied_at"] and bool(row["resolved_at"] or row.get("unanswerable"))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _median(seconds: "array[float]") -> timedelta | None:
    return timedelta(seconds=median(seconds)) if seconds else None


def _last(duties: Iterable[MatterRow], kind: str) -> MatterRow | None:
    """Return the duty of a kind that counts: of a matter that was opened again, the later one."""
    return next((duty for duty in reversed([*duties]) if duty["kind"] == kind and duty["state"] != "waived"), None)


def _in_time(duty: MatterRow) -> bool:
    return bool(duty["state"] == "met" and duty["met_at"] <= duty["first_due_at"])


def _late(duty: MatterRow, now: datetime) -> bool:
    """Return whether a duty was met late, or is late still."""
    ended = duty["met_at"] or now
    return bool(duty["state"] != "waived" and ended > duty["due_at"])
