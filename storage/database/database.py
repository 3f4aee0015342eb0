"""Open, migrate and close the database that `[storage]` names: SQLite by default, or PostgreSQL."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from tortoise import Tortoise, connections
from tortoise.backends.base.client import BaseDBAsyncClient

from storage.database import in_place
from storage.database.address import PATIENT_SECONDS, settings, sqlite_file
from storage.database.postgres_server import looked_at as postgres_looked_at
from storage.database.schema import CannotOpen, missing
from storage.database.sqlite_file import looked_at as sqlite_looked_at


async def open_database(
    url: str, *, synchronous: str = "full", may_migrate: bool = True, lock_seconds: float = PATIENT_SECONDS
) -> None:
    """Open the database at its newest schema: make or migrate it if need be, while other processes wait.

    `lock_seconds` is how long a statement waits for another process's lock on a SQLite file.

    Raise CannotOpen with the remedy if it cannot be reached, written or understood, if its schema is of a newer
    version, or of an older one that must not be migrated.
    """
    try:
        config = settings(url, synchronous, lock_seconds)
    except ValueError as error:
        raise CannotOpen(str(error)) from error
    async with _looked_at(url, config, may_migrate=may_migrate) as applied:
        if missing(applied, may_migrate=may_migrate):
            await _bring_up(_patient(config), from_nothing=not applied)
    await Tortoise.init(config=config, _enable_global_fallback=True)
    in_place.note(sqlite_file(url))


async def _bring_up(config: dict[str, Any], *, from_nothing: bool) -> None:
    from storage.database.making import make_newest
    from storage.database.migrating import bring_up

    try:
        await (make_newest if from_nothing else bring_up)(config)
    finally:
        await Tortoise.close_connections()


def _looked_at(url: str, config: dict[str, Any], *, may_migrate: bool) -> AbstractAsyncContextManager[list[str]]:
    file = sqlite_file(url)
    if file is not None:
        return sqlite_looked_at(file, may_migrate=may_migrate)
    return postgres_looked_at(config["connections"]["default"]["credentials"])


def _patient(config: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration for migrations, which may take as long as they need on PostgreSQL."""
    one = config["connections"]["default"]
    on_postgres = one["engine"] == "storage.database.postgres"
    patience = {"command_timeout": None} if on_postgres else {"busy_timeout": round(PATIENT_SECONDS * 1000)}
    patient = {**one, "credentials": {**one["credentials"], **patience}}
    return {**config, "connections": {"default": patient}}


async def close_database() -> None:
    in_place.note(None)
    await Tortoise.close_connections()


def connection() -> BaseDBAsyncClient:
    """Return the running transaction's connection, or the pool outside a transaction."""
    current: BaseDBAsyncClient = connections.get("default")
    return current
