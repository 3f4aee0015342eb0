"""The one way to write: a transaction in a task of its own, so that cancelling the caller cannot block the database.

A task that is cancelled while Tortoise enters a transaction never releases its lock. Here the work is shielded and runs
to its end before the cancellation is passed on, however often the caller is cancelled.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar, cast

from tortoise.exceptions import TransactionManagementError
from tortoise.transactions import in_transaction  # noqa: TID251

from storage.database.database import connection

T = TypeVar("T")


async def transact(work: Callable[[], Awaitable[T]]) -> T:
    """Run `work` in one transaction: commit when it returns, roll back when it raises."""
    return await uninterrupted(_run(work))


class NotInTime(TransactionManagementError):
    """Work was given up, before its commit if it writes, because storage made it wait: nothing of it is stored."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"given up after {seconds:g} s")
        self.waited_seconds = seconds


class OutcomeUnknown(TransactionManagementError):
    """A commit began and its answer did not come: what it stores may be stored, now or a moment later."""


COMMIT_SECONDS = 0.5
"""How long a commit that has begun is waited for when the time is over."""


async def transact_within(seconds: float, work: Callable[[], Awaitable[T]]) -> T:
    """Run `work` in one transaction that begins its commit within so many seconds, or never does: then NotInTime.

    Its caller can say in time, and truly, that nothing was stored. A cancelled caller gives it up as well. Raise
    OutcomeUnknown if a commit began and it cannot be told how it ended.
    """
    begun, given_up = False, False

    async def in_time() -> T:
        nonlocal begun
        found = None if given_up else await work()
        if given_up:
            raise NotInTime(seconds)
        begun = True
        return cast(T, found)

    task = asyncio.ensure_future(_run(in_time))
    task.add_done_callback(_forget_error)
    try:
        done, _ = await asyncio.wait([task], timeout=seconds)
    except asyncio.CancelledError:
        given_up = True
        raise
    if not done and not begun:
        given_up = True
        raise NotInTime(seconds)
    if not done:
        done, _ = await asyncio.wait([task], timeout=COMMIT_SECONDS)
    if not done:
        raise OutcomeUnknown(f"no answer to a commit after {seconds + COMMIT_SECONDS:g} s")
    error = task.exception()
    if begun and error is not None and _is_remote():
        raise OutcomeUnknown(error) from error
    return task.result()


def _is_remote() -> bool:
    """Return whether the database is a server: SQLite knows itself how a commit ended, and undoes one that failed."""
    return str(connection().capabilities.dialect) == "postgres"


@asynccontextmanager
async def read_within(seconds: float) -> AsyncIterator[None]:
    """Give what only reads up after so many seconds: raise NotInTime."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise NotInTime(seconds) from error


def _forget_error(task: asyncio.Task[T]) -> None:
    """Take the error of a task that nobody may wait for any more."""
    if not task.cancelled():
        task.exception()


async def uninterrupted(work: Awaitable[T]) -> T:
    """Do work in a task of its own, to its end however often the caller is cancelled; only then raise that."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise


async def exclude_others(name: str) -> None:
    """Wait, in a transaction, until no other one holds this name, and hold it until the end.

    What is read afterwards is what the others have committed. On SQLite a transaction excludes all others anyway.
    """
    if connection().capabilities.dialect == "postgres":
        await connection().execute_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [name])


async def claim_exclusively(
    name: str, claim: Callable[[], Awaitable[T]], give_back: Callable[[T], Awaitable[object]]
) -> T:
    """Claim rows in a transaction that excludes, in all processes, any other of the same name.

    `claim` must be a single statement: SQLite, with its one writer at a time, runs it without a lock. If the caller is
    cancelled meanwhile, what was claimed is given back; while storage is away, its lease has to run out.
    """
    claiming = asyncio.ensure_future(_exclusively(name, claim))
    try:
        return await uninterrupted(claiming)
    except asyncio.CancelledError:
        if not claiming.cancelled() and claiming.exception() is None:
            with suppress(Exception):
                await uninterrupted(give_back(claiming.result()))
        raise


async def _exclusively(name: str, work: Callable[[], Awaitable[T]]) -> T:
    if connection().capabilities.dialect != "postgres":
        return await work()

    async def alone() -> T:
        await exclude_others(name)
        return await work()

    return await transact(alone)


async def _run(work: Callable[[], Awaitable[T]]) -> T:
    async with in_transaction("default"):
        return await work()
