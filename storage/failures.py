"""What was not done: messages that could not be handled, sends that failed or are unknown, work that was put off.

Each gets a number, by which people name it: 1, 2, 3 … across all three.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from storage import counters, outbox
from storage.database import sql
from storage.database.transaction import transact
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
    marks = {"since": sql.mark(1, "bigint"), "patience": sql.mark(2, "bigint"), "limit": sql.mark(3, "bigint")}
    named = {"untold": "told_at IS NULL" if untold else "1 = 1", "about": "CAST(about AS varchar(2)) <> '[]'"}
    statement = _MESSAGES.format(is_owed=_IS_OWED, **marks, **named)
    rows = await sql.rows(statement, [to_ms(since), to_ms(patience), limit])
    return [_failure(row) for row in rows]


def _failure(row: Mapping[str, Any]) -> Failure:
    flags = {name: bool(row[name]) for name in ("confidential", "waits")}
    return Failure(**{**row, **flags, "at": from_ms(row["at"])})


async def number_all(found: Sequence[Failure]) -> list[Failure]:
    """Give a number to each failure that has none; return them with their numbers."""

    async def work() -> list[Failure]:
        missing = sum(one.number is None for one in found)
        if not missing:
            return list(found)
        following = iter(range(await counters.take("failures", missing) - missing + 1, 2**31))
        numbered = [one if one.number else one._replace(number=next(following)) for one in reversed(found)]
        return [one._replace(number=await _numbered(one)) for one in numbered][::-1]

    return await transact(work)


async def _numbered(one: Failure) -> int:
    """Store a failure's number, unless another process was faster; return the number that it has."""
    rows = _TABLES[one.what].filter(id=one.id)
    if not await rows.filter(failure__isnull=True).update(failure=one.number):
        return int((await rows.values_list("failure", flat=True))[0])
    return one.number or 0


_TABLES: dict[str, Any] = {"message": Inbox, "send": Outbox, "work": Setback}


async def tell(found: Sequence[Failure], notices: Sequence[OutgoingMessage], now: datetime) -> bool:
    """Queue a notice of failures, or the same to several people, and record that these were told.

    Return False if another process told one of them. The notices alone are planned at the moment at which the failures
    were told: it is later than that of each failure (see `failures_told`).
    """
    told = now + INSTANT if any(to_ms(one.at) == to_ms(now) for one in found) else now

    async def work() -> bool:
        for one in found:
            if not await _TABLES[one.what].filter(id=one.id, told_at__isnull=True).update(told_at=told):
                raise AlreadyTold
        await outbox.plan([notice._replace(told_at=told) for notice in notices], told)
        return True

    try:
        return await transact(work)
    except AlreadyTold:
        return False


class AlreadyTold(Exception):
    """Another process told the desk of this failure."""
