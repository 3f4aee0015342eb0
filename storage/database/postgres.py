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

from storage.database.postgres_server import Serving, serving
from storage.database.postgres_session import IN_TRANSACTION, keep_alive, set_local


class PooledTransaction(TransactionContextPooled):
    """A transaction, whose connection goes back to the pool if it cannot be begun. It ends if its process freezes."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        parent: Any = self.client._parent
        pool = parent._pool
        self.client._connection = await pool.acquire()
        try:
            await self.client.begin()
            if parent.asks_in_transactions:
                await self.client._connection.execute(set_local(IN_TRANSACTION.items()))
        except BaseException:
            await pool.release(self.client._connection)
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client


COMMAND_SECONDS = 60.0
"""The most seconds for one statement: a server that hangs is away, as one that is gone. Migrations may take longer."""


class PooledClient(AsyncpgDBClient):
    """`asks_in_transactions` says that each transaction makes its settings, as a pooler takes none."""

    asks_in_transactions = False

    async def create_pool(self, **options: Any) -> Any:
        options = {"command_timeout": COMMAND_SECONDS, "init": keep_alive, **options}
        found: Serving = await serving(options)
        if found.pooled:
            options["statement_cache_size"] = 0
        if options["command_timeout"] is not None:  # migrations wait for locks as long as it takes
            self.asks_in_transactions = found.pooled
            options["server_settings"] = {**options.get("server_settings", {}), **found.settings}
        return await super().create_pool(**options)

    def _in_transaction(self) -> TransactionContext:
        return PooledTransaction(TransactionWrapper(self), self._pool_init_lock)


client_class = PooledClient


def get_client_class(_db_info: dict[str, Any]) -> type[PooledClient]:
    return PooledClient
