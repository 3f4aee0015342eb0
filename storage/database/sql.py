"""Marks for raw SQL that SQLite and PostgreSQL both read. Only marks are ever put into a statement, never values."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from msgspec import json

from storage.database.database import connection
from storage.tables import to_ms


def mark(number: int, cast: str = "") -> str:
    """The mark of parameter `number` (from 1); PostgreSQL wants the type where nothing else tells it."""
    return _mark(_dialect(), number, cast)


def marks(count: int, first: int = 1) -> str:
    """Marks of `count` parameters: "?1, ?2, ?3"."""
    return _marks(_dialect(), count, first)


def tuples(count: int, casts: tuple[str, ...]) -> str:
    """Marks of `count` rows of parameters, each with these types: "(?1, ?2), (?3, ?4)"."""
    return _tuples(_dialect(), count, casts)


def _dialect() -> str:
    return str(connection().capabilities.dialect)


def _mark(dialect: str, number: int, cast: str) -> str:
    if dialect == "postgres":
        return f"${number}::{cast}" if cast else f"${number}"
    return f"?{number}"


@lru_cache(maxsize=1024)
def _marks(dialect: str, count: int, first: int) -> str:
    return ", ".join(_mark(dialect, number, "") for number in range(first, first + count))


@lru_cache(maxsize=256)
def _tuples(dialect: str, count: int, casts: tuple[str, ...]) -> str:
    width = len(casts)
    rows = (", ".join(_mark(dialect, row * width + n, cast) for n, cast in enumerate(casts, 1)) for row in range(count))
    return ", ".join(f"({row})" for row in rows)


async def values(statement: str, values: Sequence[Any]) -> Sequence[Any]:
    """What a query finds: rows without their names, for the many: in the order of the statement's columns."""
    _, found = await connection().execute_query(statement, list(values))
    return found


async def insert(table: str, columns: Sequence[str], values: Iterable[Any]) -> None:
    """Adds many rows at once; an object per row would take longer than everything else together."""
    await connection().execute_many(_insert(table, tuple(columns), marks(len(columns))), list(values))


class Statement(NamedTuple):
    text: str
    values: Sequence[Any]


def adding(table: str, row: Mapping[str, Any], key: str = "id") -> Statement:
    """Adds one row and returns its key. Moments, lists and mappings are stored as the models store them."""
    columns = tuple(row)
    text = f"{_insert(table, columns, marks(len(columns)))} RETURNING {key}"
    return Statement(text, [_plain(value) for value in row.values()])


async def together(statements: Sequence[Statement]) -> list[Sequence[Any]]:
    """What each gives, rows to be read by name; where the database allows it in one trip.

    The first that fails ends it: those before it stand, unless the transaction is rolled back.
    """
    if not statements:
        return []
    at_once = getattr(connection(), "execute_all", None)
    if at_once is not None:
        found: list[Sequence[Any]] = await at_once(statements)
        return found
    return [await rows(*statement) for statement in statements]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_ms(value)
    return json.encode(value).decode() if isinstance(value, list | tuple | Mapping) else value


@cache
def _insert(table: str, columns: tuple[str, ...], marks: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names and marks


async def rows(statement: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    return await connection().execute_query_dict(statement, list(values))
