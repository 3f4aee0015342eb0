"""Redact what lists, digests and messages about other incidents say about those whose texts were erased.

It follows the audit trail: which erasures it has reached is on record, so that what a crash interrupts is done the next
time. Only messages from the time of the incidents on are read, a page at a time.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, Protocol

from tortoise.models import Model

from storage.counters import current, recall, remember
from storage.database import sql
from storage.database.transaction import transact
from storage.small_commits import PAGE, Breathe
from storage.tables import Digest, Incident, Outbox

A_DAY = timedelta(days=1)
SWEPT = "erased lines are gone until event"
"""The setting with the id of the last audit event whose erasure has reached the lines about the incident."""


class Redact(Protocol):
    """Return a text without what it says about these incidents."""

    def __call__(self, text: str, /, *, numbers: Collection[int]) -> str: ...


class Redaction(NamedTuple):
    """What replaces erased words: `outgoing` replaces a whole body; the others redact a message or a text."""

    outgoing: str
    of_message: Redact
    of_text: Redact


async def begin() -> None:
    """Begin to follow: earlier versions redacted the lines together with the incident."""
    if await recall(SWEPT) is None:
        await remember(SWEPT, str(await current("events")))


async def sweep(redaction: Redaction, breathe: Breathe) -> None:
    """Redact what lists, digests and messages about other incidents say about those erased since the last sweep."""
    until = await current("events")
    numbers = await _erased_since(int(await recall(SWEPT) or 0))
    if numbers:
        earliest = Incident.filter(number__in=sorted(numbers)[:PAGE]).order_by("found_at").limit(1)
        found: list[Any] = await earliest.values_list("found_at", flat=True)
        first = await _first_planned(found[0] - A_DAY)
        await _redact(Outbox, "body", first, partial(redaction.of_message, numbers=numbers), breathe)
        await _redact(Digest, "text", 0, partial(redaction.of_text, numbers=numbers), breathe)
    await remember(SWEPT, str(until))


async def _erased_since(event: int) -> frozenset[int]:
    """Return the incidents whose erasure was recorded after an audit event.

    "kind || ''" keeps SQLite from reading every erasure there ever was by the index of the kinds.
    """
    statement = "SELECT incident FROM events WHERE id > {} AND kind || '' = 'erased' AND incident IS NOT NULL"
    return frozenset(int(number) for (number,) in await sql.values(statement.format(sql.mark(1)), [event]))


async def _first_planned(moment: datetime) -> int:
    """Return an id before those of all messages that were planned after a moment: ids and times grow together."""
    low, high = 0, await _last_id(Outbox)
    while low < high:
        middle = (low + high) // 2
        next = Outbox.filter(id__gt=middle).order_by("id").limit(1)
        planned: list[Any] = await next.values_list("planned_at", flat=True)
        low, high = (middle + 1, high) if planned and planned[0] < moment else (low, middle)
    return low


async def _last_id(model: type[Model]) -> int:
    row = await model.all().order_by("-id").limit(1).values_list("id", flat=True)
    return int(str(row[0])) if row else 0


async def _redact(model: type[Model], field: str, first: int, redact: Callable[[str], str], breathe: Breathe) -> None:
    """Redact a column of every row after the id `first`, a page at a time."""
    for start in range(first, await _last_id(model), PAGE):
        rows = await model.filter(id__gt=start, id__lte=start + PAGE).values_list("id", field)
        changed = [(id, old, new) for id, old in rows if (new := redact(str(old))) != old]
        if changed:
            await transact(partial(_replace, model, field, changed))
        await breathe()


async def _replace(model: type[Model], field: str, changed: Sequence[tuple[Any, Any, str]]) -> None:
    for id, old, new in changed:
        await model.filter(id=id, **{field: old}).update(**{field: new})
