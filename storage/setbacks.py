"""Work of the clock that failed by bad data or a bug: kept with how often, so that it can be listed and done later."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from storage.database import sql
from storage.database.faults import kind_of
from storage.database.transaction import transact
from storage.tables import Setback, from_ms, to_ms

_RECORD = """
INSERT INTO setbacks (kind, subject, first_at, last_at, times, error) VALUES ({marks})
ON CONFLICT (kind, subject) DO UPDATE SET last_at = excluded.last_at, times = setbacks.times + 1, error = excluded.error
"""


async def record(kind: str, subject: str, error: BaseException, now: datetime) -> None:
    """Record that a piece of work failed, once more if it had failed before."""
    values = [kind, subject[:80], to_ms(now), to_ms(now), 1, kind_of(error)]
    await sql.values(_RECORD.format(marks=sql.marks(len(values))), values)


async def subjects(kind: str) -> set[str]:
    """Return the pieces of work of a kind that failed."""
    return {str(subject) for subject, _, _ in await _of_kind(kind)}


async def forget(kind: str, done: Collection[str]) -> None:
    """Forget the failures of pieces of work that succeeded. Without failures of the kind this only reads."""
    if over := await subjects(kind) & {subject[:80] for subject in done}:
        await Setback.filter(kind=kind, subject__in=over).delete()


async def put_off(kind: str, now: datetime, pause: timedelta) -> list[str]:
    """Return the pieces of work of a kind that are to be tried again: `pause` after each failure, the more the later.

    The longest wait is a hundred pauses. A clock that was set back holds nothing up.
    """
    rows = await _of_kind(kind)
    return [subject for subject, last_at, times in rows if abs(now - from_ms(last_at)) >= pause * min(times, 100)]


async def _of_kind(kind: str) -> Sequence[Any]:
    """Return the pieces of work of a kind that failed, each with its last failure (ms) and how often it failed."""
    return await sql.values(_OF_KIND.format(sql.mark(1)), [kind])


_OF_KIND = "SELECT subject, last_at, times FROM setbacks WHERE kind = {} ORDER BY id"


async def settle(kind: str, subject: str, work: Callable[[], Awaitable[None]] | None) -> None:
    """Forget the failures of a piece of work and do it, in one transaction. Raise AlreadySettled as another does it."""

    async def both() -> None:
        if not await Setback.filter(kind=kind, subject=subject).delete():
            raise AlreadySettled(subject)
        if work is not None:
            await work()

    await transact(both)


class AlreadySettled(Exception):
    """Another process has done this work meanwhile."""
