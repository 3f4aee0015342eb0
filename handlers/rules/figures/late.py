"""What ran over: the matters that are overdue now, and what the bulletin (通报) names, each with its party.

No later act takes a name off: neither a waiver nor a merge, a new due time, a new department or a reopening.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, get_args

from handlers.rules.figures.booking import OverrunFacts, asked_in_time, booked_to, home_of, party
from handlers.rules.incident.case import CLOSED
from handlers.rules.people.institution import Institution
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import RoutineKind
from handlers.rules.time.spans import Span

STRUCK = ("withdrawn", "merged", "positive")
ROUTINES: tuple[str, ...] = get_args(RoutineKind)
"""The kinds of routine duties; a change of shifts is not one of them."""
LONGEST_RUNG = timedelta(days=14)
"""How long before a period a duty may have fallen due that is named in it."""


def earliest_due(span: Span) -> datetime:
    """Return when (UTC) the first duty may have fallen due that the bulletin of a period names."""
    return span.since - LONGEST_RUNG


class Late(NamedTuple):
    """A matter with overruns: their kinds, each with the party it is booked to, and since when the first is late.

    `number` is None for a routine duty. `holder` is the party that has the matter now, since `held_since`. `state` is
    "open" while any of it is, "met" when all was done, by `met_at`, and "ended" if it ended undone.
    """

    number: int | None
    title: str
    holder: str
    kinds: tuple[str, ...]
    booked: tuple[str, ...]
    due_at: datetime
    state: str
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


def is_spared(row: OverrunFacts, regime: Regime, requests: Iterable[Mapping[str, Any]]) -> bool:
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
        return Late(None, "", parties[0], kinds, parties, due_at, state, met_at)
    holder = party(row["holds"], institution)
    if holder == CLOSED:  # a resolved matter: its department owes what is left, a summary
        holder = home_of(row["place"])
    facts = (row["number"], row["title"], holder, kinds, parties, due_at, state, met_at)
    return Late(*facts, row["held_since"])


def _state(rows: Sequence[OverrunFacts]) -> tuple[str, datetime | None]:
    """Return the state of overruns together, and when the last of them was met."""
    if any(is_open(row) for row in rows):
        return "open", None
    met = [row["met_at"] for row in rows]
    return ("ended", None) if None in met else ("met", max(met))
