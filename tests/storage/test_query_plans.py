"""Nothing that a person or a timer waits for grows with the history: the paths of `make bench-old`, on short histories.

Each path runs as the product calls it, on 2,000 and on 6,000 matters of which 300 are open. SQLite counts its steps,
and explains each statement that was run: none reads a whole table of the history.
"""

import re
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bench.old import build
from bench.old.paths import paths
from storage.database.database import close_database, connection, open_database

SHORT, LONG = 2000, 6000
STEPS = 100
"""How many steps SQLite takes between two counts."""
FLOOR = 300
"""So many counts are no growth: 30,000 steps, a few milliseconds."""
HISTORY = (
    "incidents", "posts", "forwardings", "drafts", "requests", "duties", "overruns", "publications", "holdings",
    "last_words", "delegations", "events", "inbox", "outbox", "library_cases", "library_terms", "digests",
)  # fmt: skip
NAMES = [path.about for path in paths(build.office(), LONG)]
_TABLE = re.compile(r'(?:FROM|JOIN|UPDATE|INTO) "?(\w+)"?(?: (?:AS )?"?(\w+)"?)?')
_SCAN = re.compile(r"SCAN (\w+)")


@asynccontextmanager
async def old(count: int, directory: Path) -> AsyncIterator[Path]:
    """Open a copy of an old database of so many matters."""
    file = shutil.copyfile(await build.sqlite(count), directory / f"{count}.db")
    await open_database(f"sqlite:///{file}", synchronous="off")
    try:
        yield file
    finally:
        await close_database()


async def steps(count: int, directory: Path) -> dict[str, int]:
    """Return how many hundreds of SQLite's steps each path takes."""
    counted: dict[str, int] = {}
    async with old(count, directory):
        for path in paths(build.office(), count):
            await path.call()  # prepares
            taken: list[int] = []
            driver = await _driver()
            await driver.set_progress_handler(lambda taken=taken: taken.append(1), STEPS)  # type: ignore[misc]
            await path.call()
            await driver.set_progress_handler(lambda: None, 0)
            counted[path.about] = len(taken)
    return counted


async def _driver():  # type: ignore[no-untyped-def]
    await connection().execute_query("SELECT 1")
    return connection()._connection  # type: ignore[attr-defined]


async def test_no_path_takes_longer_on_a_long_history(tmp_path: Path) -> None:
    short, long = await steps(SHORT, tmp_path), await steps(LONG, tmp_path)
    grown = {about: (short[about], long[about]) for about in NAMES if long[about] > max(FLOOR, 1.5 * short[about])}
    assert grown == {}


async def test_no_statement_reads_a_whole_history(tmp_path: Path) -> None:
    read: dict[str, list[str]] = {}
    async with old(SHORT, tmp_path) as file:
        driver = await _driver()
        with closing(sqlite3.connect(file)) as database:
            for path in paths(build.office(), SHORT):
                said: list[str] = []
                await driver.set_trace_callback(said.append)
                await path.call()
                await driver.set_trace_callback(None)
                assert said
                if found := [plan for statement in said for plan in scans(database, statement)]:
                    read[path.about] = found
    assert read == {}


def scans(database: sqlite3.Connection, statement: str) -> list[str]:
    """Return the lines of a statement's plan that read a whole table of the history."""
    if statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
        return []
    tables = {alias or name: name for name, alias in _TABLE.findall(statement)} | {name: name for name in HISTORY}
    lines = [str(row[3]) for row in database.execute(f"EXPLAIN QUERY PLAN {statement}")]
    return [line for line in lines if (found := _SCAN.match(line)) and tables.get(found[1]) in HISTORY]


@pytest.mark.parametrize("statement", ["SELECT * FROM outbox o WHERE o.body = ''", "SELECT COUNT(*) FROM events"])
async def test_a_scan_is_noticed(statement: str, tmp_path: Path) -> None:
    async with old(SHORT, tmp_path) as file:
        with closing(sqlite3.connect(file)) as database:
            assert scans(database, statement)
