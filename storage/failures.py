"""What was not done: messages that could not be handled, sends that failed or are unknown, work that was put off.

Each gets a number, by which people name it: 1, 2, 3 … across all three.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from storage import counters, failures_told, outbox
from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import exclude_others, transact
from storage.outbox import OutgoingMessage
from storage.tables import Inbox, Outbox, Setback, from_ms, to_ms

INSTANT = timedelta(milliseconds=1)
"""The shortest time that the tables can tell apart."""


class Failure(NamedTuple):
    """Something that was not done. `what` is a "message", a "send" or "work".

    `kind` is the fault of a message, the state of a send, or the kind of the work; `subject` is its sender, the
    conversation, or which work it was. `body` is the JSON of a message or a send. `confidential` if it belongs to a
    matter that is about somebody. `waits` if it is not given up.
    """

    what: Literal["message", "send", "work"]
    id: int
    number: int | None
    at: datetime
    channel: str
    conversation: str
    subject: str
    kind: str
    body: str
    error: str
    confidential: bool = False
    waits: bool = False


# Rows that failed before this version are not told, as they are older than `since`.
_MESSAGES = """
SELECT 'message' AS what, id, failure AS number, handled_at AS at, channel, COALESCE(conversation, '') AS conversation,
       COALESCE(sender, '') AS subject, COALESCE(fault, 'bug') AS kind, body, COALESCE(error, '') AS error,
       0 AS confidential, 0 AS waits
FROM inbox WHERE state = 'failed' AND handled_at > {since} AND {untold}
UNION ALL
SELECT 'message', id, failure, received_at, channel, COALESCE(conversation, ''), COALESCE(sender, ''), 'away', body,
       COALESCE(error, ''), 0, 1
FROM inbox
WHERE state IN ('new', 'fetching') AND fault = 'away' AND received_at > {since} AND received_at <= {patience}
    AND {untold}
UNION ALL
SELECT 'send', id, failure, sent_at, channel, conversation, conversation, state, body, COALESCE(error, ''),
       CASE WHEN EXISTS (SELECT 1 FROM incidents WHERE number = outbox.incident AND {about}) THEN 1 ELSE 0 END, 0
FROM outbox WHERE state IN ('failed', 'unknown') AND sent_at > {since} AND {untold}
UNION ALL
SELECT 'work', id, failure, last_at, '', '', subject, kind, '', error, 0, 1
FROM setbacks WHERE last_at > {since} AND {untold} AND {is_owed}
ORDER BY 4 DESC, 2 DESC LIMIT {limit}
"""


# Work is listed no more once a person has done what it was about.
_IS_OWED = """(
    kind NOT IN ('duty', 'delegation')
    OR kind = 'duty' AND EXISTS (
        SELECT 1 FROM duties WHERE duties.state = 'open'
            AND duties.kind || ' ' || duties.id || ' #' || COALESCE(duties.incident_id, 0) = setbacks.subject
    )
    OR kind = 'delegation' AND EXISTS (
        SELECT 1 FROM delegations WHERE ended_at IS NULL AND CAST(delegations.id AS varchar(20)) = setbacks.subject
    )
)"""


async def recent(since: datetime, patience: datetime, limit: int, *, untold: bool = False) -> list[Failure]:
    """Return what failed since a moment, newest first; only what the desk was not told, with `untold`.

    A message that waits because storage is away counts if it was received before `patience`.
    """
    rows = await sql.rows(*_recent(since, patience, limit, untold=untold))
    return [_failure(row) for row in rows]


async def untold(since: datetime, patience: datetime, limit: int) -> tuple[bool, list[Failure]]:
    """Return whether a notice was lost after a moment, and what failed since then and was not told: in one look."""
    look = [failures_told.any_lost_statement(since), _recent(since, patience, limit, untold=True)]
    lost, rows = await sql.run_all(look)
    return bool(lost), [_failure(row) for row in rows]


def _recent(since: datetime, patience: datetime, limit: int, *, untold: bool) -> Statement:
    marks = {"since": sql.mark(1, "bigint"), "patience": sql.mark(2, "bigint"), "limit": sql.mark(3, "bigint")}
    named = {"untold": "told_at IS NULL" if untold else "1 = 1", "about": "CAST(about AS varchar(2)) <> '[]'"}
    statement = _MESSAGES.format(is_owed=_IS_OWED, **marks, **named)
    return Statement(statement, [to_ms(since), to_ms(patience), limit])


def _failure(row: Mapping[str, Any]) -> Failure:
    flags = {name: bool(row[name]) for name in ("confidential", "waits")}
    return Failure(**{**row, **flags, "at": from_ms(row["at"])})


async def number_all(found: Sequence[Failure]) -> list[Failure]:
    """Give a number to each failure that has none; return them with their numbers, without what is forgotten."""

    async def work() -> list[Failure]:
        await exclude_others("failures")
        known = await _numbers(found)
        missing = [one for one in reversed(found) if _key(one) in known and known[_key(one)] is None]
        if missing:
            first = await counters.take("failures", len(missing)) - len(missing) + 1
            known |= await _number([one._replace(number=n) for n, one in enumerate(missing, first)])
        return [one._replace(number=known[_key(one)]) for one in found if known.get(_key(one))]

    return list(found) if all(one.number for one in found) else await transact(work)


_TABLES: dict[str, Any] = {"message": Inbox, "send": Outbox, "work": Setback}
_Key = tuple[str, int]


def _key(one: Failure) -> _Key:
    return one.what, one.id


def _by_table(found: Sequence[Failure]) -> Iterator[tuple[str, list[Failure]]]:
    """Yield what failed by its table, so that each table is read or written once."""
    for what in _TABLES:
        if of_it := [one for one in found if one.what == what]:
            yield what, of_it


async def _numbers(found: Sequence[Failure]) -> dict[_Key, int | None]:
    """Return the numbers that failures have now; those that are forgotten are left out."""
    numbers: dict[_Key, int | None] = {}
    for what, of_it in _by_table(found):
        rows = await _TABLES[what].filter(id__in=[one.id for one in of_it]).values_list("id", "failure")
        numbers |= {(what, id): number for id, number in rows}
    return numbers


async def _number(missing: Sequence[Failure]) -> dict[_Key, int | None]:
    """Store the numbers of failures that have none; return those that were stored."""
    numbers: dict[_Key, int | None] = {}
    for what, of_it in _by_table(missing):
        given = sql.tuples(len(of_it), ("bigint", "int"))
        statement = _NUMBER.format(table=_TABLES[what].Meta.table, given=given)
        rows = await sql.rows(statement, [value for one in of_it for value in (one.id, one.number)])
        numbers |= {(what, row["id"]): row["failure"] for row in rows}
    return numbers


_NUMBER = """
WITH given (row, number) AS (VALUES {given})
UPDATE {table} SET failure = given.number FROM given WHERE id = given.row AND failure IS NULL RETURNING id, failure
"""


async def tell(found: Sequence[Failure], notices: Sequence[OutgoingMessage], now: datetime) -> bool:
    """Queue a notice of failures, or the same to several people, and record that these were told.

    Return False if another process told one of them; what was forgotten meanwhile counts as told.
    """

    async def work() -> bool:
        told = await _own_moment(found, now)
        for what, of_it in _by_table(found):
            untold = _TABLES[what].filter(id__in=[one.id for one in of_it], told_at__isnull=True)
            if await untold.update(told_at=told) != len(of_it):
                raise AlreadyTold
        await failures_told.remember(told)
        await outbox.plan([notice._replace(told_at=told) for notice in notices], told)
        return True

    try:
        return await transact(work)
    except AlreadyTold:
        return False


async def _own_moment(found: Sequence[Failure], now: datetime) -> datetime:
    """Return the latest moment at which none of the failures was planned: only the notices are (see `failures_told`).

    It is not after `now`: what is planned later than now was planned before the clock was set back, and waits for
    nothing.
    """
    sends = [one.id for one in found if one.what == "send"]
    while sends and await Outbox.filter(id__in=sends, planned_at=now).exists():
        now -= INSTANT
    return now


class AlreadyTold(Exception):
    """Another process told the desk of this failure."""
