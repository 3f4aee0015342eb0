"""Tortoise engine for SQLite with several processes: each transaction takes the write lock when it begins.

Tortoise begins a deferred transaction, which fails with "database is locked" when two processes read and then write.
It also keeps its own lock for ever when a connection or a transaction cannot be opened, and leaves a transaction open
that could not be committed: here a fault leaves nothing behind. `storage.database.database` names this module as the
engine of the connection.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Any

import aiosqlite
from tortoise.backends.base.client import ConnectionWrapper, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
    translate_exceptions,
)
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

from storage.database.faults import WAITED, result_code

SHORT_MS = 100
"""How long a statement waits for a lock after one has waited in vain."""


class OpenedOrReleased(ConnectionWrapper[Any]):
    """The use of a connection, which gives the client's lock back if the file cannot be opened."""

    __slots__ = ("_began",)

    async def __aenter__(self) -> Any:
        self._began = _now()
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        return self.connection

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        _note_wait(exc_val, self._began)
        try:
            await _expect_less(self.client, exc_val)
        finally:
            await super().__aexit__(exc_type, exc_val, exc_tb)


class BegunOrReleased(SqliteTransactionContext):
    """A transaction, which gives the client's lock back if it cannot be begun."""

    async def __aenter__(self) -> TransactionalDBClient:
        began = _now()
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
            await _expect_more(self.connection)
        except BaseException as error:
            try:
                _note_wait(error, began)
                await _expect_less(self.connection, error)
            finally:
                self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        begun: TransactionalDBClient = self.connection
        return begun


def _now() -> float:
    return asyncio.get_running_loop().time()


def _note_wait(error: BaseException | None, began: float) -> None:
    """Note on an error how long the work had waited, for this connection or for another process's lock."""
    if isinstance(error, sqlite3.Error | TransactionManagementError):
        setattr(error, WAITED, _now() - began)


async def _expect_less(client: Any, error: BaseException | None) -> None:
    """After a wait for a lock in vain let each statement wait for a moment only, until one gets the lock.

    All that waits for this connection waits behind it, what only reads as well.
    """
    root = _root(client)
    if root.waits_long and isinstance(error, Exception) and result_code(error) == sqlite3.SQLITE_BUSY:
        root.waits_long = False
        await _wait_for_locks(root, SHORT_MS)


async def _expect_more(client: Any) -> None:
    root = _root(client)
    if not root.waits_long:
        root.waits_long = True
        await _wait_for_locks(root, root.pragmas["busy_timeout"])


def _root(client: Any) -> Any:
    return getattr(client, "_parent", client)


async def _wait_for_locks(root: Any, milliseconds: int) -> None:
    if root._connection is None:  # it could not be opened, and will be with what it is told then
        return
    cursor = await root._connection.execute(f"PRAGMA busy_timeout = {milliseconds:d}")
    await cursor.close()


class BatchClient(SqliteClient):
    """A client with a call for several statements: a call to the connection's thread costs more than most of them."""

    waits_long = True
    """Whether a statement waits for another process's lock as long as it was told to, as none has waited in vain."""

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        return OpenedOrReleased(self._lock, self)

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002 - as every client's
        """Open the file and set what it needs in one call."""
        if self._connection is None:
            opened: Any = await aiosqlite.connect(self.filename, isolation_level=None)
            self._connection = opened
            opened._conn.row_factory = sqlite3.Row
            wanted = [(f"PRAGMA {name}={value}", ()) for name, value in self.pragmas.items()]
            await opened._execute(_all, opened._conn, wanted)
            await self._post_connect()

    @translate_exceptions
    async def execute_all(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> list[list[sqlite3.Row]]:
        """Execute the statements in order and return the rows of each. The first failure ends it."""
        async with self.acquire_connection() as connection:
            found: list[list[sqlite3.Row]] = await connection._execute(_all, connection._conn, statements)
            return found


def _all(connection: sqlite3.Connection, statements: Sequence[tuple[str, Sequence[Any]]]) -> list[list[sqlite3.Row]]:
    return [connection.execute(text, values).fetchall() for text, values in statements]


class ImmediateTransaction(SqliteTransactionWrapper, BatchClient):
    async def begin(self) -> None:
        """Begin, after rolling back what a fault left open."""
        try:
            if self._connection.in_transaction:
                await self._connection.rollback()
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error

    async def commit(self) -> None:
        """Commit; a transaction that cannot be committed is rolled back, so that the next one can begin."""
        try:
            await super().commit()
        except sqlite3.Error:
            await self._connection.rollback()
            raise


class ImmediateClient(BatchClient):
    def _in_transaction(self) -> TransactionContext:
        return BegunOrReleased(ImmediateTransaction(self), self._lock)


client_class = ImmediateClient


def get_client_class(_db_info: dict[str, Any]) -> type[ImmediateClient]:
    return ImmediateClient
