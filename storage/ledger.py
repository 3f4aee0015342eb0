"""The ledger's rows, page by page: each incident of a span with its duties, overruns, posts, holdings, extensions.

Withdrawn and merged incidents and positive items are left out; `overruns.struck` returns what ran over in them. A
hundred thousand incidents are read in bounded memory.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import json

from storage import overruns, reports
from storage.database import sql
from storage.database.sql import Statement
from storage.routines import ROSTER_KINDS
from storage.scope import Scope, condition, values
from storage.tables import Duty, to_ms

LedgerRow = Mapping[str, Any]
PAGE = 2000
COLUMNS = (
    "number", "title", "tier", "kind", "stage", "department", "holder", "platform", "posted_at", "found_at", "bounces",
    "helpers", "outside", "verdict", "outcome", "result", "proof", "unanswerable", "acknowledged_at", "replied_at",
    "resolved_at", "channel", "conversation", "forwarded_by", "origin", "origin_body", "unit", "about",
)  # fmt: skip
_MOMENTS = ("posted_at", "found_at", "acknowledged_at", "replied_at", "resolved_at")
_STRUCK = "('withdrawn', 'merged', 'positive')"
_COUNTED = f"found_at >= {{since}} AND found_at < {{until}} AND stage NOT IN {_STRUCK}"
# "state || ''" keeps SQLite from reading every approved reply there is by the index of states and kinds.
_PARTS = {
    "duties": "SELECT incident_id AS number, kind, owner, state, cycle, started_at, due_at, first_due_at, met_at "
    "FROM duties WHERE incident_id BETWEEN {first} AND {last} ORDER BY incident_id, id",
    "holdings": "SELECT incident_id AS number, holder, since, until "
    "FROM holdings WHERE incident_id BETWEEN {first} AND {last} ORDER BY incident_id, id",
    "posts": "SELECT incident_id AS number, url FROM posts "
    "WHERE incident_id BETWEEN {first} AND {last} ORDER BY incident_id, id",
    "orders": "SELECT incident_id AS number, body, document FROM handed_down "
    "WHERE incident_id BETWEEN {first} AND {last} ORDER BY incident_id, id",
    "extensions": "SELECT incident_id AS number, state, asked_at FROM requests "
    "WHERE incident_id BETWEEN {first} AND {last} AND kind = 'extension' ORDER BY incident_id, id",
    "signed": "SELECT incident_id AS number, decided_by, subject FROM requests "
    "WHERE incident_id BETWEEN {first} AND {last} AND kind = 'reply' AND state || '' = 'approved' "
    "ORDER BY incident_id, id",
}
_TIMES = {"started_at", "due_at", "first_due_at", "met_at", "since", "until", "asked_at", "decided_at"}
# A reminder that goes to several groups is planned at one moment in a row for each.
_REMINDERS = (
    "SELECT incident AS number, COUNT(DISTINCT CAST(duty AS TEXT) || ':' || CAST(planned_at AS TEXT)) AS n FROM outbox "
    "WHERE incident BETWEEN {first} AND {last} AND duty IS NOT NULL GROUP BY incident"
)


def _moment(ms: int) -> datetime:
    """Convert like `from_ms`, in half the time: a large ledger has millions of times."""
    return datetime.fromtimestamp(ms / 1000, UTC)


async def count(since: datetime, until: datetime, scope: Scope = None) -> int:
    """Count the ledger's incidents of a scope found from `since` until before `until`."""
    statement = f"SELECT COUNT(*) AS n FROM incidents WHERE {_counted(1)} {condition(scope, 3)}"  # noqa: S608 - marks
    return int((await sql.rows(statement, [to_ms(since), to_ms(until), *values(scope)]))[0]["n"])


async def pages(
    since: datetime, until: datetime, now: datetime, size: int = PAGE
) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield incidents found from `since` until before `until`, by number, in pages of at most `size`.

    Their overruns are those by `now`.
    """
    bounds = [to_ms(since), to_ms(until)]
    [(first, last)] = await sql.values(_NUMBERS.format(since=sql.mark(1), until=sql.mark(2)), bounds)
    statement = (
        f"SELECT {', '.join(COLUMNS)} FROM incidents WHERE {_counted(1, by_number=True)} "  # noqa: S608 - marks only
        f"AND number >= {sql.mark(3)} AND number <= {sql.mark(4)} ORDER BY number LIMIT {sql.mark(5)}"
    )
    while first is not None:
        found = await sql.rows(statement, [*bounds, first, last, size])
        if not found:
            return
        first = found[-1]["number"] + 1
        yield await _completed([_read(row) for row in found], now)


_NUMBERS = "SELECT MIN(number), MAX(number) FROM incidents WHERE found_at >= {since} AND found_at < {until}"


def _counted(first: int, *, by_number: bool = False) -> str:
    """Return the condition of what counts. `by_number` keeps SQLite from using any index but that of the numbers."""
    counted = _COUNTED.format(since=sql.mark(first), until=sql.mark(first + 1))
    return counted.replace("found_at", "found_at + 0") if by_number else counted


def _read(row: dict[str, Any]) -> dict[str, Any]:
    for name in _MOMENTS:
        if row[name] is not None:
            row[name] = _moment(row[name])
    for name in ("bounces", "helpers"):
        if isinstance(row[name], str):
            row[name] = json.decode(row[name]) if row[name] != "[]" else []
    return row


async def _completed(found: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    by_number = {row["number"]: row for row in found}
    first, last = found[0]["number"], found[-1]["number"]
    marks = {"first": sql.mark(1), "last": sql.mark(2)}
    for row in found:
        row |= {
            "reminders": 0,
            "duties": [],
            "holdings": [],
            "posts": [],
            "orders": [],
            "extensions": [],
            "overruns": [],
            "signed": [],
        }
    for name, statement in _PARTS.items():
        for part in await sql.rows(statement.format(**marks), [first, last]):
            if part["number"] in by_number:
                by_number[part["number"]][name].append(_signed(part) if name == "signed" else _timed(part))
    for late in await overruns.of_incidents(first, last, now):
        if late["number"] in by_number:
            by_number[late["number"]]["overruns"].append(late)
    for part in await sql.rows(_REMINDERS.format(**marks), [first, last]):
        if part["number"] in by_number:
            by_number[part["number"]]["reminders"] = part["n"]
    return found


def _signed(part: dict[str, Any]) -> dict[str, Any]:
    """Return who signed a reply (ids): those before the last one, and the last one."""
    subject = part.pop("subject")
    kept = json.decode(subject) if isinstance(subject, str) else subject
    signed = [given["by"] for step in kept.get("chain", ()) for given in step.get("given", ()) if given.get("by")]
    return {**part, "signed": signed or kept.get("signed", ())}


def _timed(part: dict[str, Any]) -> dict[str, Any]:
    for name, value in part.items():
        if value is not None and name in _TIMES:
            part[name] = _moment(value)
    return part


async def days(since: datetime, until: datetime, scope: Scope = None) -> dict[str, list[datetime]]:
    """Return when incidents of a scope were found and when they were resolved, in a span."""
    span = [to_ms(since), to_ms(until), *values(scope)]
    marks = {"since": sql.mark(1), "until": sql.mark(2), "scope": condition(scope, 3)}
    found = await sql.run_all([Statement(_DAYS.format(moment=name, **marks), span) for name in _DAILY.values()])
    return {name: [_moment(row["at"]) for row in rows] for name, rows in zip(_DAILY, found, strict=True)}


_DAILY = {"received": "found_at", "resolved": "resolved_at"}
_DAYS = (
    "SELECT {moment} AS at FROM incidents WHERE {moment} >= {since} AND {moment} < {until} "
    "AND stage NOT IN ('withdrawn', 'merged', 'positive') {scope}"
)


async def positive(since: datetime, until: datetime, scope: Scope = None) -> list[tuple[int, str]]:
    """Return the positive items found in a span: number and title."""
    statement = _POSITIVE.format(since=sql.mark(1), until=sql.mark(2), scope=condition(scope, 3))
    rows = await sql.values(statement, [to_ms(since), to_ms(until), *values(scope)])
    return [(int(number), str(title)) for number, title in rows]


_POSITIVE = (
    "SELECT number, title FROM incidents WHERE found_at >= {since} AND found_at < {until} "
    "AND stage || '' = 'positive' {scope} ORDER BY number"
)


async def settled(since: datetime, until: datetime, scope: Scope = None) -> tuple[int, int]:
    """Count the incidents that were replied to and those that were resolved in a span, whenever they were found."""
    marks = {"since": sql.mark(1), "until": sql.mark(2), "scope": condition(scope, 3)}
    replied, resolved = (_SETTLED.format(moment=name, **marks) for name in ("replied_at", "resolved_at"))
    span = [to_ms(since), to_ms(until), *values(scope)]
    [counts] = await sql.values(f"SELECT ({replied}), ({resolved})", span)
    return int(counts[0]), int(counts[1])


_SETTLED = _DAYS.replace("{moment} AS at", "COUNT(*)")


async def resolved_apart(since: datetime, until: datetime) -> tuple[int, int, int]:
    """Count the incidents resolved in a span; of these by a signed remedy, and without an answer in public."""
    resolved = reports.resolved(since, until)
    remedied, unanswered = resolved.filter(outcome="remedied"), resolved.filter(replied_at=None)
    return await resolved.count(), await remedied.count(), await unanswered.count()


async def extensions_asked(numbers: Sequence[int]) -> dict[int, list[LedgerRow]]:
    """Return the requests for extension by incident, in order."""
    found: dict[int, list[LedgerRow]] = {}
    for start in range(0, len(numbers), 500):
        part = list(numbers[start : start + 500])
        statement = (
            "SELECT incident_id AS number, state, asked_at, decided_at, subject FROM requests "  # noqa: S608 - only marks are put in
            f"WHERE kind = 'extension' AND incident_id IN ({sql.marks(len(part))}) ORDER BY id"
        )
        for row in await sql.rows(statement, part):
            subject = row["subject"]
            row["subject"] = json.decode(subject) if isinstance(subject, str) else subject
            found.setdefault(row["number"], []).append(_timed(row))
    return found


async def routines(since: datetime, until: datetime) -> list[LedgerRow]:
    """Return the routine duties (check-ins, reports) that fell due in a span, with their state."""
    query = Duty.filter(incident_id=None, due_at__gt=since, due_at__lte=until).exclude(kind__in=ROSTER_KINDS)
    query = query.exclude(state="waived").order_by("due_at", "id")
    return list(await query.values("kind", "person", "state", "due_at", "met_at"))
