"""Marks for raw SQL that SQLite and PostgreSQL both read. Only marks are ever put into a statement, never values."""

from collections.abc import Sequence
from typing import Any

from storage.database import connection


def mark(number: int, cast: str = "") -> str:
    """The mark of parameter `number` (from 1); PostgreSQL wants the type where nothing else tells it."""
    if connection().capabilities.dialect == "postgres":
        return f"${number}::{cast}" if cast else f"${number}"
    return f"?{number}"


def marks(count: int, first: int = 1) -> str:
    return ", ".join(mark(number) for number in range(first, first + count))


async def rows(statement: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    return await connection().execute_query_dict(statement, list(values))
