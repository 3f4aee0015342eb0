"""Position of the audit follower: the id of the last event it handled, advanced by one process at a time."""

from collections.abc import Awaitable, Callable

from storage import counters
from storage.database.database import connection
from storage.database.sql import mark
from storage.database.transaction import transact
from storage.tables import Setting

CURSOR = "clerk"


class CursorMoved(Exception):
    """Another process has advanced the cursor."""


async def position() -> int:
    return int(await counters.recall(CURSOR) or 0)


async def advance(was: int, to: int, work: Callable[[], Awaitable[None]] | None = None) -> None:
    """Advance the cursor and run `work` in one transaction. Raise CursorMoved if it is no longer at `was`."""

    async def both() -> None:
        await _move(was, to)
        if work is not None:
            await work()

    await transact(both)


async def _move(was: int, to: int) -> None:
    if was == 0:
        await Setting.get_or_create(name=CURSOR, defaults={"value": "0"})
    rows = await connection().execute_query_dict(
        f"UPDATE settings SET value = {mark(1)} WHERE name = {mark(2)} AND value = {mark(3)} RETURNING name",  # noqa: S608
        [str(to), CURSOR, str(was)],
    )
    if not rows:
        raise CursorMoved(was)
