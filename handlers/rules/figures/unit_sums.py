"""The sums of each unit below the office: what was found there, wherever it is now.

Each matter counts for one unit, or for the office itself, and so the sums add up to those of everything.
"""

from collections.abc import Sequence
from datetime import datetime

from handlers.rules.figures.booking import OverrunFacts
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
            self._of(row["unit"]).add(row)

    def end(self, struck: Sequence[OverrunFacts]) -> Units:
        """Count what ran over in matters that count no more, and return the sums."""
        for row in struck if self._institution.units else ():
            self._of(row["unit"]).add_overruns((row,))
        return tuple((name, builder.end()) for name, builder in self._sums.items())

    def _of(self, unit: str | None) -> StatisticsBuilder:
        if unit not in self._sums:
            self._sums[unit] = StatisticsBuilder(self._institution, self._now)
        return self._sums[unit]
