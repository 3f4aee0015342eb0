"""Build an old database once, on SQLite or PostgreSQL, by raw inserts without indexes, and keep it for the next run."""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg

from bench.old.rows import NOW, TABLES, Builder, Rows
from bot.config import read_installation
from handlers.common.office import Office
from storage.database.database import close_database, open_database
from storage.database.schema import MIGRATIONS
from storage.tables import to_ms

ROOT = Path(__file__).parents[2]
POLICY = "INSERT INTO policies (id, name, digest, body, created_at) VALUES"
COUNTERS = "INSERT INTO counters (name, value) VALUES"


def office() -> Office:
    installation = read_installation(ROOT / "config.toml")
    return Office(installation.institution, installation.regime)


def kept(count: int) -> Path:
    """Return the directory in which a database of `count` matters, made by these very sources, is kept."""
    sources = [*sorted(MIGRATIONS.glob("0*.py")), Path(__file__), Path(__file__).with_name("rows.py")]
    fingerprint = hashlib.sha256(b"".join(one.name.encode() + one.read_bytes() for one in sources)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"huiyin-old-{count}-{fingerprint}"


async def sqlite(count: int) -> Path:
    """Return the file of the database, which is built if it is not there yet."""
    file = kept(count) / "old.db"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(f".{os.getpid()}")
        unfinished.unlink(missing_ok=True)
        await open_database(f"sqlite:///{unfinished}")
        await close_database()
        with closing(sqlite3.connect(unfinished)) as database:
            _fill_sqlite(database, Builder(office(), count))
        shutil.move(unfinished, file)
    return file


def _fill_sqlite(database: sqlite3.Connection, builder: Builder) -> None:
    database.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA foreign_keys = OFF")
    made = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    indexes = database.execute(made).fetchall()
    for name, _ in indexes:
        database.execute(f'DROP INDEX "{name}"')
    database.execute(f"{POLICY} (1, ?, ?, ?, ?)", _policy())
    for rows in builder.chunks():
        for name, table in TABLES.items():
            marks = ", ".join("?" * len(table.columns))
            columns = ", ".join(f'"{column}"' for column in table.columns)
            database.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", rows[name])
        database.commit()
    database.executemany(f"{COUNTERS} (?, ?)", _counters(builder))
    for _, statement in indexes:
        database.execute(statement)
    database.commit()
    database.execute("PRAGMA journal_mode = WAL")


def _policy() -> tuple[Any, ...]:
    made = office()
    return "standard", made.policy_digest, made.policy, to_ms(NOW)


def _counters(builder: Builder) -> Iterable[tuple[str, int]]:
    return ("incidents", builder.count), ("events", builder.events)


async def postgres(url: str, count: int) -> None:
    """Build the database on an empty PostgreSQL."""
    await open_database(url)
    await close_database()
    connection = await asyncpg.connect(url)
    try:
        await _fill_postgres(connection, Builder(office(), count))
    finally:
        await connection.close()


async def _fill_postgres(connection: Any, builder: Builder) -> None:
    await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    indexes = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN "
        "(SELECT conname FROM pg_constraint)"
    )
    for row in indexes:
        await connection.execute(f'DROP INDEX "{row["indexname"]}"')
    await connection.execute(f"{POLICY} (1, $1, $2, $3, $4)", *_policy())
    for rows in builder.chunks():
        await _copy(connection, rows)
    await connection.executemany(f"{COUNTERS} ($1, $2)", list(_counters(builder)))
    for row in indexes:
        await connection.execute(row["indexdef"])
    for name, table in TABLES.items():
        if "id" not in table.columns and name not in ("incidents", "last_words", "library_cases"):
            await connection.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), MAX(id)) FROM {name}")
    await connection.execute("SELECT setval(pg_get_serial_sequence('policies', 'id'), 1)")
    await connection.execute("VACUUM ANALYZE")


async def _copy(connection: Any, rows: Rows) -> None:
    for name, table in TABLES.items():
        await connection.copy_records_to_table(name, records=rows[name], columns=list(table.columns))
