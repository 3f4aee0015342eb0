"""Open, migrate and close the database that `[storage]` names: SQLite by default, or PostgreSQL."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tortoise import Tortoise, connections
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations.api import migrate as run_migrations

APP = {
    "huiyin": {
        "models": ["storage.tables"],
        "migrations": "storage.migrations",
        "default_connection": "default",
    }
}


def settings(url: str, synchronous: str = "full") -> dict[str, Any]:
    """Return Tortoise's configuration for `sqlite:///path/to/file` or `postgres://user:password@host:port/name`.

    `synchronous` is SQLite's setting: with `full`, commits survive a power cut; with `normal`, only a process crash.
    Raise ValueError for any other address.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        credentials: dict[str, Any] = {
            "file_path": unquote(parts.path.removeprefix("/")),
            "synchronous": synchronous.upper(),
            "busy_timeout": 15000,
        }
        return _of("storage.database.sqlite", credentials)
    if parts.scheme in {"postgres", "postgresql"}:
        return _of("storage.database.postgres", _postgres(parts))
    raise ValueError(
        f"{url!r} is no database address: write sqlite:///var/huiyin.db or postgres://user:password@host/name"
    )


def _of(engine: str, credentials: dict[str, Any]) -> dict[str, Any]:
    return {
        "connections": {"default": {"engine": engine, "credentials": credentials}},
        "apps": APP,
        "use_tz": True,
    }


def _postgres(parts: Any) -> dict[str, Any]:
    return {
        "host": unquote(parts.hostname or "localhost"),
        "port": parts.port or 5432,
        "user": unquote(parts.username or "") or None,
        "password": unquote(parts.password or "") or None,
        "database": parts.path.lstrip("/"),
        "maxsize": 10,
    }


async def open_database(url: str, *, synchronous: str = "full") -> None:
    """Open the database and migrate its schema."""
    config = settings(url, synchronous)
    file = config["connections"]["default"]["credentials"].get("file_path")
    if file:
        Path(file).resolve().parent.mkdir(parents=True, exist_ok=True)
    try:
        await run_migrations(config=config)
    finally:
        await Tortoise.close_connections()
    await Tortoise.init(config=config, _enable_global_fallback=True)


async def close_database() -> None:
    await Tortoise.close_connections()


def connection() -> BaseDBAsyncClient:
    """Return the running transaction's connection, or the pool outside a transaction."""
    current: BaseDBAsyncClient = connections.get("default")
    return current
