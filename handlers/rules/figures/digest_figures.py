"""The figures of a digest: totals of a period and of the one before, days, routine duties, and what ran over.

Pure functions of rows. The text, the picture, the Word document and the workbook all show these figures.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from msgspec import Struct, field

from handlers.rules.figures.acts import Act
from handlers.rules.figures.late import ROUTINES, Late
from handlers.rules.figures.marks import AfterFigures
from handlers.rules.figures.statistics import MatterRow, Statistics
from handlers.rules.figures.unit_sums import Units
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.spans import Span


class DayFigures(NamedTuple):
    day: date
    received: int
    resolved: int


class Owed(NamedTuple):
    """A kind of report or check-in: how many were owed by now, given, and given late; when the last one came."""

    kind: str
    owed: int
    given: int
    late: int
    last: datetime | None


class Figures(Struct, frozen=True):
    """Everything that a digest of `span` shows at `now`. `issue` is its number in the year, if it has one.

    `acts` are those that change figures, with their authors.
    """

    kind: str
    span: Span
    now: datetime
    table: Statistics
    before: Statistics | None
    days: tuple[DayFigures, ...]
    overdue: tuple[Late, ...]
    named: tuple[Late, ...]
    routines: tuple[Owed, ...]
    matters: tuple[MatterRow, ...] = ()
    issue: int | None = None
    settled: tuple[int, int] = (0, 0)
    """How many matters were replied to, and how many resolved, in the span, whenever they were found."""
    acts: tuple[Act, ...] = ()
    after: AfterFigures = field(default_factory=AfterFigures)
    findings: int = 0
    """How many matters the patrols found."""
    gone: int = 0
    """How many matters had an answer that was found gone in the period."""
    positive: tuple[tuple[int, str], ...] = ()
    """The positive items found in the span, number and title; they are no matters that were received."""
    asks: frozenset[str] = frozenset(("reply", "resolve"))
    """The timed duties to the public, "reply" and "resolve"; rates of others are not shown."""
    units: Units = ()

    @property
    def nothing(self) -> bool:
        """Return whether nothing was found: then it is a zero report (零报告)."""
        return self.table.total.received == 0

    @property
    def named_by_party(self) -> dict[str, int]:
        """How many matters the bulletin names of each party, the most first. One of two parties counts for both."""
        named = (party for one in self.named if one.number is not None for party in one.parties)
        return dict(Counter(named).most_common())

    def change(self, name: str) -> int | None:
        """Return how much a total differs from the period before; None without one."""
        if self.before is None:
            return None
        return int(getattr(self.table.total, name) - getattr(self.before.total, name))


def held_by_party(row: MatterRow, now: datetime) -> dict[str, float]:
    """Return for how many seconds each party held the matter, in the order of who held it first."""
    sums: dict[str, float] = {}
    for held in row["holdings"]:
        if held["holder"] != "closed" and (seconds := ((held["until"] or now) - held["since"]).total_seconds()) > 0:
            sums[held["holder"]] = sums.get(held["holder"], 0.0) + seconds
    return sums


def counted(row: MatterRow, now: datetime) -> dict[str, Any]:
    """Return a ledger's row as `StatisticsBuilder` takes it, with how long its department held it."""
    by_party = held_by_party(row, now)
    held = by_party.get(f"department:{row['department']}", 0.0)
    return {**row, "by_party": by_party, "held": held, "extensions": _granted(row["extensions"])}


def _granted(extensions: Iterable[Mapping[str, Any]]) -> int:
    """Return how many requests for more time were granted: what was refused put nothing off."""
    return sum(one["state"] == "approved" for one in extensions)


def as_of(row: MatterRow, moment: datetime) -> dict[str, Any]:
    """Return a ledger's row as it stood at a moment, so that an earlier period compares with the present one."""
    ended = {name: _until(row[name], moment) for name in ("acknowledged_at", "replied_at", "resolved_at")}
    closed = row["resolved_at"] == ended["resolved_at"]
    duties = [_open_again(duty, moment, closed) for duty in row["duties"] if duty["started_at"] <= moment]
    holdings = [{**held, "until": _until(held["until"], moment)} for held in row["holdings"] if held["since"] <= moment]
    bounces = [one for one in row["bounces"] if datetime.fromisoformat(one["at"]) <= moment]
    extensions = [one for one in row["extensions"] if one["asked_at"] <= moment]
    overruns = [one for one in row["overruns"] if one["due_at"] < moment]
    lists = {"bounces": bounces, "extensions": extensions, "overruns": overruns}
    return {**row, **ended, "duties": duties, "holdings": holdings, **lists}


def _until(at: datetime | None, moment: datetime) -> datetime | None:
    return at if at is not None and at <= moment else None


def _open_again(duty: MatterRow, moment: datetime, closed: bool) -> MatterRow:
    """Return a duty as it stood at a moment; one that was waived by a closing after it was open."""
    later = duty["met_at"] > moment if duty["met_at"] else duty["state"] == "waived" and not closed
    return {**duty, "state": "open", "met_at": None} if later else duty


def by_day(
    times: Mapping[str, Sequence[datetime]], since: datetime, until: datetime, calendar: Calendar
) -> list[DayFigures]:
    """Return the local days of a span, each with how many matters were received and resolved."""
    sums = {name: Counter(calendar.local(at).date() for at in moments) for name, moments in times.items()}
    first, last = calendar.local(since).date(), calendar.day_ending(until)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [DayFigures(day, sums["received"][day], sums["resolved"][day]) for day in days]


def owed(rows: Iterable[MatterRow]) -> tuple[Owed, ...]:
    """Sum up the routine duties by kind."""
    found: dict[str, list[MatterRow]] = {}
    for row in rows:
        if row["kind"] in ROUTINES:
            found.setdefault(row["kind"], []).append(row)
    return tuple(
        Owed(
            kind,
            len(some),
            sum(row["state"] == "met" for row in some),
            sum(row["state"] == "met" and row["met_at"] > row["due_at"] for row in some),
            max((row["met_at"] for row in some if row["met_at"]), default=None),
        )
        for kind, some in found.items()
    )
