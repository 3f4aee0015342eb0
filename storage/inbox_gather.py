"""Group commit for the inbox: messages that arrive together are stored in one transaction.

A commit costs the same for a hundred messages as for one. Messages that arrive during a commit are collected for the
next one, and each caller waits only for its own commit. A message that cannot be stored fails alone; if the database
is away, all of them fail together, and their platforms deliver them again.
"""

import asyncio
from collections.abc import Sequence
from contextvars import Context
from typing import NamedTuple
from weakref import WeakKeyDictionary

from storage.database import sql
from storage.database.faults import is_away
from storage.database.transaction import OutcomeUnknown, transact_within

InboxRow = tuple[str, str, str, int, str | None, str | None]
"""Channel, the platform's message id, body, time of receipt in ms, conversation, sender."""

AT_ONCE = 200
LOOK_SECONDS = 0.5
"""How long a lost row is looked for at least."""
_STORE = """
INSERT INTO inbox (channel, message, body, received_at, conversation, sender, state) VALUES {rows}
ON CONFLICT (channel, message) DO NOTHING RETURNING id, channel, message
"""
_FIND = "SELECT id FROM inbox WHERE channel = {channel} AND message = {message}"
_TYPES = ("varchar", "varchar", "text", "bigint", "varchar", "varchar", "varchar")


class _Waiting(NamedTuple):
    row: InboxRow
    stored: asyncio.Future[int | None]


class _Writer:
    """A writer that runs one commit after the other, each with the messages that arrived during the one before."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def put(self, row: InboxRow) -> int | None:
        loop = asyncio.get_running_loop()
        waiting = _Waiting(row, loop.create_future())
        self._waiting.append(waiting)
        if self._task is None:
            # In a new context: the first caller's context may contain a transaction of its own.
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


async def store_row(row: InboxRow) -> int | None:
    """Store a row and return its id, or None if there already is one with this channel and message."""
    loop = asyncio.get_running_loop()
    writer = _writers.get(loop) or _writers.setdefault(loop, _Writer())
    return await writer.put(row)


async def store_within(seconds: float, row: InboxRow) -> int | None:
    """Store a row by itself, within so many seconds or never; return as `store_row` does. Raise NotInTime.

    If the answer to the commit is lost, the row is stored again, which finds it if it is there and waits for who still
    stores it. Raise OutcomeUnknown if that tells nothing in the rest of the time.
    """
    loop = asyncio.get_running_loop()
    ends = loop.time() + seconds
    try:
        return (await transact_within(seconds, lambda: _store([row]))).get(row[:2])
    except OutcomeUnknown as error:
        rest = max(ends - loop.time(), LOOK_SECONDS)
        try:
            return await transact_within(rest, lambda: _stored(row))
        except Exception:
            raise error from error.__cause__


async def _stored(row: InboxRow) -> int:
    """Store a row unless it is there; return its id."""
    if id := (await _store([row])).get(row[:2]):
        return id
    found = await sql.rows(_FIND.format(channel=sql.mark(1), message=sql.mark(2)), row[:2])
    return int(found[0]["id"])


async def _commit(batch: Sequence[_Waiting]) -> None:
    try:
        ids = await _store([waiting.row for waiting in batch])
    except Exception as error:
        if len(batch) > 1 and not is_away(error):
            for waiting in batch:
                await _commit([waiting])
            return
        for waiting in batch:
            if not waiting.stored.done():
                waiting.stored.set_exception(error)
        return
    for waiting in batch:
        id = ids.pop(waiting.row[:2], None)  # of two equal messages in a batch the first was stored
        if not waiting.stored.done():
            waiting.stored.set_result(id)


async def _store(rows: Sequence[InboxRow]) -> dict[tuple[str, str], int]:
    values = [value for row in rows for value in (*row, "new")]
    found = await sql.rows(_STORE.format(rows=sql.tuples(len(rows), _TYPES)), values)
    return {(row["channel"], row["message"]): row["id"] for row in found}
