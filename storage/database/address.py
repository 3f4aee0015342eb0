"""The address of the database: what it may say, as Tortoise's configuration, and as people may see it."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

APP = {
    "huiyin": {
        "models": ["storage.tables"],
        "migrations": "storage.migrations",
        "default_connection": "default",
    }
}
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_PASSWORD = re.compile(r"(?<=:)[^/]+(?=@)")


PATIENT_SECONDS = 15.0
"""How long a command waits for another process's lock on a SQLite file."""


def settings(url: str, synchronous: str = "full", lock_seconds: float = PATIENT_SECONDS) -> dict[str, Any]:
    """Return Tortoise's configuration for `sqlite:///path/to/file` or `postgres://user:password@host:port/name`.

    `synchronous` is SQLite's setting: with `full`, commits survive a power cut; with `normal`, only a process crash.
    `lock_seconds` is how long a statement waits there for another process's lock.
    `?sslmode=` is PostgreSQL's, with the words that it has there. Raise ValueError for any other address, with the
    remedy and without the password.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        credentials: dict[str, Any] = {
            "file_path": unquote(parts.path.removeprefix("/")),
            "synchronous": synchronous.upper(),
            "busy_timeout": round(lock_seconds * 1000),
        }
        return _of("storage.database.sqlite", credentials)
    if parts.scheme in {"postgres", "postgresql"}:
        return _of("storage.database.postgres", _postgres(url))
    raise ValueError(
        f"{shown(url)!r} is no database address: write sqlite:///var/huiyin.db or postgres://user:password@host/name"
    )


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite address; None for PostgreSQL."""
    parts = urlsplit(url)
    return Path(unquote(parts.path.removeprefix("/"))) if parts.scheme == "sqlite" else None


def shown(url: str) -> str:
    """Return the address as it may be printed and logged: without its password."""
    return _PASSWORD.sub("…", url)


def has_password(url: str) -> bool:
    """Return whether an address of PostgreSQL or Redis contains a password."""
    try:
        return bool(urlsplit(url).password)
    except ValueError:  # no address at all, as its own check says
        return False


def _of(engine: str, credentials: dict[str, Any]) -> dict[str, Any]:
    return {
        "connections": {"default": {"engine": engine, "credentials": credentials}},
        "apps": APP,
        "use_tz": True,
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if "," in parts.netloc:
        raise ValueError(f"{shown(url)!r} names several hosts: write one, the primary's or a proxy's")
    try:
        port = parts.port or 5432
    except ValueError as error:
        raise ValueError(f"{shown(url)!r} has no usable port: write postgres://user:password@host:5432/name") from error
    return {
        "host": unquote(parts.hostname or "localhost"),
        "port": port,
        "user": unquote(parts.username or "") or None,
        "password": unquote(parts.password or "") or None,
        "database": parts.path.lstrip("/"),
        "maxsize": 10,
        **_encryption(url, parts.query),
    }


def _encryption(url: str, query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    mode = options.pop("sslmode", None)
    if options:
        raise ValueError(f"{shown(url)!r}: {', '.join(options)} is not known here: only sslmode can stand behind the ?")
    if mode is None:
        return {}
    if mode not in SSL_MODES:
        raise ValueError(f'{shown(url)!r}: "{mode}" is no sslmode: write one of {", ".join(SSL_MODES)}')
    return {"ssl": mode}
