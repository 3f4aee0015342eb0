"""Overruns: each duty that was open when its due time passed, with who owed it and who held the incident then.

A row is written once and never changed, whatever becomes of the duty, the incident or the department afterwards. It
goes only if it turns out that what ended or moved the duty was said in time and handled late. An incident that changes
hands shortly before a due time stays the overrun of the one who passed it on: what counts is the holder `LAST_MINUTE`
before it, for a short duty at three quarters of its time.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from storage.counters import recall, remember
from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import transact
from storage.tables import MILLISECOND, Duty, Overrun, from_ms, to_ms

LAST_MINUTE = timedelta(minutes=30)
NEVER_LATE = ("calm", "handover", "shift", "swap", "key period")
"""Kinds of duty that something happens by at their due time, and that nobody can be late with."""
RECHECKED = timedelta(minutes=2)
"""How far a check looks back behind the one before, for clocks of processes that differ."""
OverrunRow = Mapping[str, Any]
_TIMES = ("due_at", "started_at", "met_at", "held_since", "next_due_at")

# ruff: noqa: S608 - only our own names and marks are put in
_LATE = """
late AS (
    SELECT d.id, d.incident_id, d.cycle, d.kind, d.owner, d.person, d.due_at, i.department, i.holder AS holds,
           CASE WHEN d.started_at >= d.due_at THEN d.started_at
                WHEN d.due_at - d.started_at < {four} THEN d.due_at - (d.due_at - d.started_at) / 4
                ELSE d.due_at - {span} END AS at
    FROM duties d LEFT JOIN incidents i ON i.number = d.incident_id
    WHERE ({which}) AND d.kind NOT IN ({never})
          AND NOT EXISTS (SELECT 1 FROM overruns o WHERE o.duty = d.id AND o.due_at = d.due_at)
), held AS (
    SELECT late.*, COALESCE((
        SELECT h.holder FROM holdings h
        WHERE h.incident_id = late.incident_id AND h.since <= late.at AND (h.until IS NULL OR h.until > late.at)
        ORDER BY h.id DESC LIMIT 1
    ), late.holds) AS holder
    FROM late
), placed AS (
    SELECT held.*, CASE WHEN holder LIKE 'department:%' THEN SUBSTR(holder, 12)
                        WHEN holder = 'desk' OR holder LIKE 'outside:%' THEN NULL ELSE department END AS place
    FROM held
), booked AS (
    SELECT incident_id, id AS duty, cycle, kind,
           CASE WHEN incident_id IS NULL THEN COALESCE('person:' || person, 'desk')
                WHEN owner NOT IN ('department', 'head') THEN owner
                ELSE COALESCE('department:' || place, 'desk') END AS owner,
           holder, place AS department, due_at
    FROM placed
)
""".format(
    never=", ".join(f"'{kind}'" for kind in NEVER_LATE),
    span=LAST_MINUTE // MILLISECOND,
    four=4 * LAST_MINUTE // MILLISECOND,
    which="{which}",
)
_COLUMNS = "incident_id, duty, cycle, kind, owner, holder, department, due_at"
_RECORD = (
    f"WITH {_LATE} INSERT INTO overruns ({_COLUMNS}, recorded_at) SELECT {_COLUMNS}, {{now}} FROM booked WHERE 1 = 1 "
    "ON CONFLICT (duty, due_at) DO NOTHING RETURNING duty"
)
_LATE_NOW = "d.state = 'open' AND d.due_at < {now}"
_OPEN = f"{_LATE_NOW} AND d.started_at < d.due_at"
"""A duty that begins at or after its due time was carried over from a merged incident, which has the row."""
_OPEN_OF = _OPEN.replace("d.state", "d.state || ''")
"""The same of few incidents: SQLite finds them by their own index, not by that of the states."""

# The rows that are there, and those that the next check will write.
_READ = f"""
WITH {_LATE}, every AS (
    SELECT {_COLUMNS} FROM overruns WHERE {{recorded}} UNION ALL SELECT {_COLUMNS} FROM booked
)
SELECT every.incident_id AS number, every.duty, every.cycle, every.kind, every.owner, every.holder, every.department,
       every.due_at, d.state, d.started_at, d.met_at, d.due_at AS next_due_at, i.title, i.tier, i.stage,
       i.holder AS holds, i.department AS place, i.policy_id AS policy, i.channel, i.conversation, i.unit, i.about,
       (SELECT MAX(h.since) FROM holdings h WHERE h.incident_id = every.incident_id AND h.until IS NULL) AS held_since
FROM every LEFT JOIN duties d ON d.id = every.duty LEFT JOIN incidents i ON i.number = every.incident_id
ORDER BY every.due_at, every.duty
"""


async def record_of(number: int, now: datetime) -> None:
    """Record what has run over in an incident. Call it in a transaction before anything of the incident changes."""
    await sql.run_all([record_statement(number, now)])


def record_statement(number: int, now: datetime) -> Statement:
    """Build the statement that `record_of` executes."""
    return _statement(f"d.incident_id = {sql.mark(2)} AND {_OPEN_OF}", [number], now)


async def record_routine(duties: Sequence[int], now: datetime) -> None:
    """Record which of these routine duties have run over. Call it in a transaction before they change."""
    if duties:
        await _record(f"d.id IN ({sql.marks(len(duties), 2)}) AND {_OPEN_OF}", duties, now)


async def take_back(duties: Sequence[int], said_at: datetime) -> None:
    """Delete what was recorded of duties that words ended or moved which were said at `said_at`, in time.

    Call it in the transaction that changes them.
    """
    await Overrun.filter(duty__in=list(duties), due_at__gte=said_at).delete()


async def record(now: datetime, since: datetime | None = None) -> int:
    """Record every duty that has run over, due `since` a moment or at any time; return how many there were."""
    which, values = _OPEN, []
    if since is not None:
        which, values = f"{_OPEN} AND d.due_at >= {sql.mark(2)}", [to_ms(since - RECHECKED)]
    late = f"WITH {_LATE.format(which=which.format(now=sql.mark(1)))} SELECT COUNT(*) AS n FROM booked"
    if not (await sql.rows(late, [to_ms(now), *values]))[0]["n"]:  # a read, which waits for no writer
        return 0
    return await transact(partial(_record, which, values, now))


async def backfill(now: datetime) -> int:
    """Record, once per database, the overruns of the time before there was a record; return how many there were.

    Known are duties met late, missed routine duties, and duties that ended unmet if the first event that can end one
    came after their due time. Not known are duties whose due time was moved after it had passed.
    """
    if await recall(_BACKFILLED) is not None:
        return 0

    last: list[Any] = await Duty.all().order_by("-id").limit(1).values_list("id", flat=True)
    count = 0
    for start in range(0, last[0] if last else 0, _AT_ONCE):
        which = f"d.id > {sql.mark(2)} AND d.id <= {sql.mark(3)} AND ({_LATE_BEFORE})"
        count += await transact(partial(_record, which, [start, start + _AT_ONCE], now))
        await asyncio.sleep(0)  # so that others have their turn
    await remember(_BACKFILLED, now.isoformat())
    return count


_BACKFILLED = "overruns since"
_AT_ONCE = 100
"""How many duties are looked at in one commit."""
_ENDINGS = (
    "assigned", "led", "bounced", "instructed", "transferred", "resolved", "withdrawn", "merged",
    "positive", "reopened", "undone",
)  # fmt: skip
_LATE_BEFORE = f"""
d.due_at < {{now}} AND d.started_at < d.due_at AND (
    d.state IN ('open', 'missed') OR d.state = 'met' AND d.met_at > d.due_at
    OR d.state = 'waived' AND d.due_at < (
        SELECT MIN(e.at) FROM events e WHERE e.incident = d.incident_id AND e.at > d.started_at
        AND e.kind IN ({", ".join(f"'{kind}'" for kind in _ENDINGS)})))
"""


async def _record(which: str, values: Sequence[Any], now: datetime) -> int:
    return len((await sql.run_all([_statement(which, values, now)]))[0])


def _statement(which: str, values: Sequence[Any], now: datetime) -> Statement:
    statement = _RECORD.format(which=which.format(now=sql.mark(1)), now=sql.mark(1, "bigint"))
    return Statement(statement, [to_ms(now), *values])


async def of_incident(number: int, now: datetime) -> list[OverrunRow]:
    """Return the overruns of an incident by `now`, the earliest first."""
    which = f"incident_id = {sql.mark(2)}"
    return await _read(which, f"d.{which} AND {_OPEN_OF}", [to_ms(now), number])


async def of_incidents(first: int, last: int, now: datetime) -> list[OverrunRow]:
    """Return the overruns of the incidents from number `first` to `last` by `now`."""
    which = f"incident_id BETWEEN {sql.mark(2)} AND {sql.mark(3)}"
    return await _read(which, f"d.{which} AND {_OPEN_OF}", [to_ms(now), first, last])


async def since(moment: datetime, now: datetime) -> list[OverrunRow]:
    """Return the overruns whose due time is at or after a moment, or whose duty is still late, by `now`.

    Late duties that a merge carried over are among them; they began after their due time.
    """
    still = f"SELECT o.id FROM duties d JOIN overruns o ON o.duty = d.id AND o.due_at = d.due_at WHERE {_LATE_NOW}"
    which = f"id IN (SELECT id FROM overruns WHERE due_at >= {sql.mark(2)} UNION {still})"
    return await _read(which, _LATE_NOW, [to_ms(now), to_ms(moment)])


async def struck(found_since: datetime, found_until: datetime, now: datetime) -> list[OverrunRow]:
    """Return the overruns by `now` of incidents found in a span that were withdrawn, merged or positive."""
    which = (
        f"incident_id IN (SELECT number FROM incidents WHERE found_at >= {sql.mark(2)} AND found_at < {sql.mark(3)} "
        "AND stage IN ('withdrawn', 'merged', 'positive'))"
    )
    return await _read(which, "d.id < 0", [to_ms(now), to_ms(found_since), to_ms(found_until)])


async def _read(recorded: str, pending: str, values: Sequence[Any]) -> list[OverrunRow]:
    now = sql.mark(1)
    statement = _READ.format(recorded=f"({recorded}) AND due_at < {now}".format(now=now), which=pending.format(now=now))
    return [_timed(row) for row in await sql.rows(statement, values)]


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: from_ms(row[name]) for name in _TIMES if row[name] is not None}
