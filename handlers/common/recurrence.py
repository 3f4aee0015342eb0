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


async def same_topic_lately(context: Context, topics: Sequence[str], department: str | None) -> Recurring | None:
    """Return the earlier matters of one of these topics and of the same department; None if there are none."""
    rule = context.office.regime.recurrence
    if not topics or not rule.within:
        return None
    known = await _lately(TOPIC, rule, context.now)
    same = [number for number, its in known.items() if {*topics} & {*its}]
    return await _counted(same, rule, context.now, "、".join(topics), department=department, by_department=True)


async def same_cause_lately(context: Context, cause: str, besides: Collection[int]) -> Recurring | None:
    """Return the other matters that were gathered under the same root cause; None if there are none."""
    rule = context.office.regime.recurrence
    if not rule.within:
        return None
    known = await _lately(CAUSE, rule, context.now)
    same = [n for n, its in known.items() if its == (same_cause(cause),) and n not in besides]
    return await _counted(same, rule, context.now, cause)


async def _lately(kind: str, rule: RecurrenceRule, now: datetime) -> dict[int, tuple[str, ...]]:
    since = now - parse(rule.within[-1]).time
    return by_matter(await audit.of_kinds((kind, UNDONE), since, now + MILLISECOND), kind)


async def _counted(
    numbers: Sequence[int],
    rule: RecurrenceRule,
    now: datetime,
    shared: str,
    *,
    department: str | None = None,
    by_department: bool = False,
) -> Recurring | None:
    """Count the matters by the regime's spans, by when they were found; struck ones count no more."""
    rows = [row for row in await incidents.found_at(numbers) if row["stage"] not in STRUCK]
    kept = [row for row in rows if not by_department or row["department"] == department]
    counts = tuple((text, len(_since(kept, now, text))) for text in rule.within)
    newest = sorted((row["number"] for row in _since(kept, now, rule.within[-1])), reverse=True)
    return Recurring(counts, tuple(newest[:MOST_SHOWN]), shared) if newest else None


def _since(rows: Sequence[Mapping[str, Any]], now: datetime, within: str) -> list[Mapping[str, Any]]:
    since = now - parse(within).time
    return [row for row in rows if row["found_at"] >= since]
