"""Gapless numbers, and small facts about the installation. Taking a number locks it until the transaction ends."""

from storage.database import connection
from storage.tables import Counter, Setting


async def take(name: str, count: int = 1) -> int:
    """Raises a counter by `count` and returns its new value; call it inside a transaction."""
    marks = ("$1", "$2") if connection().capabilities.dialect == "postgres" else ("?", "?")
    rows = await connection().execute_query_dict(
        f"INSERT INTO counters (name, value) VALUES ({marks[0]}, {marks[1]}) "  # noqa: S608 - only marks are put in
        "ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value",
        [name, count],
    )
    return int(rows[0]["value"])


async def current(name: str) -> int:
    row = await Counter.get_or_none(name=name)
    return row.value if row else 0


async def remember(name: str, value: str) -> None:
    await Setting.update_or_create(defaults={"value": value}, name=name)


async def recall(name: str) -> str | None:
    row = await Setting.get_or_none(name=name)
    return row.value if row else None
