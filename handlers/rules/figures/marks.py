"""What people have said about matters beside their course, as the figures count it: the latest of each kind stands."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from handlers.rules.figures.booking import OverrunFacts, booked_to, home_of
from handlers.rules.incident.call_backs import CALLED_BACK
from handlers.rules.incident.lapses import Lapse
from handlers.rules.incident.linking import TOPIC
from handlers.rules.incident.taken_back import UNDONE, standing
from handlers.rules.people.institution import Institution

MARKING = (CALLED_BACK, TOPIC, UNDONE)
"""Kinds of the events that mark matters."""
Marks = Mapping[int, Mapping[str, Any]]
"""What a ledger's row has besides, by the incident's number."""


def marks_of(lines: Iterable[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """Return the marks of each matter: its `satisfaction`, by the latest call-back in which somebody answered.

    A try in vain replaces only an answer that was given before the matter was opened again.
    """
    found: dict[int, dict[str, Any]] = {}
    for line in standing(lines):
        marks = found.setdefault(line["incident"], {})
        if line["kind"] == TOPIC:
            marks["topics"] = tuple(line["data"]["topics"])
        if line["kind"] == CALLED_BACK:
            before = marks.get("satisfaction")
            if not (before and _in_vain(line["data"]) and before["cycle"] == line["data"]["cycle"]):
                marks["satisfaction"] = {name: line["data"][name] for name in ("answer", "department", "cycle")}
    return found


def _in_vain(data: Mapping[str, Any]) -> bool:
    return bool(data["answer"] == "unreached")


class SatisfactionLine(Struct):
    """How those who raised matters answered the call-backs about one party's work; `party` None is all together."""

    party: str | None
    satisfied: int = 0
    basically: int = 0
    unsatisfied: int = 0
    unreached: int = 0

    @property
    def asked(self) -> int:
        """How many answered: those who were not reached are in no rate."""
        return self.satisfied + self.basically + self.unsatisfied

    @property
    def rate(self) -> float | None:
        return (self.satisfied + self.basically) / self.asked if self.asked else None


def satisfaction_of(marks: Marks) -> tuple[SatisfactionLine, ...]:
    """Return all together first, then each party, the one with most answers first; nothing without call-backs."""
    answers = [marks[number]["satisfaction"] for number in sorted(marks) if "satisfaction" in marks[number]]
    lines: dict[str, SatisfactionLine] = {}
    total = SatisfactionLine(None)
    for one in answers:
        party = home_of(one["department"])
        for line in (total, lines.setdefault(party, SatisfactionLine(party))):
            setattr(line, one["answer"], getattr(line, one["answer"]) + 1)
    parties = sorted(lines.values(), key=lambda line: (-line.asked, line.party or ""))
    return (total, *parties) if answers else ()


class ReportingLine(Struct):
    """How a party reported: late by its due time, and missed, false or concealed as a leader recorded it."""

    party: str
    late: int = 0
    missed: int = 0
    false: int = 0
    concealed: int = 0


def reporting_of(
    lapses: Iterable[Lapse], overruns: Iterable[OverrunFacts], institution: Institution
) -> tuple[ReportingLine, ...]:
    """Return each party with its late reports, which count themselves, and the records that stand against it."""
    lines: dict[str, ReportingLine] = {}
    for row in overruns:
        if row["kind"] == "report":
            party = booked_to(row, institution)
            lines.setdefault(party, ReportingLine(party)).late += 1
    for one in lapses:
        if one.stands:
            party = home_of(one.department)
            line = lines.setdefault(party, ReportingLine(party))
            setattr(line, one.kind, getattr(line, one.kind) + 1)
    return tuple(sorted(lines.values(), key=lambda line: (-(line.late + line.missed + line.false), line.party)))


class AfterFigures(Struct, frozen=True):
    """What a period brought beside the course of matters: the answers of call-backs, and how was reported."""

    satisfaction: tuple[SatisfactionLine, ...] = ()
    reporting: tuple[ReportingLine, ...] = ()
    topics: tuple[tuple[str, int], ...] = ()
    """How many of the matters found in the period are of each topic, the most first; one of two counts for both."""

    @property
    def nothing(self) -> bool:
        return not (self.satisfaction or self.reporting or self.topics)
