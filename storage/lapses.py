"""Records of missed, false and concealed reports, in the audit trail. Their numbers are gapless."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from storage import audit, counters
from storage.commit import conclude
from storage.database.transaction import transact
from storage.outbox import OutgoingMessage
from storage.tables import EPOCH, MILLISECOND

COUNTER = "lapses"
T = TypeVar("T")
LapseLines = Sequence[Mapping[str, Any]]


class LapseDeed(NamedTuple):
    """Who says something about a lapse, in which inbox message, and when."""

    by: str
    inbox: int | None
    now: datetime


async def lines(kinds: Sequence[str], now: datetime) -> list[dict[str, Any]]:
    """Return every line about lapses until `now`, oldest first."""
    return await audit.of_kinds(kinds, EPOCH, now + MILLISECOND)


async def add(
    kind: str, incident: int | None, data: Mapping[str, Any], say: Callable[[int], Sequence[OutgoingMessage]],
    deed: LapseDeed,
) -> int:  # fmt: skip
    """Record a lapse with the next number, which `say` gets for its messages; return the number."""

    async def work() -> int:
        id = await counters.take(COUNTER)
        line = audit.AuditLine(incident, deed.by, kind, {**data, "lapse": id})
        await conclude(say(id), deed.inbox, [line], deed.now)
        return id

    return await transact(work)


async def follow(
    kinds: Sequence[str], deed: LapseDeed,
    decide: Callable[[LapseLines], tuple[audit.AuditLine, Sequence[OutgoingMessage]]],
    then: Callable[[audit.AuditLine], Awaitable[T]],
) -> T:  # fmt: skip
    """Append the line that `decide` makes of all lines so far, and queue its messages; nobody comes in between.

    `then` writes what goes with the line, in the same commit; return what it returns.
    """

    async def work() -> T:
        await counters.take(COUNTER, 0)  # locks the counter: a second decision waits here
        line, messages = decide(await lines(kinds, deed.now))
        done = await then(line)
        await conclude(messages, deed.inbox, [line], deed.now)
        return done

    return await transact(work)
