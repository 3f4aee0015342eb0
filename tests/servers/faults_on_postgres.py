"""Errors of PostgreSQL are sorted by what they mean; `test_faults_on_postgres.py` runs this in a process of its own.

Tortoise keeps the statements of the dialect that a process used first.
"""

import asyncio
from contextlib import suppress

import asyncpg
import pytest

from storage.database import sql
from storage.database.database import close_database, connection, open_database
from storage.database.faults import Fault, fault_of
from storage.database.transaction import transact
from storage.tables import Counter, Setting
from tests.support.faults import BAD, WRONG, fault, opened, write
from tests.support.servers import postgres


async def test_they_are_sorted_alike() -> None:
    with postgres() as url:
        await open_database(url)
        try:
            await bad_data()
            await wrong_sql()
            await conflicts()
            await connections_that_are_cut()
        finally:
            await close_database()
        await too_many(url)
    async with opened(url):
        assert await fault(lambda: Setting.all().count()) is Fault.AWAY
        assert await fault(write()) is Fault.AWAY


async def bad_data() -> None:
    await Setting.create(name="taken", value="x")
    for statement in BAD.values():
        assert await fault(lambda one=statement: connection().execute_query(*one)) is Fault.BAD_DATA  # type: ignore[misc]
    long = "INSERT INTO counters (name, value) VALUES ($1, $2)"
    assert await fault(lambda: sql.rows(long, ["x" * 65, 1])) is Fault.BAD_DATA
    assert await fault(lambda: sql.rows(long, ["a\0b", 1])) is Fault.BAD_DATA
    assert await fault(lambda: sql.rows(long, ["\ud83d", 1])) is Fault.BAD_DATA
    assert await fault(lambda: sql.rows(long, ["a", 2**63])) is Fault.BAD_DATA
    assert await fault(lambda: sql.rows(long, ["a", "b"])) is Fault.BAD_DATA
    assert await fault(lambda: Counter.create(name="x" * 65, value=1)) is Fault.BAD_DATA
    assert await fault(lambda: sql.rows("SELECT $1::int", [99_999_999_999])) is Fault.BAD_DATA
    assert await fault(lambda: sql.rows("SELECT 99999999999::int", [])) is Fault.BAD_DATA
    assert await fault(lambda: sql.rows("SELECT 1/0", [])) is Fault.BAD_DATA


async def wrong_sql() -> None:
    for statement in WRONG.values():
        assert await fault(lambda one=statement: sql.rows(one, [])) is Fault.BUG  # type: ignore[misc]
    assert await fault(lambda: sql.rows("SELECT $1::int, $2::int", [1])) is Fault.BUG

    async def went_on() -> None:
        with pytest.raises(Exception):  # noqa: B017
            await sql.rows("SELECT 1/0", [])
        await sql.rows("SELECT 1", [])

    assert await fault(lambda: transact(went_on)) is Fault.BUG


async def conflicts() -> None:
    async def read_only() -> None:
        await connection().execute_query("SET TRANSACTION READ ONLY")
        await Setting.create(name="b", value="x")

    assert await fault(lambda: transact(read_only)) is Fault.AWAY

    async def slow() -> None:
        await connection().execute_query("SET LOCAL statement_timeout = 50")
        await sql.rows("SELECT pg_sleep(5)", [])

    assert await fault(lambda: transact(slow)) is Fault.AWAY
    met = asyncio.Barrier(2)

    async def crosswise(first: str, second: str) -> None:
        await Setting.filter(name=first).update(value=second)
        await met.wait()
        await Setting.filter(name=second).update(value=first)

    await Setting.create(name="other", value="x")
    done = await asyncio.gather(
        transact(lambda: crosswise("taken", "other")),
        transact(lambda: crosswise("other", "taken")),
        return_exceptions=True,
    )
    assert [fault_of(one) for one in done if isinstance(one, BaseException)] == [Fault.AWAY]
    assert await fault(lambda: connection().execute_query("EXECUTE lost_by_the_pooler")) is Fault.AWAY


async def connections_that_are_cut() -> None:
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = $1"

    async def cut_off() -> None:
        await sql.rows("SELECT pg_terminate_backend(pg_backend_pid())", [])

    async def cut_later() -> None:
        await Setting.create(name="lost", value="x")
        await cut_off()

    for _ in range(15):  # more often than the pool has connections
        async with asyncio.timeout(10):
            assert await fault(cut_off) is Fault.AWAY
            assert await fault(lambda: transact(cut_later)) is Fault.AWAY
    await asyncio.gather(*(Setting.all().count() for _ in range(10)))
    await sql.rows(cut, ["huiyin"])
    for _ in range(30):  # the pool's connections are dead: none of them may be forgotten
        async with asyncio.timeout(10):
            results = await asyncio.gather(*(write(f"n{n}")() for n in range(10)), return_exceptions=True)
        faults = {fault_of(one) for one in results if isinstance(one, BaseException)}
        assert faults <= {Fault.AWAY, Fault.BAD_DATA}
        if Fault.AWAY not in faults:
            break
    else:
        raise AssertionError("the pool does not recover")
    assert await Setting.filter(name__startswith="n").count() == 10


async def too_many(url: str) -> None:
    held = []
    try:
        for _ in range(100):
            with suppress(asyncpg.TooManyConnectionsError):
                held += [await asyncpg.connect(url)]
        assert await fault(lambda: asyncpg.connect(url)) is Fault.AWAY
        async with opened(url):
            assert await fault(write()) is Fault.AWAY
    finally:
        for one in held:
            await one.close()
