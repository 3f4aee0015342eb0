"""Messages that arrive at the same time are stored in one transaction: a commit costs as much for a hundred as for one.

While a commit runs, what arrives gathers for the next one; nobody waits for anything but their own commit. A message
that cannot be stored fails alone.
"""

import asyncio
from collections.abc import Sequence
from contextvars import Context
from typing import NamedTuple
from weakref import WeakKeyDictionary

from storage.database import sql

InboxRow = tuple[str, str, str, int]
"""Channel, the platform's message id, body, when it was received in ms."""

AT_ONCE = 200
_STORE = """
INSERT INTO inbox (channel, message, body, received_at, state) VALUES {rows}
ON CONFLICT (channel, message) DO NOTHING RETURNING id, channel, message
"""
_TYPES = ("varchar", "varchar", "text", "bigint", "varchar")


class _Waiting(NamedTuple):
    row: InboxRow
    stored: asyncio.Future[int | None]


class _Writer:
    """Commits one after the other, each with what has gathered during the one before."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def put(self, row: InboxRow) -> int | None:
        loop = asyncio.get_running_loop()
        waiting = _Waiting(row, loop.create_future())
        self._waiting.append(waiting)
        if self._task is None:
            # In a context of its own: the first caller's may hold a transaction that is none of ours.
            self._task = loop.create_task(self._write(), context=Context())
        return await waiting.stored

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
                await _commit(batch)
        finally:
            self._task = None


_writers: WeakKeyDictionary[asyncio.AbstractEventLoop, _Writer] = WeakKeyDictionary()


async def gathered(row: InboxRow) -> int | None:
    """The id of the stored row, or None when there is one with this channel and message already."""
    loop = asyncio.get_running_loop()
    writer = _writers.get(loop) or _writers.setdefault(loop, _Writer())
    return await writer.put(row)


async def _commit(batch: Sequence[_Waiting]) -> None:
    try:
        ids = await _store([waiting.row for waiting in batch])
    except Exception as error:
        if len(batch) > 1:
            for waiting in batch:
                await _commit([waiting])
        elif not batch[0].stored.done():
            batch[0].stored.set_exception(error)
        return
    for waiting in batch:
        id = ids.pop(waiting.row[:2], None)  # of two alike in one batch the first is the one that was stored
        if not waiting.stored.done():
            waiting.stored.set_result(id)


async def _store(rows: Sequence[InboxRow]) -> dict[tuple[str, str], int]:
    values = [value for row in rows for value in (*row, "new")]
    found = await sql.rows(_STORE.format(rows=sql.tuples(len(rows), _TYPES)), values)
    return {(row["channel"], row["message"]): row["id"] for row in found}
