"""Raw SQL for SQLite and PostgreSQL. Statements contain parameter marks only, never values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar

from msgspec import json
from tortoise.context import TortoiseContext, require_context
from tortoise.models import Model

from storage.database.database import connection
from storage.tables import to_ms

M = TypeVar("M", bound=Model)
_Readers = Sequence[tuple[str, Callable[[Any], Any]]]


def mark(number: int, cast: str = "") -> str:
    """Return the mark of parameter `number` (from 1). PostgreSQL needs a cast where the type is not evident."""
    return _mark(_dialect(), number, cast)


def marks(count: int, first: int = 1) -> str:
    """Return the marks of `count` parameters: "?1, ?2, ?3"."""
    return _marks(_dialect(), count, first)


def tuples(count: int, casts: tuple[str, ...]) -> str:
    """Return the marks of `count` rows of parameters with these types: "(?1, ?2), (?3, ?4)"."""
    return _tuples(_dialect(), count, casts)


def _dialect() -> str:
    return _dialect_in(require_context())


@lru_cache(maxsize=8)
def _dialect_in(_context: TortoiseContext) -> str:
    """Return the dialect of the database that is open; it is asked for once for each."""
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
    """Return a query's rows as tuples in the order of its columns: faster than `rows` for many of them."""
    _, found = await connection().execute_query(statement, list(values))
    return found


async def insert(table: str, columns: Sequence[str], values: Iterable[Any]) -> None:
    """Insert many rows at once, without the cost of a model object for each."""
    await connection().execute_many(_insert(table, tuple(columns), marks(len(columns))), list(values))


class Statement(NamedTuple):
    text: str
    values: Sequence[Any]


def insert_statement(table: str, row: Mapping[str, Any], key: str = "id") -> Statement:
    """Build the statement that inserts one row and returns its key. Values are encoded as the models encode them."""
    columns = tuple(row)
    text = f"{_insert(table, columns, marks(len(columns)))} RETURNING {key}"
    return Statement(text, [_plain(value) for value in row.values()])


def update_statement(model: type[Model], changes: Mapping[str, Any], where: Mapping[str, Any], key: str) -> Statement:
    """Build the statement that changes the rows that have the values of `where` and returns `key` of each.

    Values are checked and encoded as the model does it.
    """
    columns = _update(_dialect(), model._meta.db_table, tuple(changes), tuple(where))
    fields = model._meta.fields_map
    values = [fields[name].to_db_value(value, model) for name, value in (*changes.items(), *where.items())]
    return Statement(f"{columns} RETURNING {key}", values)


@lru_cache(maxsize=1024)
def _update(dialect: str, table: str, changes: tuple[str, ...], where: tuple[str, ...]) -> str:
    changed = ", ".join(f"{name} = {_mark(dialect, n, '')}" for n, name in enumerate(changes, 1))
    which = " AND ".join(f"{name} = {_mark(dialect, n, '')}" for n, name in enumerate(where, len(changes) + 1))
    return f"UPDATE {table} SET {changed} WHERE {which}"  # noqa: S608 - our own names and marks


async def run_all(statements: Sequence[Statement]) -> list[Sequence[Any]]:
    """Execute statements and return the rows of each, readable by name; on SQLite in one round trip.

    The first failure ends it: the statements before it remain, unless the transaction is rolled back.
    """
    if not statements:
        return []
    at_once = getattr(connection(), "execute_all", None)
    if at_once is not None:
        found: list[Sequence[Any]] = await at_once(statements)
        return found
    return [await rows(*statement) for statement in statements]


def models(model: type[M], rows: Iterable[Mapping[str, Any]]) -> list[M]:
    """Return rows with all columns of the model's table as its objects, as a query would, in half the time."""
    meta = model._meta
    read = [(name, field.to_python_value) for name, _, field in meta.db_complex_fields]
    read += [(name, field.field_type) for name, _, field in meta.db_default_fields]
    state = {
        "_partial": False,
        "_saved_in_db": True,
        "_custom_generated_pk": meta.db_pk_column not in meta.generated_db_fields,
    }
    return [_model(model, dict(row), read, state) for row in rows]


def _model(model: type[M], row: dict[str, Any], read: _Readers, state: Mapping[str, Any]) -> M:
    for name, reader in read:
        if row[name] is not None:
            row[name] = reader(row[name])
    one = model.__new__(model)
    one.__dict__.update(row, **state, _await_when_save={})
    return one


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_ms(value)
    return json.encode(value).decode() if isinstance(value, list | tuple | Mapping) else value


@cache
def _insert(table: str, columns: tuple[str, ...], marks: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names and marks


async def rows(statement: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    """Return a query's rows by column name."""
    return await connection().execute_query_dict(statement, list(values))
