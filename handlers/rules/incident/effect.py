"""The effect of an answer: how far a matter was spread when the public was answered, and how far it is now."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

READINGS = ("heat", "calm")
"""Kinds of the events with counts of a matter's heat."""
COUNTS = ("views", "comments", "reposts")


class HeatReading(NamedTuple):
    """The counts, by name, and when it was set down (UTC)."""

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
    readings = [one for line in kept if line["kind"] in READINGS and (one := _reading(line)).counts]
    before = [one for one in readings if one.at <= answered_at][-1:]
    after = [one for one in readings if one.at > answered_at][-1:]
    shared = {*before[0].counts} & {*after[0].counts} if before and after else set()
    return Effect(_only(before[0], shared), _only(after[0], shared)) if shared else None


def _reading(line: Mapping[str, Any]) -> HeatReading:
    return HeatReading(_counts(line["data"]), line["at"])


def _counts(data: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(data[name]) for name in COUNTS if data.get(name) is not None}


def _only(reading: HeatReading, names: set[str]) -> HeatReading:
    return reading._replace(counts={name: count for name, count in reading.counts.items() if name in names})
