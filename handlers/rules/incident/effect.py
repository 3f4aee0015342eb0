"""The effect of an answer: how far a matter was spread when the public was answered, and how far it is now."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

READINGS = ("heat", "calm")
"""Kinds of the events with counts of a matter's heat."""
COUNTS = ("views", "comments", "reposts")


class HeatReading(NamedTuple):
    """Counts by name, and when they were set down (UTC)."""

    counts: Mapping[str, int]
    at: datetime


class Effect(NamedTuple):
    """The last counts before the answer, and the last ones after it, of the same names."""

    before: HeatReading
    after: HeatReading


def effect_of(kept: Iterable[Mapping[str, Any]], answered_at: datetime | None) -> Effect | None:
    """Return the effect by the audit lines that stand; None without an answer, or without counts on both sides."""
    if answered_at is None:
        return None
    readings = [HeatReading(_counts(line["data"]), line["at"]) for line in kept if line["kind"] in READINGS]
    before = [one for one in readings if one.counts and one.at <= answered_at]
    after = [one for one in readings if one.counts and one.at > answered_at]
    shared = {*before[-1].counts} & {*after[-1].counts} if before and after else set()
    if not shared:
        return None
    return Effect(_only(before[-1], shared), _only(after[-1], shared))


def _counts(data: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(data[name]) for name in COUNTS if data.get(name) is not None}


def _only(reading: HeatReading, names: set[str]) -> HeatReading:
    return reading._replace(counts={name: count for name, count in reading.counts.items() if name in names})
