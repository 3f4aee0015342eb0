"""Tortoise engine for SQLite with several processes: each transaction takes the write lock when it begins.

Tortoise begins a deferred transaction, which fails with "database is locked" when two processes read and then write.
`storage.database.database` names this module as the engine of the connection.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
    translate_exceptions,
)
from tortoise.exceptions import TransactionManagementError


class BatchClient(SqliteClient):
    """A client with a call for several statements: a call to the connection's thread costs more than most of them."""

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
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error


class ImmediateClient(BatchClient):
    def _in_transaction(self) -> TransactionContext:
        return SqliteTransactionContext(ImmediateTransaction(self), self._lock)


client_class = ImmediateClient


def get_client_class(_db_info: dict[str, Any]) -> type[ImmediateClient]:
    return ImmediateClient
