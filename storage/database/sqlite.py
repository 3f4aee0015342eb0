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

from tortoise.backends.base.client import ConnectionWrapper, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
    translate_exceptions,
)
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

from storage.database.faults import WAITED


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
        await super().__aexit__(exc_type, exc_val, exc_tb)


class BegunOrReleased(SqliteTransactionContext):
    """A transaction, which gives the client's lock back if it cannot be begun."""

    async def __aenter__(self) -> TransactionalDBClient:
        began = _now()
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException as error:
            self._trxlock.release()
            _note_wait(error, began)
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


class BatchClient(SqliteClient):
    """A client with a call for several statements: a call to the connection's thread costs more than most of them."""

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        return OpenedOrReleased(self._lock, self)

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
