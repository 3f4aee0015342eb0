"""SQLite in the thread of the event loop, for stories: the way to a thread of its own costs more than most statements.

A statement is executed when it is asked for; its caller goes on in the next turn of the loop, as it would otherwise.
What waits for locks, or holds the loop up, is played with threads: `make test-long` plays all stories so, and every run
those in THREADED.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from aiosqlite import core

THREADED = ("test_in_threads.py", "test_main_loop.py", "test_conflict.py", "test_undo.py")
"""Stories that have SQLite in a thread of its own in every run, as the bot has."""
wanted = False
"""Whether connections that are opened now are to do without a thread."""
_with_thread = core.Connection.__init__


class _AtOnce:
    """Stands in for the queue of a connection's thread."""

    def put_nowait(self, job: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        future, function = job
        try:
            settle, outcome = core.set_result, function()
        except BaseException as error:
            settle, outcome = core.set_exception, error
        if future is not None:
            future.get_loop().call_soon(settle, future, outcome)


class _NoThread:
    def start(self) -> None:
        pass


def _opened(connection: core.Connection, *arguments: Any, **options: Any) -> None:
    _with_thread(connection, *arguments, **options)
    if wanted:
        connection._tx = _AtOnce()  # type: ignore[assignment]
        connection._thread = _NoThread()  # type: ignore[assignment]


core.Connection.__init__ = _opened  # type: ignore[method-assign]
