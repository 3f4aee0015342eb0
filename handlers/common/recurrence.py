"""Watch whether matters come again: the same topic and department, or the same root cause, within the regime's days."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from handlers.common.context import Context
from handlers.rules.incident.linking import CAUSE, TOPIC, by_matter, same_cause
from handlers.rules.incident.taken_back import UNDONE
from handlers.rules.regime.regime_parts import RecurrenceRule
from handlers.rules.time.periods import parse
from storage import audit, incidents
from storage.tables import MILLISECOND

MatterFound = Mapping[str, Any]
"""A matter's number, department, stage, and when it was found."""
STRUCK = ("withdrawn", "merged")


class Recurring(NamedTuple):
    """Earlier matters of the same kind: how many in each span of days ("30d"), the newest numbers, what they share."""

    counts: tuple[tuple[str, int], ...]
    numbers: tuple[int, ...]
    shared: str

    @property
    def recent(self) -> bool:
        """Return whether there was one in the shortest span."""
        return bool(self.counts and self.counts[0][1])


MOST_SHOWN = 3


async def same_topic_lately(context: Context, topics: Sequence[str], department: str | None) -> list[MatterFound]:
    """Return the earlier matters of one of these topics and of the same department, which `counted` counts."""
    rule = context.office.regime.recurrence
    if not topics or not rule.within:
        return []
    known = await _lately(TOPIC, rule, context.now)
    rows = await _standing([number for number, its in known.items() if {*topics} & {*its}])
    return [row for row in rows if row["department"] == department]


async def same_cause_lately(context: Context, cause: str, besides: Collection[int]) -> Recurring | None:
    """Return the other matters that were gathered under the same root cause; None if there are none."""
    rule = context.office.regime.recurrence
    if not rule.within:
        return None
    known = await _lately(CAUSE, rule, context.now)
    same = [n for n, its in known.items() if its == (same_cause(cause),) and n not in besides]
    return counted(await _standing(same), rule, context.now, cause)


async def _lately(kind: str, rule: RecurrenceRule, now: datetime) -> dict[int, tuple[str, ...]]:
    since = now - parse(rule.within[-1]).time
    return by_matter(await audit.of_kinds((kind, UNDONE), since, now + MILLISECOND), kind)


async def _standing(numbers: Sequence[int]) -> list[MatterFound]:
    """Load when matters were found; struck ones count no more."""
    return [row for row in await incidents.found_at(numbers) if row["stage"] not in STRUCK]


def counted(rows: Sequence[MatterFound], rule: RecurrenceRule, now: datetime, shared: str) -> Recurring | None:
    """Count matters by the regime's spans, by when they were found; None if there are none."""
    if not rows:
        return None
    counts = tuple((text, len(_since(rows, now, text))) for text in rule.within)
    newest = sorted((row["number"] for row in _since(rows, now, rule.within[-1])), reverse=True)
    return Recurring(counts, tuple(newest[:MOST_SHOWN]), shared) if newest else None


def _since(rows: Sequence[MatterFound], now: datetime, within: str) -> list[MatterFound]:
    since = now - parse(within).time
    return [row for row in rows if row["found_at"] >= since]
