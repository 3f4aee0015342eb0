"""Look at a PostgreSQL database before it is opened: refuse in words what cannot work; only one process migrates it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from storage.database.schema import CannotOpen

CONNECT_SECONDS = 10.0


@asynccontextmanager
async def looked_at(credentials: dict[str, Any]) -> AsyncIterator[list[str]]:
    """Yield the migrations that a database has; meanwhile no other process can look at it. Raise CannotOpen."""
    import asyncpg

    wanted = {name: value for name, value in credentials.items() if name != "maxsize"}
    place = f"{wanted['user'] or ''}@{wanted['host']}:{wanted['port']}/{wanted['database']}"
    try:
        connection = await asyncpg.connect(**wanted, timeout=CONNECT_SECONDS, statement_cache_size=0)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CannotOpen(
            f"PostgreSQL at {place} does not let us in ({str(error) or type(error).__name__}): start it, or correct "
            "[storage] database"
        ) from error
    try:
        if await _is_behind_a_pooler(connection, wanted):
            credentials["statement_cache_size"] = 0
        async with connection.transaction():  # a lock of the transaction also holds behind a pooler
            await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('huiyin migrations', 0))")
            yield await _applied(connection)
    finally:
        await connection.close(timeout=CONNECT_SECONDS)


async def _is_behind_a_pooler(connection: Any, wanted: dict[str, Any]) -> bool:
    """Return whether a pooler gives connections another server after each transaction, so that sessions keep nothing.

    It shows when two connections change their servers, or when one sees what the other has prepared.
    """
    import asyncpg

    other = await asyncpg.connect(**wanted, timeout=CONNECT_SECONDS, statement_cache_size=0)
    try:
        async with connection.transaction(), other.transaction():
            servers = [await one.fetchval(_SERVER) for one in (connection, other)]
        return servers != [await one.fetchval(_SERVER) for one in (connection, other)]
    finally:
        await other.close(timeout=CONNECT_SECONDS)


_SERVER = "SELECT pg_backend_pid()"


async def _applied(connection: Any) -> list[str]:
    if await connection.fetchval("SELECT to_regclass('tortoise_migrations')") is None:
        return []
    rows = await connection.fetch("SELECT name FROM tortoise_migrations WHERE app = 'huiyin'")
    return [row["name"] for row in rows]
