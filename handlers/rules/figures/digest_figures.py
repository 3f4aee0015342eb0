"""The figures of a digest: totals of a period and of the one before, overdue duties by party, the bulletin (通报).

Pure functions of rows. The text, the picture, the Word document and the workbook all show these figures.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, get_args

from handlers.rules.figures.acts import Act
from handlers.rules.figures.booking import OverrunFacts, asked_in_time, booked_to, home_of, party
from handlers.rules.figures.statistics import MatterRow, Statistics
from handlers.rules.incident.case import CLOSED
from handlers.rules.people.institution import Institution
from handlers.rules.regime.regime import Regime, RoutineKind
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.spans import Span

STRUCK = ("withdrawn", "merged")
ROUTINES: tuple[str, ...] = get_args(RoutineKind)
"""The kinds of routine duties; a change of shifts is not one of them."""
LONGEST_RUNG = timedelta(days=14)
"""How long before a period a duty may have fallen due that is named in it."""


class Late(NamedTuple):
    """A matter with overruns: their kinds, each with the party it is booked to, and since when the first is late.

    `number` is None for a routine duty. `holder` is the party that has the matter now, since `held_since`, and
    `department` its department now. `state` is "open" while any of it is, "met" when all was done, by `met_at`, and
    "ended" if it ended undone.
    """

    number: int | None
    title: str
    department: str | None
    holder: str
    kinds: tuple[str, ...]
    booked: tuple[str, ...]
    due_at: datetime
    state: str = "open"
    met_at: datetime | None = None
    held_since: datetime | None = None

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties that are named for it, each once."""
        return tuple(dict.fromkeys(self.booked))

    @property
    def owed(self) -> tuple[tuple[str, str | None], ...]:
        """Each kind with the party it is booked to; None where that is plain: it has the matter still."""
        plain = self.holder if self.state == "open" or self.number is None else None
        return tuple((kind, None if one == plain else one) for kind, one in zip(self.kinds, self.booked, strict=True))

    @property
    def moved_on(self) -> bool:
        """Return whether another party has the open matter now than any that it is booked to."""
        return self.state == "open" and self.number is not None and self.holder not in self.booked


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


@dataclass(frozen=True, slots=True)
class Figures:
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
    findings: int = 0
    """How many matters the patrols found."""
    gone: int = 0
    """How many matters had an answer that was found gone in the period."""
    asks: frozenset[str] = frozenset(("reply", "resolve"))
    """The timed duties to the public, "reply" and "resolve"; rates of others are not shown."""

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
    return {**row, "by_party": by_party, "held": held, "extensions": len(row["extensions"])}


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


def overdue(rows: Iterable[OverrunFacts], institution: Institution) -> tuple[Late, ...]:
    """Return the matters that are overdue now, the longest overdue first."""
    found = (row for row in rows if is_open(row) and row["next_due_at"] == row["due_at"])
    return _together([row for row in found if row["number"] is not None], institution)


def is_open(row: OverrunFacts) -> bool:
    """Return whether the duty that ran over is still owed."""
    return row["state"] == "open" and row["stage"] not in STRUCK


def named(
    rows: Iterable[OverrunFacts],
    span: Span,
    regimes: Mapping[int | None, Regime],
    institution: Institution,
) -> tuple[Late, ...]:
    """Return what the bulletin names: overruns that were not made good for long enough, by the regime's ladder.

    Named is what reached its step of the ladder within `span`. A waiver, a merge or a new due time makes nothing good.
    `regimes` are by policy number, the institution's own under None. Leave out before what `is_spared`.
    """
    return _together([row for row in rows if _is_named(row, span, regimes[row["policy"]])], institution)


def _is_named(row: OverrunFacts, span: Span, regime: Regime) -> bool:
    carried_over = row["started_at"] is not None and row["started_at"] >= row["due_at"]
    if carried_over or (row["number"] is None and row["kind"] not in ROUTINES):
        return False
    at = _named_at(row, regime)
    return at is not None and span.since <= at < span.until and not (row["met_at"] and row["met_at"] <= at)


def is_spared(row: OverrunFacts, regime: Regime, requests: Iterable[MatterRow]) -> bool:
    """Return whether the regime keeps an overrun out of the bulletin because more time was asked for in time."""
    return regime.bulletin_spares_who_asked and asked_in_time(row, requests)


def _named_at(row: OverrunFacts, regime: Regime) -> datetime | None:
    offset = next((at for at, tell in regime.rungs if "bulletin" in tell), None)
    return None if offset is None else row["due_at"] + timedelta(seconds=offset)


def _together(rows: Iterable[OverrunFacts], institution: Institution) -> tuple[Late, ...]:
    """Return one entry for the overruns of each matter, and one for each late routine duty."""
    found: dict[object, list[OverrunFacts]] = {}
    for row in rows:
        found.setdefault(row["number"] or f"duty {row['duty']}", []).append(row)
    late = (together(some, institution) for some in found.values())
    return tuple(sorted(late, key=lambda one: (one.state != "open", one.due_at)))


def together(rows: Sequence[OverrunFacts], institution: Institution) -> Late:
    """Return the overruns of one matter, or one of a routine duty, as one entry."""
    row, (state, met_at) = rows[0], _state(rows)
    booked = tuple(dict.fromkeys((each["kind"], booked_to(each, institution)) for each in rows))
    kinds, parties = zip(*booked, strict=True)
    due_at = min(each["due_at"] for each in rows)
    if row["number"] is None:
        return Late(None, "", None, parties[0], kinds, parties, due_at, state, met_at)
    holder = party(row["holds"], institution)
    if holder == CLOSED:  # a resolved matter: its department owes what is left, a summary
        holder = home_of(row["place"])
    facts = (row["number"], row["title"], row["place"], holder, kinds, parties, due_at, state, met_at)
    return Late(*facts, row["held_since"])


def _state(rows: Sequence[OverrunFacts]) -> tuple[str, datetime | None]:
    """Return the state of overruns together, and when the last of them was met."""
    if any(is_open(row) for row in rows):
        return "open", None
    met = [row["met_at"] for row in rows]
    return ("ended", None) if None in met else ("met", max(met))


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
