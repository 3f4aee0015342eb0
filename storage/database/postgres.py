"""Tortoise engine for PostgreSQL, loaded when an address names PostgreSQL.

Tortoise takes a connection out of the pool and forgets it when a transaction cannot be begun on it: ten lost
connections would stop the bot. Here the connection goes back. `storage.database.database` names this module.
"""

from contextlib import suppress
from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    PoolConnectionWrapper,
    TransactionalDBClient,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import get_connections


class PooledTransaction(TransactionContextPooled):
    """A transaction, whose connection goes back to the pool if it cannot be begun."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        pool = self.client._parent._pool
        self.client._connection = await pool.acquire()
        try:
            await self.client.begin()
        except BaseException:
            await pool.release(self.client._connection)
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client


CACHE = "statement_cache_size"
"""The option of a connection that is 0 behind a pooler, which may change the server after each transaction."""


class OneTransaction(PoolConnectionWrapper[Any]):
    """The use of a connection behind a pooler, for one statement: a transaction keeps it on one server.

    Without that the pooler may hand on a statement to be prepared on one server and to be executed on another.
    """

    __slots__ = ("_begun",)

    async def __aenter__(self) -> Any:
        connection = await super().__aenter__()
        self._begun = connection.transaction()
        try:
            await self._begun.start()
        except BaseException:
            await self.client._pool.release(connection)
            raise
        return connection

    async def __aexit__(self, *raised: Any) -> None:
        try:
            if raised[0] is None:
                await self._begun.commit()
            else:
                with suppress(Exception):  # the first error says what is wrong
                    await self._begun.rollback()
        finally:
            await super().__aexit__(*raised)


COMMAND_SECONDS = 60.0
"""The most seconds for one statement: a server that hangs is away, as one that is gone. Migrations may take longer."""


class PooledClient(AsyncpgDBClient):
    async def create_pool(self, **options: Any) -> Any:
        return await super().create_pool(**{"command_timeout": COMMAND_SECONDS, **options})

    def acquire_connection(self) -> Any:
        """Return the use of a connection outside a transaction."""
        pooled = self.extra.get(CACHE) == 0
        return OneTransaction(self, self._pool_init_lock) if pooled else super().acquire_connection()

    def _in_transaction(self) -> TransactionContext:
        return PooledTransaction(TransactionWrapper(self), self._pool_init_lock)


client_class = PooledClient


def get_client_class(_db_info: dict[str, Any]) -> type[PooledClient]:
    return PooledClient
