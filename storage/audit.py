"""The audit trail: append-only rows whose hash covers the row before, so that a change or a gap is detected.

Texts that people wrote are stored beside the chain (`storage.text_digests`), so that they can be erased without
breaking it.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import json

from storage import text_digests
from storage.counters import current, take, take_statement
from storage.database import sql
from storage.database.sql import Statement
from storage.tables import Event, from_ms, to_ms

GENESIS = "0" * 64
ERASED = "erased"
"""Kind of the event that records an erasure. A missing text without such an event counts as a break."""
LOOKED = "looked"
"""Kind of the event that records what the bot saw at the address of an answer."""
RECENT = 5000
"""How many of the newest lines are looked at for what one person did."""


class AuditLine(NamedTuple):
    """One event to append. `incident` is None for an event of the whole installation."""

    incident: int | None
    actor: str
    kind: str
    data: Mapping[str, Any]


class Break(NamedTuple):
    """The first row that does not continue the chain, or whose text differs from the recorded one."""

    id: int
    reason: str


async def append(lines: Sequence[AuditLine], at: datetime, preceding: Sequence[Statement] = ()) -> list[Sequence[Any]]:
    """Append lines to the chain. Call it last in a transaction: the head of the chain stays locked until the commit.

    Statements in `preceding` are executed first, in the same round trip; their results are returned.
    """
    if not lines:
        return await sql.run_all(preceding)
    *found, counted, hashed = await sql.run_all(
        [*preceding, take_statement("events", len(lines)), _hash_before(len(lines))]
    )
    first = int(counted[0]["value"]) - len(lines) + 1
    previous = str(hashed[0]["hash"]) if first > 1 else GENESIS
    rows = []
    for id, line in enumerate(lines, first):
        facts, texts = text_digests.seal(line.data)
        data = json.encode(facts, order="sorted").decode()
        row = (id, line.incident, to_ms(at), line.actor, line.kind, data)
        previous = digest(previous, *row)
        rows.append((*row, json.encode(texts).decode() if texts else None, previous))
    await sql.insert("events", ("id", "incident", "at", "actor", "kind", "data", "texts", "hash"), rows)
    return found


def digest(previous: str, id: int, incident: int | None, at_ms: int, actor: str, kind: str, data: str) -> str:
    """Return the SHA-256, in hexadecimal, of a row and the hash of the row before."""
    return hashlib.sha256(json.encode([previous, id, incident, at_ms, actor, kind, data])).hexdigest()


async def verify(page: int = 1000) -> Break | None:
    """Check the whole chain, `page` rows at a time; return the first break, or None."""
    previous, expected = GENESIS, 1
    erased = await erased_up_to()
    while rows := await Event.filter(id__gte=expected).order_by("id").limit(page).values():
        broken, previous = _check(rows, previous, expected, erased)
        if broken:
            return broken
        expected += len(rows)
    counted = await take("events", 0)
    return Break(expected, "rows are missing at the end") if counted >= expected else None


async def erased_up_to() -> dict[int, int]:
    """Return the id of the last event whose text was erased, by incident; key 0 is for events of no incident."""
    found: dict[int, int] = {}
    for row in await Event.filter(kind=ERASED).order_by("id").values("incident", "data"):
        found[row["incident"] or 0] = json.decode(row["data"])["up_to"]
    return found


def _check(
    rows: Iterable[Mapping[str, Any]], previous: str, expected: int, erased: Mapping[int, int]
) -> tuple[Break | None, str]:
    for row in rows:
        if row["id"] != expected:
            return Break(expected, "a row is missing"), previous
        at = to_ms(row["at"])
        previous = digest(previous, row["id"], row["incident"], at, row["actor"], row["kind"], row["data"])
        if previous != row["hash"]:
            return Break(row["id"], "the row was changed"), previous
        if reason := _text_fault(row, erased):
            return Break(row["id"], reason), previous
        expected += 1
    return None, previous


def _text_fault(row: Mapping[str, Any], erased: Mapping[int, int]) -> str | None:
    if row["texts"] is None:
        erased_on_record = row["id"] <= erased.get(row["incident"] or 0, 0)
        return (
            None
            if erased_on_record or not text_digests.contains_digest(json.decode(row["data"]))
            else "its text is gone, and nobody erased it"
        )
    try:
        path = text_digests.altered(json.decode(row["data"]), json.decode(row["texts"]))
    except (ValueError, TypeError):
        path = "texts"
    return f"its text was altered ({path})" if path else None


async def history(incident: int) -> list[dict[str, Any]]:
    """Return the lines of one incident, oldest first, with decoded data; erased texts are empty."""
    return _decoded(await Event.filter(incident=incident).order_by("id").values("at", "actor", "kind", "data", "texts"))


async def of_incident(incident: int, kinds: Sequence[str], since: datetime) -> list[dict[str, Any]]:
    """Return the lines of some kinds in one incident since a moment, oldest first, with decoded data."""
    query = Event.filter(incident=incident, kind__in=list(kinds), at__gte=since).order_by("id")
    return _decoded(await query.values("at", "actor", "kind", "data", "texts"))


async def looks(incident: int) -> dict[int, str]:
    """Return what the bot saw when it looked at an incident's answer, by the check for which it looked."""
    rows = await Event.filter(incident=incident, kind=LOOKED).order_by("id").values_list("data", flat=True)
    return {data["duty"]: data["seen"] for data in map(json.decode, map(str, rows))}


async def incidents_with(kind: str, since: datetime, until: datetime) -> set[int]:
    """Return the incidents that have a line of a kind from `since` until before `until`."""
    query = Event.filter(kind=kind, at__gte=since, at__lt=until, incident__isnull=False).distinct()
    return {int(str(number)) for number in await query.values_list("incident", flat=True)}


async def acted_in(incident: int, since: datetime, limit: int) -> list[dict[str, Any]]:
    """Return the newest `limit` lines of what somebody, not the clock, did in an incident after a moment."""
    query = Event.filter(incident=incident, at__gt=since).exclude(actor="clock").order_by("-id").limit(limit)
    return _decoded(await query.values("at", "actor", "kind", "data", "texts"))


async def decided_since(
    incident: int | None, since: datetime, kinds: Collection[str], limit: int
) -> list[dict[str, Any]]:
    """Return the newest `limit` lines of some kinds that people wrote in an incident since a moment, newest first.

    Without an incident they are the lines that are about none.
    """
    query = Event.filter(at__gte=since, kind__in=list(kinds), **_in(incident)).exclude(actor="clock")
    return _decoded(await query.order_by("-id").limit(limit).values("at", "actor", "kind", "data", "texts"))


async def deeds_of(
    actor: str, incident: int | None, after: datetime, without: Collection[str], limit: int
) -> list[tuple[int | None, dict[str, Any]]]:
    """Return what a person did after a moment, in an incident or anywhere, each with its incident, newest first.

    Kinds in `without` are left out, and of more than `limit` lines the oldest. Looked at are the newest RECENT lines of
    all: no index tells what a person did, and a whole history takes seconds.
    """
    newest = await current("events")
    query = Event.filter(
        id__gt=newest - RECENT, actor=actor, at__gt=after, **({} if incident is None else {"incident": incident})
    )
    query = query.exclude(kind__in=list(without)).order_by("-id").limit(limit)
    rows = await query.values("incident", "at", "actor", "kind", "data", "texts")
    return list(zip((row["incident"] for row in rows), _decoded(rows), strict=True))


def _in(incident: int | None) -> dict[str, Any]:
    return {"incident__isnull": True} if incident is None else {"incident": incident}


async def of_kind(kind: str, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return the lines of one kind from `since` until before `until`, oldest first."""
    query = Event.filter(kind=kind, at__gte=since, at__lt=until).order_by("id")
    return _decoded(await query.values("at", "actor", "kind", "data", "texts"))


async def of_kinds(kinds: Collection[str], since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return the lines of some kinds from `since` until before `until`, oldest first, each with its incident."""
    query = Event.filter(kind__in=list(kinds), at__gte=since, at__lt=until).order_by("id")
    rows = await query.values("incident", "at", "actor", "kind", "data", "texts")
    return [{**line, "incident": row["incident"]} for line, row in zip(_decoded(rows), rows, strict=True)]


_ABOUT = """
SELECT e.id, e.incident, e.at, e.actor, e.kind, e.data, e.texts, i.channel, i.conversation, i.unit,
       EXISTS (
           SELECT 1 FROM events p
           WHERE p.incident = e.incident AND p.kind = 'published' AND p.id < e.id AND p.id > COALESCE((
               SELECT MAX(r.id) FROM events r WHERE r.incident = e.incident AND r.kind = 'reopened' AND r.id < e.id
           ), 0)
       ) AS answered
FROM events e JOIN incidents i ON i.number = e.incident
WHERE e.kind IN ({kinds}) AND e.at >= {since} AND e.at < {until} ORDER BY e.id
"""


async def about_incidents(kinds: Sequence[str], since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return the lines about incidents of some kinds from `since` until before `until`, oldest first.

    Each has its incident, with channel, conversation and unit, and `answered`: whether a reply was published before it,
    since the last reopening.
    """
    statement = _ABOUT.format(kinds=sql.marks(len(kinds), 3), since=sql.mark(1), until=sql.mark(2))
    rows = await sql.rows(statement, [to_ms(since), to_ms(until), *kinds])
    also = ("incident", "channel", "conversation", "unit", "answered")
    lines = zip(_decoded(rows), rows, strict=True)
    return [{**line, **{name: row[name] for name in also}, "at": from_ms(row["at"])} for line, row in lines]


class AuditEntry(NamedTuple):
    """A line by its id, for readers that follow the trail."""

    id: int
    incident: int | None
    kind: str


async def after(id: int, limit: int) -> list[AuditEntry]:
    """Return the lines after an id. Lines are committed in the order of their ids, so no earlier one can follow."""
    return [AuditEntry(*row) for row in await sql.values(_AFTER.format(sql.mark(1), sql.mark(2)), [id, limit])]


_AFTER = "SELECT id, incident, kind FROM events WHERE id > {} ORDER BY id LIMIT {}"


async def entry(id: int) -> AuditEntry | None:
    """Return the line with an id; None if there is none."""
    return next((one for one in await after(id - 1, 1) if one.id == id), None)


def _decoded(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **{name: row[name] for name in ("at", "actor", "kind")},
            "data": text_digests.unseal(json.decode(row["data"]), json.decode(row["texts"]) if row["texts"] else None),
        }
        for row in rows
    ]


def _hash_before(count: int) -> Statement:
    """Build the query for the hash of the line before the `count` ids that were just taken."""
    return Statement(_HASH.format(count=sql.mark(1)), [count])


_HASH = "SELECT hash FROM events WHERE id = (SELECT value FROM counters WHERE name = 'events') - {count}"
