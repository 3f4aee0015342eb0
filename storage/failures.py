"""What was not done: messages that could not be handled, sends that failed or are unknown, work that was put off.

Each gets a number, by which people name it: 1, 2, 3 … across all three.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from msgspec import json

from storage import audit, counters, outbox
from storage.audit import AuditLine
from storage.commit import conclude
from storage.database import sql
from storage.database.transaction import transact
from storage.outbox import OutgoingMessage
from storage.tables import Inbox, Outbox, Setback, Setting, from_ms, to_ms

LOST = ("failed", "unknown")
"""States of a send that people can repeat by hand."""
BY_HAND = "failure repeated"
"""Kind of the audit event of a message or a send that was repeated by hand."""


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
FROM inbox WHERE state = 'new' AND fault = 'away' AND received_at > {since} AND received_at <= {patience} AND {untold}
UNION ALL
SELECT 'send', id, failure, sent_at, channel, conversation, conversation, state, body, COALESCE(error, ''),
       CASE WHEN EXISTS (SELECT 1 FROM incidents WHERE number = outbox.incident AND {about}) THEN 1 ELSE 0 END, 0
FROM outbox WHERE state IN ('failed', 'unknown') AND sent_at > {since} AND {untold}
UNION ALL
SELECT 'work', id, failure, last_at, '', '', subject, kind, '', error, 0, 1
FROM setbacks WHERE last_at > {since} AND {untold}
ORDER BY 4 DESC, 2 DESC LIMIT {limit}
"""


async def recent(since: datetime, patience: datetime, limit: int, *, untold: bool = False) -> list[Failure]:
    """Return what failed since a moment, newest first; only what the desk was not told, with `untold`.

    A message that waits because storage is away counts if it was received before `patience`.
    """
    marks = {"since": sql.mark(1, "bigint"), "patience": sql.mark(2, "bigint"), "limit": sql.mark(3, "bigint")}
    named = {"untold": "told_at IS NULL" if untold else "1 = 1", "about": "CAST(about AS varchar(2)) <> '[]'"}
    statement = _MESSAGES.format(**marks, **named)
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
        for one in numbered:
            await _TABLES[one.what].filter(id=one.id).update(failure=one.number)
        return numbered[::-1]

    return await transact(work)


_TABLES: dict[str, Any] = {"message": Inbox, "send": Outbox, "work": Setback}


async def tell(found: Sequence[Failure], notice: OutgoingMessage, now: datetime) -> bool:
    """Queue a notice of failures, and record that they were told; return False if another process told one of them."""

    async def work() -> bool:
        for one in found:
            if not await _TABLES[one.what].filter(id=one.id, told_at__isnull=True).update(told_at=now):
                raise AlreadyTold
        await outbox.plan([notice._replace(told_at=now)], now)
        return True

    try:
        return await transact(work)
    except AlreadyTold:
        return False


class AlreadyTold(Exception):
    """Another process told the desk of this failure."""


async def message_body(number: int) -> str | None:
    """Return the body of the failed message with this number; None if there is none."""
    row = await Inbox.get_or_none(failure=number, state="failed")
    return row.body if row else None


class FailedMessage(NamedTuple):
    """A message that a bug stopped. `said_again` if its sender has said the same since, and it was done."""

    id: int
    body: str
    said_again: bool


async def stopped_by_a_bug(since: datetime) -> list[FailedMessage]:
    """Return the messages that a bug stopped since a moment and that were not handled again, oldest first."""
    rows = await Inbox.filter(state="failed", fault="bug", retried=0, handled_at__gt=since).order_by("id")
    return [FailedMessage(row.id, row.body, await _said_again(row)) for row in rows]


async def _said_again(row: Inbox) -> bool:
    later = Inbox.filter(id__gt=row.id, channel=row.channel, conversation=row.conversation, sender=row.sender)
    bodies = await later.filter(state="done").values_list("body", flat=True)
    return _words(row.body) in [_words(str(body)) for body in bodies]


def _words(body: str) -> tuple[object, object]:
    fields = json.decode(body, type=dict[str, Any])
    return fields.get("text", ""), fields.get("press")


async def handle_after_restart(id: int, notices: Sequence[OutgoingMessage], now: datetime) -> bool:
    """Let a message that a bug stopped be handled once more, with notices before its answer; without any, give it up.

    Return False if another process has done so.
    """

    async def work() -> bool:
        again = {"state": "new", "lease_until": None, "refusals": 0, "failure": None, "told_at": None}
        changed = await Inbox.filter(id=id, state="failed", retried=0).update(retried=1, **(again if notices else {}))
        await outbox.plan(notices if changed else (), now)
        return bool(changed)

    return await transact(work)


async def handle_again(
    number: int, actor: str, now: datetime, answers: Sequence[OutgoingMessage], inbox_id: int | None
) -> bool:
    """Let a failed message be handled again; queue the answers to who asked. Return False if there is none."""

    async def work() -> bool:
        changed = await Inbox.filter(failure=number, state="failed").update(
            state="new", lease_until=None, refusals=0, retried=1, failure=None, told_at=None
        )
        if changed:
            await conclude(answers, inbox_id, [_line(number, "message", actor)], now)
        return bool(changed)

    return await transact(work)


async def send_again(
    number: int, actor: str, now: datetime, answers: Sequence[OutgoingMessage], inbox_id: int | None
) -> bool:
    """Send a failed or unknown message again, marked as a possible repeat if it is unknown; False if there is none."""

    async def work() -> bool:
        row = await Outbox.get_or_none(failure=number, state__in=LOST)
        if row is None:
            return False
        doubts = row.doubts + 1 if row.state == "unknown" else row.doubts
        again = {"state": "planned", "attempts": 0, "doubts": doubts, "sent_at": None, "retry_at": None}
        changed = await Outbox.filter(id=row.id, state=row.state).update(**again, failure=None, told_at=None)
        if changed:
            await conclude(answers, inbox_id, [_line(number, "send", actor)], now)
        return bool(changed)

    return await transact(work)


def _line(number: int, what: str, actor: str) -> AuditLine:
    return audit.AuditLine(None, actor, BY_HAND, {"failure": number, "what": what})


Notice = Callable[[datetime, int], Awaitable[OutgoingMessage]]
_ENDED = """
UPDATE settings SET value = {until} WHERE name = {name} AND CAST(value AS bigint) < {since} RETURNING name
"""
OUTAGE = "outage told until"


async def end_outage(since: datetime, now: datetime, notice: Notice | None) -> bool:
    """Write that an outage of storage has ended, which shows that it has; queue what `notice` makes of it.

    `notice` gets the beginning and how many messages wait. Return whether it was queued: False without a notice, and if
    another process has told it.
    """

    async def work() -> bool:
        await Setting.get_or_create(name=OUTAGE, defaults={"value": "0"})
        marks = {name: sql.mark(n, cast) for n, (name, cast) in enumerate(_ENDED_TYPES.items(), 1)}
        first = await sql.rows(_ENDED.format(**marks), [str(to_ms(now)), OUTAGE, to_ms(since)])
        if not first or notice is None:
            return False
        waiting = await Inbox.filter(state__in=("new", "fetching")).count()
        await outbox.plan([await notice(since, waiting)], now)
        return True

    return await transact(work)


_ENDED_TYPES = {"until": "text", "name": "text", "since": "bigint"}


class Counts(NamedTuple):
    """How many messages wait or failed, by fault, and how many sends there are, by state.

    The times are those of the oldest that waits.
    """

    inbox: Mapping[str, int]
    outbox: Mapping[str, int]
    oldest_message: datetime | None
    oldest_send: datetime | None


_INBOX = """
SELECT CASE WHEN state = 'failed' THEN 'failed: ' || COALESCE(fault, 'bug')
            WHEN fault IS NULL THEN 'waiting' ELSE 'waiting: ' || fault END AS kind,
       COUNT(*) AS count, MIN(received_at) AS oldest
FROM inbox WHERE state IN ('new', 'fetching', 'failed') GROUP BY 1
"""
_OUTBOX = """
SELECT state AS kind, COUNT(*) AS count, MIN(CASE WHEN not_before > planned_at THEN not_before ELSE planned_at END)
    AS oldest
FROM outbox WHERE state IN ('sending', 'unknown', 'failed') OR (state = 'planned' AND not_before <= {now})
GROUP BY state
"""


async def counts(now: datetime) -> Counts:
    """Count what waits and what failed. What was sent is not counted: there is too much of it."""
    inbox = await sql.rows(_INBOX, [])
    sends = await sql.rows(_OUTBOX.format(now=sql.mark(1)), [to_ms(now)])
    return Counts(
        {row["kind"]: row["count"] for row in inbox},
        {row["kind"]: row["count"] for row in sends},
        _oldest(row["oldest"] for row in inbox if row["kind"].startswith("waiting")),
        _oldest(row["oldest"] for row in sends if row["kind"] in ("planned", "sending")),
    )


def _oldest(moments: Any) -> datetime | None:
    known = [at for at in moments if at is not None]
    return from_ms(min(known)) if known else None
