"""Tortoise engine for SQLite with several processes: each transaction takes the write lock when it begins.

Tortoise begins a deferred transaction, which fails with "database is locked" when two processes read and then write.
It also keeps its own lock for ever when a connection or a transaction cannot be opened, and leaves a transaction open
that could not be committed: here a fault leaves nothing behind. `storage.database.database` names this module as the
engine of the connection.
"""

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


class OpenedOrReleased(ConnectionWrapper[Any]):
    """The use of a connection, which gives the client's lock back if the file cannot be opened."""

    async def __aenter__(self) -> Any:
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        return self.connection


class BegunOrReleased(SqliteTransactionContext):
    """A transaction, which gives the client's lock back if it cannot be begun."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        begun: TransactionalDBClient = self.connection
        return begun


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
