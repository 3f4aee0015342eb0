"""Old texts are erased in small commits: what is interrupted is done the next time, what is done is not read again."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.old import build
from bench.old.rows import NOW, YEARS
from handlers.timed import retention
from handlers.timed.retention import NAMED_NUMBER
from storage import audit, text_verification
from storage.database.database import close_database, connection, open_database
from storage.tables import Digest, Event, Inbox, Incident, Outbox
from tests.support.thinned import one_in

MATTERS = 2000
OFFICE = build.office()
BEFORE = NOW - YEARS + timedelta(days=20)
"""About twenty matters had ended by then."""


class Interrupted(Exception):
    """The process is killed between two commits."""


@pytest.fixture(autouse=True)
async def _old(tmp_path: Path) -> AsyncIterator[None]:
    file = shutil.copyfile(await build.sqlite(MATTERS), tmp_path / "old.db")
    await open_database(f"sqlite:///{file}", synchronous="off")
    yield
    await close_database()


async def erase(stop: int | None = None) -> int:
    """Erase what ended before BEFORE; stop after so many commits. Return how many there were."""
    commits = 0

    async def breathe() -> None:
        nonlocal commits
        commits += 1
        if commits == stop:
            raise Interrupted

    await retention.erase(OFFICE, NOW, "clock", BEFORE, breathe)
    return commits


async def left() -> list[str]:
    """Return what is left that should have been erased, after the first row of each kind."""
    numbers = {int(str(one)) for one in await Incident.exclude(erased_at=None).values_list("number", flat=True)}
    texts = [str(one) for one in await Outbox.all().values_list("body", flat=True)]
    texts += [str(one) for one in await Digest.all().values_list("text", flat=True)]
    found = [text for text in texts if numbers & {*map(int, NAMED_NUMBER.findall(text))}]
    old: list[Any] = await retention.over(OFFICE, NOW, BEFORE)
    found += await Inbox.filter(handled_at__lt=BEFORE).limit(1).values_list("body", flat=True)
    found += await Outbox.filter(incident=None, erased_at=None, planned_at__lt=BEFORE).values_list("body", flat=True)
    return [*map(str, old), *found]


@pytest.mark.parametrize("stop", one_in(3, [1, 2, 25, 60, 15, 150]))
async def test_an_interruption_loses_nothing(stop: int) -> None:
    with pytest.raises(Interrupted):
        await erase(stop)
    assert await left()
    await erase()
    assert await left() == []
    erased = await Event.filter(kind=audit.ERASED, incident__isnull=False).values_list("incident", flat=True)
    assert len(erased) == len({*erased}) > 10  # each once
    assert await audit.verify() is None
    assert await text_verification.verify() is None


async def test_what_is_erased_is_not_written_again() -> None:
    assert await erase() > 15
    await erase()  # notes how far the lines are swept
    driver = connection()._connection  # type: ignore[attr-defined]
    before = driver.total_changes
    assert await erase() < 5
    assert driver.total_changes - before <= 1  # the note


async def test_others_keep_their_words() -> None:
    last = await Outbox.filter(incident=MATTERS).order_by("id").values_list("body", flat=True)
    await erase()
    assert await Outbox.filter(incident=MATTERS).order_by("id").values_list("body", flat=True) == last
    text = str((await Digest.filter(text__contains="#30 ").order_by("id").values_list("text", flat=True))[0])
    assert text.count("—") + text.count("逾期") == 20


async def test_no_statement_reads_all_that_is_done(tmp_path: Path) -> None:
    said: list[str] = []
    await connection().execute_query("SELECT 1")
    driver = connection()._connection  # type: ignore[attr-defined]
    await driver.set_trace_callback(said.append)
    await erase()
    await driver.set_trace_callback(None)
    with closing(sqlite3.connect(tmp_path / "old.db")) as database:
        plans = [row[3] for one in said if one[:5] != "BEGIN" for row in _plan(database, one)]
    assert [plan for plan in plans if plan.startswith("SEARCH inbox") and plan.endswith("(state=?)")] == []


def _plan(database: sqlite3.Connection, statement: str) -> list[Any]:
    return [] if statement == "COMMIT" else database.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
