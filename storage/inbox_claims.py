"""Claims of the inbox's messages: who handles one has it under a lease, and says what becomes of it.

A message waits for earlier ones of its conversation that were put off, so that what people say one after the other is
done in that order.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from tortoise.expressions import F
from tortoise.queryset import QuerySet

from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import claim_exclusively
from storage.process_mark import LONGEST_MARK, own_mark
from storage.tables import Inbox, from_ms, to_ms

MOST_AHEAD = timedelta(minutes=2)
"""Longer than any lease: one that ends later was taken before the clock was set back, and has ended."""
WAITING = ("new", "fetching")


class AlreadyHandled(Exception):
    """Another process has handled this message, or has its lease: roll back what was decided about it."""


class Arrival(NamedTuple):
    """A claimed message, which its claimer may change while it has this lease; who does not raises AlreadyHandled.

    `refusals` counts how often its data were refused, `retried` is 1 if it is handled again.
    """

    id: int
    channel: str
    body: str
    attempts: int
    lease_until: datetime
    conversation: str | None = None
    sender: str | None = None
    refusals: int = 0
    received_at: datetime | None = None
    retried: int = 0

    def is_leased(self, now: datetime) -> bool:
        """Return whether the lease lasts; one that ends too late was taken before the clock was set back."""
        return now < self.lease_until <= now + MOST_AHEAD


_FREE = "({row}lease_until IS NULL OR {row}lease_until <= {now} OR {row}lease_until > {ahead})"
# While its files are downloaded a message holds up only what its own sender says after it.
_CLAIM = """
UPDATE inbox SET state = 'new', lease_until = {lease}, attempts = attempts + 1, owner = {owner}, fault = NULL
WHERE id IN (
    SELECT one.id FROM inbox AS one WHERE one.state IN ('new', 'fetching') AND {one_is_free} AND NOT EXISTS (
        SELECT 1 FROM inbox AS earlier WHERE earlier.state IN ('new', 'fetching') AND earlier.channel = one.channel
            AND earlier.conversation = one.conversation AND earlier.id < one.id AND NOT {earlier_is_free}
            AND (earlier.state = 'new' OR earlier.sender = one.sender)
    ) ORDER BY one.id LIMIT {limit}
) AND state IN ('new', 'fetching') AND {is_free}
RETURNING id, channel, body, attempts, lease_until, conversation, sender, refusals, received_at, retried
"""


async def claim(now: datetime, lease: timedelta, limit: int = 32) -> list[Arrival]:
    """Claim the oldest unclaimed messages and lease them to the caller."""
    statement = _claim_with(sql.mark(1)[0])
    values = [to_ms(now + lease), to_ms(now), limit, to_ms(now + MOST_AHEAD), own_mark()[:LONGEST_MARK]]
    # Two concurrent claims would not see each other's rows, and could take one conversation's messages out of order.
    rows = await claim_exclusively("inbox", lambda: sql.rows(statement, values), _give_back_rows)
    return _arrivals(rows)


@cache
def _claim_with(mark: str) -> str:
    """Return the statement that claims; `mark` begins the marks of parameters."""
    marks = {name: f"{mark}{n}" for n, name in enumerate(("lease", "now", "limit", "ahead", "owner"), 1)}
    free = {
        "one_is_free": _FREE.format(row="one.", **marks),
        "earlier_is_free": _FREE.format(row="earlier.", **marks),
        "is_free": _FREE.format(row="", **marks),
    }
    return _CLAIM.format(**free, **marks)


def _arrivals(rows: Sequence[dict[str, Any]]) -> list[Arrival]:
    moments = ("received_at", "lease_until")
    return sorted(Arrival(**{**row, **{name: from_ms(row[name]) for name in moments}}) for row in rows)


async def _give_back_rows(rows: Sequence[dict[str, Any]]) -> None:
    await give_back(_arrivals(rows))


def done_statement(id: int, now: datetime) -> Statement:
    """Build the statement that marks a message done. It returns no row if another process has done so."""
    return Statement(_DONE.format(id=sql.mark(1), now=sql.mark(2)), [id, to_ms(now)])


_DONE = """
UPDATE inbox SET state = 'done', handled_at = {now}, lease_until = NULL, fault = NULL WHERE id = {id} AND state = 'new'
RETURNING id
"""


async def fail(arrival: Arrival, fault: str, error: str, now: datetime) -> None:
    """Mark a message as failed; it stays in the table with its error."""
    failed = {"state": "failed", "handled_at": now, "fault": fault, "error": error, "told_at": None}
    await _settle(_own([arrival]), arrival, lease_until=None, **failed)


async def put_off(arrival: Arrival, until: datetime, fault: str, error: str = "", *, refused: bool = False) -> None:
    """Postpone a message until `until`, because of a fault; `refused` counts that its data were refused."""
    refusals = F("refusals") + (1 if refused else 0)
    await _settle(_own([arrival]), arrival, lease_until=until, fault=fault, error=error or None, refusals=refusals)


async def give_back(arrivals: Sequence[Arrival]) -> None:
    """Release those of one claim that were not handled and not put off; they can be claimed at once."""
    query = _own(arrivals).filter(state="new", fault__isnull=True)
    await query.update(lease_until=None, attempts=F("attempts") - 1)


async def still_waiting(ids: Collection[int]) -> set[int]:
    """Return those of the messages that are not handled yet."""
    rows = await Inbox.filter(id__in=list(ids), state__in=WAITING).values("id")
    return {int(row["id"]) for row in rows}


async def try_now(ids: Collection[int], now: datetime) -> int:
    """Let those of the messages be claimed at once that were put off because storage was away."""
    waiting = Inbox.filter(id__in=list(ids), state__in=WAITING, fault="away", lease_until__gt=now)
    return int(await waiting.update(lease_until=now))


async def start_fetching(arrival: Arrival, until: datetime) -> Arrival:
    """Postpone a message until its files are there, at most until `until`; return it with that lease."""
    await _settle(_own([arrival]).filter(state="new"), arrival, state="fetching", lease_until=until)
    return arrival._replace(lease_until=_stored(until))


async def fetch_later(arrival: Arrival, until: datetime) -> Arrival:
    """Postpone the next try to download a message's files; return it with that lease."""
    await _settle(_own([arrival]).filter(state="fetching"), arrival, lease_until=until)
    return arrival._replace(lease_until=_stored(until))


async def rewrite(arrival: Arrival, body: str, now: datetime) -> None:
    """Replace a message's body, once its attachments are fetched, and make it claimable now."""
    await _settle(_own([arrival]), arrival, state="new", body=body, lease_until=now)


def _own(arrivals: Sequence[Arrival]) -> QuerySet[Inbox]:
    """Return the query for those messages of one claim that are still leased to who claimed them."""
    ids, leases = [arrival.id for arrival in arrivals], {arrival.lease_until for arrival in arrivals}
    return Inbox.filter(id__in=ids, state__in=WAITING, lease_until__in=list(leases))


async def _settle(own: QuerySet[Inbox], arrival: Arrival, **changes: Any) -> None:
    """Change a claimed message. Raise AlreadyHandled if it is leased to its claimer no more."""
    if not await own.update(**changes):
        raise AlreadyHandled(arrival.id)


def _stored(moment: datetime) -> datetime:
    """Return a moment as it is read from the tables, in whole milliseconds."""
    return from_ms(to_ms(moment))
