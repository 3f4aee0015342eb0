"""Errors of PostgreSQL are sorted by what they mean; `test_files_on_postgres.py` runs this in a process of its own.

Tortoise keeps the statements of the dialect that a process used first.
"""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis
from tortoise import Tortoise

from bot.clock import Clock
from bot.web.server import serve
from handlers.commands import todo
from storage import outbox, outbox_claims, outbox_outcomes
from storage.database import sql
from storage.database.database import close_database, connection, open_database, settings
from storage.database.faults import Fault, fault_of
from storage.database.migrating import bring_up
from storage.database.schema import CannotOpen
from storage.database.transaction import transact
from storage.outbox import OutgoingMessage
from storage.tables import Counter as Numbers
from storage.tables import Inbox, Outbox, Setting
from tests.support.broken import broken
from tests.support.earlier_versions import EARLIER
from tests.support.faults import BAD, WRONG, fault, opened, write
from tests.support.servers import postgres
from tests.support.story import Story, new_story


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
    assert await fault(lambda: Numbers.create(name="x" * 65, value=1)) is Fault.BAD_DATA
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


async def test_a_connection_that_hangs_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    from storage.database import postgres as engine

    monkeypatch.setattr(engine, "COMMAND_SECONDS", 1.0)
    with postgres() as url:
        await open_database(url)
        pid = (await sql.rows("SELECT pg_backend_pid() AS pid", []))[0]["pid"]
        os.kill(pid, signal.SIGSTOP)
        try:
            async with asyncio.timeout(10):
                assert await fault(lambda: sql.rows("SELECT 1", [])) is Fault.AWAY
                assert (await sql.rows("SELECT 1 AS one", []))[0]["one"] == 1  # on another connection
        finally:
            os.kill(pid, signal.SIGCONT)
            await close_database()


CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'huiyin'"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Story]:
    with postgres() as url:
        monkeypatch.setenv("HUIYIN_TEST_DATABASE", url)
        own = {"port = 8080": "port = 0", "[storage]": f'[storage]\ndirectory = "{tmp_path}"'}
        async with new_story(tmp_path, redis, **own) as started:
            yield started


async def cut_again_and_again(url: str, enough: asyncio.Event) -> int:
    """Terminate every connection five times a second, twenty times and until it is enough; return how many were."""
    count = times = 0
    other = await asyncpg.connect(url)
    while times < 20 or not enough.is_set():
        await asyncio.sleep(0.2)
        count += len(await other.fetch(CUT))
        times += 1
    await other.close()
    return count


async def some_wait() -> bool:
    """Return whether a message is not handled yet, or a connection that was cut does not tell."""
    try:
        return await Inbox.filter(state__in=("new", "fetching")).exists()
    except Exception as error:
        if fault_of(error) is not Fault.AWAY:
            raise
        return True


async def test_no_message_is_lost_while_connections_are_cut(story: Story) -> None:
    story.bot.clock = story.bot.dispatcher._clock = clock = Clock()
    story.bot.dispatcher.faults._now = clock.now
    server = os.environ["HUIYIN_TEST_DATABASE"].rpartition("/")[0] + "/postgres"
    running = asyncio.create_task(story.bot.run())
    assert story.bot.local
    enough = asyncio.Event()
    cutting = asyncio.create_task(cut_again_and_again(server, enough))
    said = 0
    while not cutting.done():
        if said > 50:
            enough.set()
        with suppress(Exception):  # as a platform's callback, which is answered 500 then and delivered again
            await story.bot.local.say("wang", "待办" if said % 3 else "@回音 食堂饭菜有异物")
            said += 1
        await asyncio.sleep(0.02)
    assert await cutting > 20
    async with asyncio.timeout(60):
        while await some_wait():  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    states = Counter(await Inbox.all().values_list("state", flat=True))
    assert states["done"] >= said
    assert set(states) == {"done"}, await Inbox.exclude(state="done").values_list("error", flat=True)


async def test_bad_data_are_refused_and_do_not_loop(story: Story) -> None:
    with pytest.raises(Exception) as raised:
        await sql.rows("INSERT INTO counters (name, value) VALUES ($1, $2)", ["x" * 65, 1])
    assert isinstance(raised.value, Exception)
    with broken(todo, raised.value):
        await story.say("wang", "待办")
        for _ in range(3):
            await story.jump(timedelta(seconds=1))
    assert ((await Inbox.get(id=1)).state, (await Inbox.get(id=1)).refusals) == ("failed", 2)
    assert "有一段文字太长" in (await Outbox.get(id=1)).body
    assert (await Inbox.get(id=1)).error == "StringDataRightTruncationError: 22001"
    host = ".".join(["a" * 40] * 3 + ["example.com"])
    await story.opened(f"@回音 食堂\0饭菜\ud83d有异物 https://{host}/1")
    story.expect("〔#1〕")
    await story.say("zhou", "失败")
    assert "内容存不下" in story.expect("近七天没有办成的").text
    await story.say("zhou", "重试 1")
    story.expect("在办 1 件（总务处）")


async def test_it_is_not_ready_while_the_server_is_stopped(story: Story) -> None:
    async with serve(story.bot) as address, ClientSession() as session:
        async with session.get(f"{address}/readyz") as answer:
            assert (answer.status, (await answer.json())["database"]["state"]) == (200, "ok")
        await sql.rows("SELECT 1", [])
        other = await asyncpg.connect(os.environ["HUIYIN_TEST_DATABASE"].rpartition("/")[0] + "/postgres")
        name = (await sql.rows("SELECT current_database() AS name", []))[0]["name"]
        await other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await other.fetch(CUT)
        await asyncio.sleep(1.1)
        async with session.get(f"{address}/readyz") as answer:
            facts = await answer.json()
            assert (answer.status, facts["database"]["state"]) == (503, "away")
        async with session.get(f"{address}/livez") as answer:
            assert answer.status == 200
        await other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await other.close()
        await asyncio.sleep(1.1)
        async with session.get(f"{address}/readyz") as answer:
            assert answer.status == 200


async def test_a_table_that_is_away_for_seconds_loses_no_message(story: Story) -> None:
    assert story.bot.local
    await sql.rows("ALTER TABLE outbox RENAME TO elsewhere", [])  # as while a dump is restored over it
    await story.bot.local.say("wang", "待办")
    assert await story.bot.dispatcher.drain()
    assert {row.state for row in await Inbox.all()} == {"new"}
    await sql.rows("ALTER TABLE elsewhere RENAME TO outbox", [])
    story.clock.advance(timedelta(seconds=61))
    await story.settle()
    story.expect("没有等总务处办的事项")
    assert {row.state for row in await Inbox.all()} == {"done"}


@pytest.mark.parametrize("encoding", ["EUC_CN", "SQL_ASCII", "LATIN1"])
async def test_a_database_that_cannot_keep_every_character_is_refused(encoding: str) -> None:
    with postgres() as url:
        other = await asyncpg.connect(url)
        await other.execute(
            f"CREATE DATABASE narrow ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
        )
        await other.close()
        with pytest.raises(CannotOpen, match=f"keeps texts as {encoding}.*createdb --encoding UTF8"):
            await open_database(url.rpartition("/")[0] + "/narrow")
        await close_database()


async def test_a_send_that_nobody_disputes_is_recorded_as_one(story: Story) -> None:
    plain = OutgoingMessage(channel="x", conversation="a", body="{}")
    await outbox.plan([plain], story.clock.now())
    [message] = await outbox_claims.claim("x", story.clock.now(), timedelta(minutes=1))
    assert await outbox_outcomes.sent([message], story.clock.now()) == 1


@pytest.mark.parametrize("version", EARLIER)
async def test_a_database_of_an_earlier_version_keeps_what_it_held(version: str) -> None:
    written, still_works = EARLIER[version]
    with postgres() as url:
        await bring_up(settings(url), target=f"huiyin.{version}")
        await Tortoise.close_connections()
        other = await asyncpg.connect(url)
        for statement in written:
            await other.execute(statement)
        await other.close()
        await open_database(url)
        await still_works()
        await close_database()


async def test_a_lock_on_one_table_is_told(story: Story) -> None:
    database = (await sql.rows("SELECT current_database() AS name", []))[0]["name"]
    other = await asyncpg.connect(os.environ["HUIYIN_TEST_DATABASE"].rpartition("/")[0] + f"/{database}")
    transaction = other.transaction()
    await transaction.start()
    await other.execute("LOCK TABLE incidents IN ACCESS EXCLUSIVE MODE")
    assert story.bot.local
    await story.bot.local.say("wang", "待办")
    assert await story.bot.dispatcher.drain()  # the message waits for the lock, then it is put off
    assert not await story.bot.outage.drain()
    story.clock.advance(timedelta(seconds=61))
    assert not await story.bot.outage.drain()
    assert story.bot.outage.state == "partly away"
    assert "数据库有一部分用不了" in "".join([row.body for row in await Outbox.all()])
    await transaction.rollback()
    await other.close()
    await story.settle()
    story.expect("没有等总务处办的事项")
    story.expect("现已恢复")
    assert story.bot.outage.since is None
