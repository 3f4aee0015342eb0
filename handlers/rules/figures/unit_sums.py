"""The sums of each unit below the office: what was found there, wherever it is now.

Each matter counts for one unit, or for the office itself, and so the sums add up to those of everything. What ran over
counts where it is booked: for a unit what it had in hand itself, for the office what the desk, a leader or a department
of the office had, whoever found the matter.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from handlers.rules.figures.booking import OverrunFacts, booked_to
from handlers.rules.figures.statistics import MatterRow, Statistics, StatisticsBuilder
from handlers.rules.people.institution import Institution

Units = tuple[tuple[str | None, Statistics], ...]
"""Each unit with its sums, and the office's own under None; nothing where there are no units."""


class UnitSums:
    """Take the rows of a ledger, and sum them up by unit; one that is in the configuration no more included."""

    def __init__(self, institution: Institution, now: datetime) -> None:
        self._institution, self._now = institution, now
        self._sums: dict[str | None, StatisticsBuilder] = {}
        for name in (*(one.name for one in institution.units), None) if institution.units else ():
            self._of(name)

    def add(self, row: MatterRow) -> None:
        """Count a matter."""
        if self._institution.units:
            self._of(row["unit"]).add(row, run_over=False)
            self._count(row.get("overruns", ()))

    def end(self, struck: Sequence[OverrunFacts]) -> Units:
        """Count what ran over in matters that count no more, and return the sums."""
        if self._institution.units:
            self._count(struck)
        return tuple((name, builder.end()) for name, builder in self._sums.items())

    def _count(self, overruns: Iterable[OverrunFacts]) -> None:
        """Count overruns for the units that they are booked to, all others for the office."""
        for row in overruns:
            kind, _, name = booked_to(row, self._institution).partition(":")
            unit = kind == "department" and (name in self._sums or self._institution.unit(name) is not None)
            self._of(name if unit else None).add_overruns((row,))

    def _of(self, unit: str | None) -> StatisticsBuilder:
        if unit not in self._sums:
            self._sums[unit] = StatisticsBuilder(self._institution, self._now)
        return self._sums[unit]
