"""Look at a PostgreSQL database before it is opened: refuse in words what cannot work; only one process migrates it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from storage.database.postgres_session import IN_TRANSACTION, OF_CONNECTION, accepted
from storage.database.schema import CannotOpen, MayOpenLater

CONNECT_SECONDS = 10.0
CONNECTION_OPTIONS = ("host", "port", "user", "password", "database", "ssl")


@asynccontextmanager
async def looked_at(credentials: dict[str, Any]) -> AsyncIterator[list[str]]:
    """Yield the migrations that a database has; meanwhile no other process can look at it. Raise CannotOpen."""
    import asyncpg

    wanted = {name: value for name, value in credentials.items() if name != "maxsize"}
    place = f"{wanted['user'] or ''}@{wanted['host']}:{wanted['port']}/{wanted['database']}"
    try:
        connection = await asyncpg.connect(**wanted, timeout=CONNECT_SECONDS, statement_cache_size=0)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise (MayOpenLater if _is_not_up(error) else CannotOpen)(
            f"PostgreSQL at {place} does not let us in ({str(error) or type(error).__name__}): start it, or correct "
            "[storage] database"
        ) from error
    transaction = connection.transaction()
    try:
        await _begin(transaction, place)
        # a lock of the transaction also holds behind a pooler
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('huiyin migrations', 0))")
        await _must_take_any_character(connection, place)
        yield await _applied(connection)
        await transaction.commit()
    finally:
        await connection.close(timeout=CONNECT_SECONDS)


def _is_not_up(error: BaseException) -> bool:
    """Return whether the server is not there, starts or stops, or has no place left: a matter of time."""
    state = getattr(error, "sqlstate", None)
    return state[:2] in ("08", "53", "57") if isinstance(state, str) else isinstance(error, OSError | TimeoutError)


async def _begin(transaction: Any, place: str) -> None:
    import asyncpg

    try:
        await transaction.start()
    except asyncpg.PostgresError as error:
        if "transaction blocks not allowed" not in str(error):
            raise
        raise CannotOpen(
            f"the pooler at {place} allows no transactions: set its pool_mode to transaction or session, or name "
            "PostgreSQL itself in [storage] database"
        ) from error


async def _must_take_any_character(connection: Any, place: str) -> None:
    """Raise CannotOpen for a database that is not in UTF-8: it would refuse public posts one by one."""
    encoding = await connection.fetchval("SELECT current_setting('server_encoding')")
    if encoding != "UTF8":
        raise CannotOpen(
            f"the database at {place} keeps texts as {encoding}, which has no place for every character: make another "
            "one with createdb --encoding UTF8 --template template0, and name it in [storage] database"
        )


class Serving(NamedTuple):
    """Who serves a pool: `pooled` says a pooler; `settings` are those that each connection asks for at its start."""

    pooled: bool
    settings: Mapping[str, str]


async def serving(options: Mapping[str, Any]) -> Serving:
    """Return who serves these options of a pool. A pooler does not tell whose process will serve us."""
    import asyncpg

    wanted = {name: options[name] for name in CONNECTION_OPTIONS if name in options}
    connection = await asyncpg.connect(**wanted, timeout=CONNECT_SECONDS, statement_cache_size=0)
    try:
        async with connection.transaction():
            process = await connection.fetchval("SELECT pg_backend_pid()")
        if connection.get_server_pid() != process:
            return Serving(pooled=True, settings={})
        return Serving(pooled=False, settings=await accepted(connection, {**IN_TRANSACTION, **OF_CONNECTION}))
    finally:
        await connection.close(timeout=CONNECT_SECONDS)


async def _applied(connection: Any) -> list[str]:
    if await connection.fetchval("SELECT to_regclass('tortoise_migrations')") is None:
        return []
    rows = await connection.fetch("SELECT name FROM tortoise_migrations WHERE app = 'huiyin'")
    return [row["name"] for row in rows]
