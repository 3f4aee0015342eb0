"""Tortoise engine for PostgreSQL, loaded when an address names PostgreSQL.

Tortoise takes a connection out of the pool and forgets it when a transaction cannot be begun on it: ten lost
connections would stop the bot. Here the connection goes back. `storage.database.address` names this module.

A pooler such as PgBouncer may give each transaction another connection of the server. Nothing may be left on one then:
behind a pooler no statement stays prepared.
"""

from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections

from storage.database.postgres_server import goes_through_pooler


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


COMMAND_SECONDS = 60.0
"""The most seconds for one statement: a server that hangs is away, as one that is gone. Migrations may take longer."""


class PooledClient(AsyncpgDBClient):
    async def create_pool(self, **options: Any) -> Any:
        stateless = {"statement_cache_size": 0} if await goes_through_pooler(options) else {}
        return await super().create_pool(**{"command_timeout": COMMAND_SECONDS, **options, **stateless})

    def _in_transaction(self) -> TransactionContext:
        return PooledTransaction(TransactionWrapper(self), self._pool_init_lock)


client_class = PooledClient


def get_client_class(_db_info: dict[str, Any]) -> type[PooledClient]:
    return PooledClient
