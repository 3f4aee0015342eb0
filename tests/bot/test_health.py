"""The probes tell the truth: alive while the process answers, ready only while storage can be read and written."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.web.server import serve
from handlers.commands import todo
from storage.database import sql
from storage.database.database import connection
from tests.support.broken import broken
from tests.support.faults import database_file
from tests.support.story import Story, new_story

Answer = tuple[int, dict[str, Any]]


class Probes:
    def __init__(self, session: ClientSession, address: str) -> None:
        self._session, self._address = session, address

    async def get(self, path: str) -> Answer:
        async with self._session.get(self._address + path) as answer:
            return answer.status, await answer.json()

    async def text(self, path: str) -> str:
        async with self._session.get(self._address + path) as answer:
            return await answer.text()

    async def later(self, path: str) -> Answer:
        """Ask as if the last answer was not fresh any more."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("bot.web.health.FRESH_SECONDS", 0.0)
            return await self.get(path)


@asynccontextmanager
async def probes(story: Story) -> AsyncIterator[Probes]:
    async with serve(story.bot) as address, ClientSession() as session:
        yield Probes(session, address)


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    """A story whose data are in its own directory, and whose server listens on any free port."""
    own = {"port = 8080": "port = 0", "[storage]": f'[storage]\ndirectory = "{tmp_path}"'}
    async with new_story(tmp_path, redis, **own) as started:
        yield started


async def test_all_is_well(story: Story) -> None:
    async with probes(story) as ask:
        await story.say("wang", "待办")
        assert await ask.get("/livez") == (200, {"status": "ok"})
        status, facts = await ask.get("/readyz")
        assert (status, facts["database"]["state"], facts["disk"]["state"], facts["redis"]["state"]) == (
            200,
            "ok",
            "ok",
            "ok",
        )
        assert facts["database"]["last_read_seconds_ago"] <= 1
        assert facts["inbox"] == {}
        assert await ask.get("/healthz") == (200, {**facts, "database": (await ask.get("/healthz"))[1]["database"]})


async def test_two_probes_at_once_share_a_read(story: Story) -> None:
    async with probes(story) as ask:
        assert [status for status, _ in await asyncio.gather(*(ask.get("/readyz") for _ in range(5)))] == [200] * 5


async def test_what_waits_and_failed_is_counted(story: Story) -> None:
    assert story.bot.local
    async with probes(story) as ask:
        with broken(todo):
            await story.say("wang", "待办")
        await story.bot.local.say("wang", "待办")
        story.clock.advance(timedelta(seconds=42))
        facts = (await ask.get("/readyz"))[1]
        assert facts["inbox"] == {"failed: bug": 1, "waiting": 1}
        assert facts["oldest_message_seconds"] == 42
        text = await ask.text("/metrics")
        assert 'huiyin_inbox{kind="failed: bug"} 1.0' in text
        assert 'huiyin_inbox{kind="waiting"} 1.0' in text
        assert 'huiyin_sends_total{channel="local",outcome="accepted"}' in text


async def test_locked_it_is_not_ready_and_comes_back(story: Story) -> None:
    other = sqlite3.connect(await database_file(), isolation_level=None)
    await connection().execute_query("PRAGMA busy_timeout = 50")
    async with probes(story) as ask:
        assert story.bot.local
        await story.bot.local.say("wang", "待办")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Exception, match="locked") as raised:
            await story.bot.dispatcher.drain()
        story.bot.outage.note(raised.value)
        story.clock.advance(timedelta(seconds=5))
        status, facts = await ask.get("/readyz")
        assert (status, facts["status"]) == (503, "away")
        assert "locked" in facts["database"]["trouble"]
        assert (await ask.get("/livez"))[0] == 200
        other.close()
        await story.settle()
        assert (await ask.later("/readyz"))[0] == 200


async def test_what_the_page_could_not_take_is_said_at_once_and_makes_it_not_ready(story: Story) -> None:
    other = sqlite3.connect(await database_file(), isolation_level=None)
    await connection().execute_query("PRAGMA busy_timeout = 50")
    async with serve(story.bot) as address, ClientSession() as session:
        other.execute("BEGIN EXCLUSIVE")
        async with session.post(f"{address}/group/say", json={"as": "wang", "text": "待办"}) as answer:
            assert answer.status == 503
            assert "没有收下，请稍后再发" in (await answer.json())["error"]
        story.clock.advance(timedelta(seconds=5))
        assert story.bot.page_health()["database"] == "away"
        async with session.get(f"{address}/readyz") as answer:
            assert (answer.status, (await answer.json())["status"]) == (503, "away")
        other.close()
        await story.settle()
        assert story.bot.page_health()["database"] == "ok"


async def test_corrupt_it_is_not_ready(story: Story) -> None:
    async with probes(story) as ask:
        assert (await ask.get("/readyz"))[0] == 200
        file = await database_file()
        await connection().execute_query("PRAGMA wal_checkpoint(TRUNCATE)")
        await connection().execute_query("PRAGMA shrink_memory")
        file.write_bytes(b"\xff" * file.stat().st_size)
        status, facts = await ask.later("/readyz")
        assert (status, facts["status"], facts["database"]["state"]) == (503, "damaged", "damaged")
        assert facts["database"]["last_read_seconds_ago"] >= 0
        assert "不会自己好" in facts["database"]["remedy"]
        assert "huiyin_database_damaged 1.0" in await ask.text("/metrics")
        assert story.bot.page_health()["database"] == "damaged"
        assert (await ask.get("/healthz"))[0] == 503


async def test_a_database_that_hangs_is_not_ready_and_the_probe_answers(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.health.READ_SECONDS", 0.2)
    async with probes(story) as ask:
        slow = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT COUNT(*) FROM n"
        )
        busy = asyncio.create_task(sql.rows(slow, []))
        await asyncio.sleep(0.05)
        began = asyncio.get_running_loop().time()
        status, facts = await ask.get("/readyz")
        assert asyncio.get_running_loop().time() - began < 2
        assert (status, facts["database"]["trouble"]) == (503, "no answer within 0.2 s")
        await busy
        assert (await ask.later("/readyz"))[0] == 200


async def test_a_read_only_database_is_not_ready_once_it_is_written_to(story: Story) -> None:
    async with probes(story) as ask:
        await connection().execute_query("PRAGMA query_only = ON")
        with pytest.raises(Exception, match="readonly") as raised:
            await story.bot.dispatcher.drain()
        story.bot.outage.note(raised.value)
        assert not await story.bot.outage.drain()
        story.clock.advance(timedelta(seconds=5))
        assert (await ask.get("/readyz"))[0] == 503
        await connection().execute_query("PRAGMA query_only = OFF")
        assert await story.bot.outage.drain()
        assert (await ask.later("/readyz"))[0] == 200


async def test_where_nothing_is_kept_no_directory_is_missing(story: Story) -> None:
    """Database and Redis are servers of their own, and `var` was never made."""
    servers = {"database": "postgres://h/huiyin", "redis": "redis://h", "directory": "nowhere"}
    story.bot.config = replace(story.bot.config, storage=replace(story.bot.config.storage, **servers))
    async with probes(story) as ask:
        status, facts = await ask.get("/readyz")
        assert (status, facts["disk"]) == (200, {"state": "unused"})


async def test_a_directory_that_is_gone_is_not_ready(story: Story, tmp_path: Path) -> None:
    storage = replace(story.bot.config.storage, directory=str(tmp_path / "gone"))
    story.bot.config = replace(story.bot.config, storage=storage)
    async with probes(story) as ask:
        status, facts = await ask.get("/readyz")
        assert (status, facts["disk"]["state"]) == (503, "away")
        assert "No such file" in facts["disk"]["trouble"]


async def test_a_platform_that_cannot_tell_does_not_break_the_answer(story: Story) -> None:
    async def broken_platform() -> dict[str, Any]:
        raise ConnectionResetError("gone")

    story.bot.health["dingtalk"] = broken_platform
    async with probes(story) as ask:
        status, facts = await ask.get("/healthz")
        assert (status, facts["dingtalk"]) == (200, {"trouble": "ConnectionResetError"})


async def test_each_loop_tells_its_last_turn_and_its_fault(story: Story) -> None:
    async def fails() -> None:
        raise RuntimeError("no")

    async def nothing() -> None:
        await asyncio.Event().wait()

    story.bot.loops = [fails, nothing]
    running = asyncio.create_task(story.bot.run())
    try:
        async with probes(story) as ask, asyncio.timeout(10):
            while not any(turns.error for turns in story.bot.turns.values()):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            status, facts = await ask.get("/readyz")
        loops = facts["loops"]
        assert loops["Dispatcher.run"]["state"] == "ok"
        assert loops["Sender.run (local)"]["state"] == "ok"
        assert loops["Dispatcher.run"]["last_turn_seconds_ago"] < 5
        failing = next(one for name, one in loops.items() if "fails" in name)
        assert (failing["state"], failing["error"]) == ("failing", "RuntimeError")
        assert (status, facts["status"]) == (200, "degraded")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("address", ["embedded", "redis://127.0.0.1:1/0"])
async def test_only_an_embedded_valkey_is_watched(story: Story, address: str) -> None:
    """A loop without a turn would look hung."""
    story.bot.config = replace(story.bot.config, storage=replace(story.bot.config.storage, redis=address))
    running = asyncio.create_task(story.bot.run())
    try:
        await asyncio.sleep(0.1)
        async with probes(story) as ask:
            _, facts = await ask.get("/readyz")
        watched = "Bot._keep_valkey_running" in facts["loops"]
        assert watched is (address == "embedded")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize(("state", "status"), [("away", "degraded"), ("with another process", "ok")])
async def test_a_platforms_connection_that_is_away_degrades_one_elsewhere_does_not(
    story: Story, state: str, status: str
) -> None:
    async def told() -> dict[str, Any]:
        return {"stream": {"state": state}}

    story.bot.health["wecom"] = told
    async with probes(story) as probe:
        assert (await probe.get("/readyz"))[1]["status"] == status
