"""The figures of a digest: totals of a period and of the one before, overdue duties by party, the bulletin (通报).

Pure functions of rows. The text, the picture, the Word document and the workbook all show these figures.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, get_args

from handlers.rules.figures.statistics import MatterRow, Statistics
from handlers.rules.people.institution import DESK, Institution
from handlers.rules.regime.regime import Regime, RoutineKind
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.spans import Span

STRUCK = ("withdrawn", "merged")
ROUTINES: tuple[str, ...] = get_args(RoutineKind)
"""The kinds of routine duties; a change of shifts is not one of them."""
OF_THE_DEPARTMENT = ("department", "head")
LONGEST_RUNG = timedelta(days=14)
"""How long before a period a duty may have fallen due that is named in it."""


class Late(NamedTuple):
    """A matter with late duties: their kinds, since when, and until when (None: still open).

    `number` is None for a routine duty; `holder` is a party, never a person's name. `owners` are the parties that owe
    each of `kinds`: a duty of a leader or the desk is not the department's, even while it holds the matter.
    """

    number: int | None
    title: str
    department: str | None
    holder: str
    kinds: tuple[str, ...]
    due_at: datetime
    met_at: datetime | None
    owners: tuple[str, ...]

    @property
    def owed(self) -> tuple[tuple[str, str | None], ...]:
        """Each kind with the party that owes it; None where that is its department or its holder."""
        mine = _party_of(self.department)
        return tuple(
            (kind, None if owner in (mine, self.holder) or self.number is None else owner)
            for kind, owner in zip(self.kinds, self.owners, strict=True)
        )

    @property
    def answers(self) -> str:
        """The party that is named for it: its department, if that owes any of it, else the first that does."""
        mine = _party_of(self.department)
        return mine if mine in self.owners else self.owners[0]


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
    """Everything that a digest of `span` shows at `now`. `issue` is its number in the year, if it has one."""

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
        """How many matters of each party the bulletin names, the most first."""
        return dict(Counter(one.answers for one in self.named if one.number is not None).most_common())

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
    duties = [_open_again(duty, moment) for duty in row["duties"] if duty["started_at"] <= moment]
    holdings = [{**held, "until": _until(held["until"], moment)} for held in row["holdings"] if held["since"] <= moment]
    bounces = [one for one in row["bounces"] if datetime.fromisoformat(one["at"]) <= moment]
    extensions = [one for one in row["extensions"] if one["asked_at"] <= moment]
    return {**row, **ended, "duties": duties, "holdings": holdings, "bounces": bounces, "extensions": extensions}


def _until(at: datetime | None, moment: datetime) -> datetime | None:
    return at if at is not None and at <= moment else None


def _open_again(duty: MatterRow, moment: datetime) -> MatterRow:
    return {**duty, "state": "open", "met_at": None} if duty["met_at"] and duty["met_at"] > moment else duty


def by_day(
    times: Mapping[str, Sequence[datetime]], since: datetime, until: datetime, calendar: Calendar
) -> list[DayFigures]:
    """Return the local days of a span, each with how many matters were received and resolved."""
    sums = {name: Counter(calendar.local(at).date() for at in moments) for name, moments in times.items()}
    first, last = calendar.local(since).date(), calendar.day_ending(until)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [DayFigures(day, sums["received"][day], sums["resolved"][day]) for day in days]


def overdue(rows: Iterable[MatterRow], institution: Institution, now: datetime) -> tuple[Late, ...]:
    """Return the matters that are overdue now, the longest overdue first."""
    found = (row for row in rows if row["state"] == "open" and row["due_at"] <= now and row["stage"] not in STRUCK)
    return _together([row for row in found if row["number"] is not None], institution)


def named(
    rows: Iterable[MatterRow],
    span: Span,
    regimes: Mapping[int | None, Regime],
    asked: Mapping[int, Sequence[MatterRow]],
    institution: Institution,
) -> tuple[Late, ...]:
    """Return what the bulletin names: duties that became late enough in this period, by the regime's ladder.

    If the regime spares those who asked for more time in time, they are left out. `regimes` are by policy number, the
    institution's own under None.
    """
    found = []
    for row in rows:
        if row["number"] is None and row["kind"] not in ROUTINES:
            continue
        regime = regimes[row["policy"]]
        at = _named_at(row, regime)
        if at is None or not span.since <= at < span.until or (row["met_at"] and row["met_at"] <= at):
            continue
        if regime.bulletin_spares_who_asked and _asked_before(row, asked):
            continue
        found.append(row)
    return _together(found, institution)


def _named_at(row: MatterRow, regime: Regime) -> datetime | None:
    offset = next((at for at, tell in regime.rungs if "bulletin" in tell), None)
    return None if offset is None else row["due_at"] + timedelta(seconds=offset)


def _asked_before(row: MatterRow, asked: Mapping[int, Sequence[MatterRow]]) -> bool:
    """Return whether more time was asked for before the due time and not granted; a grant would have moved it."""
    return any(
        one["asked_at"] <= row["due_at"] and one["state"] != "approved" for one in asked.get(row["number"] or 0, ())
    )


def _together(rows: Iterable[MatterRow], institution: Institution) -> tuple[Late, ...]:
    """Return one entry for the late duties of each matter, and one for each late routine duty."""
    found: dict[object, list[MatterRow]] = {}
    for row in rows:
        found.setdefault(row["number"] or f"duty {row['id']}", []).append(row)
    late = (_late(some, institution) for some in found.values())
    return tuple(sorted(late, key=lambda one: (one.met_at is not None, one.due_at)))


def _late(rows: Sequence[MatterRow], institution: Institution) -> Late:
    row, met = rows[0], [each["met_at"] for each in rows]
    owners = {each["kind"]: _owner(each, institution) for each in rows}
    kinds = tuple(owners)
    times = (min(each["due_at"] for each in rows), None if None in met else max(met))
    if row["number"] is None:
        return Late(None, "", None, _role(row["person"] or "", institution), kinds, *times, tuple(owners.values()))
    holder = party(row["holder"], institution)
    if holder == "closed":  # a resolved matter: the department owes what is left, a summary
        holder = _party_of(row["department"])
    return Late(row["number"], row["title"], row["department"], holder, kinds, *times, tuple(owners.values()))


def _party_of(department: str | None) -> str:
    return f"department:{department}" if department else DESK


def _owner(row: MatterRow, institution: Institution) -> str:
    """Return the party that owes a duty: its matter's department, the desk, or a role."""
    if row["number"] is None:
        return _role(row["person"] or "", institution)
    if row["owner"] in OF_THE_DEPARTMENT:
        return _party_of(row["department"])
    kind, _, person = row["owner"].partition(":")
    if kind == "person":
        return _party_of_person(person, institution)
    return DESK if row["owner"] == "desk" else f"role:{row['owner']}"


def _party_of_person(id: str, institution: Institution) -> str:
    """Return the party of a person who owes a duty: their department, else their role."""
    person = institution.person(id)
    if person is None:
        return DESK
    return _party_of(person.department) if person.department else _role(id, institution)


def party(holder: str, institution: Institution) -> str:
    """Return who holds a matter, without people's names: "desk", "department:…", "role:…", "outside:…", "closed"."""
    kind, _, id = holder.partition(":")
    return _role(id, institution) if kind == "approver" else holder


def _role(id: str, institution: Institution) -> str:
    """Return the role of a person's id; a role as it is."""
    person = institution.person(id)
    if person is None:
        return f"role:{id}"
    return f"role:{person.roles[0]}" if person.roles else DESK


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
