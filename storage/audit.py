"""The audit trail: append-only rows, each hash covering the row before it, so that a change or a gap shows."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import json

from storage import sql
from storage.counters import take
from storage.tables import Event, to_ms

GENESIS = "0" * 64


class Line(NamedTuple):
    """One thing that happened: `incident` is None for what concerns the installation."""

    incident: int | None
    actor: str
    kind: str
    data: Mapping[str, Any]


class Break(NamedTuple):
    """The first row that does not continue the chain."""

    id: int
    reason: str


async def append(lines: Sequence[Line], at: datetime) -> None:
    """Adds lines to the chain. Call it last in a transaction: the chain's head stays locked until the commit."""
    if not lines:
        return
    last = await take("events", len(lines))
    first = last - len(lines) + 1
    previous = await _hash_of(first - 1)
    rows = []
    for id, line in enumerate(lines, first):
        data = json.encode(line.data, order="sorted").decode()
        row = (id, line.incident, to_ms(at), line.actor, line.kind, data)
        previous = digest(previous, *row)
        rows.append((*row, previous))
    await sql.insert("events", ("id", "incident", "at", "actor", "kind", "data", "hash"), rows)


def digest(previous: str, id: int, incident: int | None, at_ms: int, actor: str, kind: str, data: str) -> str:
    """SHA-256, in hexadecimal, of a row and of the hash before it."""
    return hashlib.sha256(json.encode([previous, id, incident, at_ms, actor, kind, data])).hexdigest()


async def verify(page: int = 1000) -> Break | None:
    """Reads the whole chain; the first row that breaks it, or None."""
    previous, expected = GENESIS, 1
    while rows := await Event.filter(id__gte=expected).order_by("id").limit(page).values():
        broken, previous = _check(rows, previous, expected)
        if broken:
            return broken
        expected += len(rows)
    counted = await take("events", 0)
    return Break(expected, "rows are missing at the end") if counted >= expected else None


def _check(rows: Iterable[Mapping[str, Any]], previous: str, expected: int) -> tuple[Break | None, str]:
    for row in rows:
        if row["id"] != expected:
            return Break(expected, "a row is missing"), previous
        at = to_ms(row["at"])
        previous = digest(previous, row["id"], row["incident"], at, row["actor"], row["kind"], row["data"])
        if previous != row["hash"]:
            return Break(row["id"], "the row was changed"), previous
        expected += 1
    return None, previous


async def history(incident: int) -> list[dict[str, Any]]:
    """The lines of one incident, oldest first, their data decoded."""
    rows = await Event.filter(incident=incident).order_by("id").values("at", "actor", "kind", "data")
    return [{**row, "data": json.decode(row["data"])} for row in rows]


async def _hash_of(id: int) -> str:
    if id == 0:
        return GENESIS
    return (await Event.get(id=id)).hash
