"""Position of the audit follower: the id of the last event it handled, advanced by one process at a time."""

from collections.abc import Awaitable, Callable

from storage import counters
from storage.database.sql import Statement, mark, marks, run_all
from storage.database.transaction import transact

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
    moves = [Statement(_MOVE.format(mark(1), mark(2), mark(3)), [str(to), CURSOR, str(was)])]
    if was == 0:
        moves.insert(0, Statement(_BEGIN.format(marks(2)), [CURSOR, "0"]))
    if not (await run_all(moves))[-1]:
        raise CursorMoved(was)


_BEGIN = "INSERT INTO settings (name, value) VALUES ({}) ON CONFLICT (name) DO NOTHING"
_MOVE = "UPDATE settings SET value = {} WHERE name = {} AND value = {} RETURNING name"
