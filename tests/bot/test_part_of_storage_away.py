"""A part of storage fails: other writes succeed, and the outage lasts until what failed has been done."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.heartbeat import RUNS_SECONDS, Turns
from handlers.commands import todo
from tests.bot.test_health import probes
from tests.support.broken import broken, locked
from tests.support.story import Story, new_story

SECOND = timedelta(seconds=1)


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    own = {"port = 8080": "port = 0", "[storage]": f'[storage]\ndirectory = "{tmp_path}"'}
    async with new_story(tmp_path, redis, **own) as started:
        yield started


async def test_it_lasts_until_what_failed_is_done(story: Story) -> None:
    async with probes(story) as ask:
        with broken(todo, locked()):
            await story.say("wang", "待办")
            for _ in range(12):
                await story.jump(5 * SECOND)
            assert "有 1 条等着办" in story.expect("从 11-23 10:05 起，数据库有一部分用不了").text
            status, facts = await ask.get("/readyz")
            assert (status, facts["status"], facts["database"]["state"]) == (200, "degraded", "partly away")
            assert "database is locked" in facts["database"]["trouble"]
            figures = await ask.text("/metrics")
            assert "huiyin_database_up 0.0" in figures
            assert "huiyin_database_outages_total 1.0" in figures
            assert "huiyin_database_outage_seconds 60.0" in figures
            assert story.bot.page_health()["database"] == "away"
            await story.jump(60 * SECOND)
            story.silent()
        await story.jump(30 * SECOND)
        story.expect("没有等总务处办的事项")
        story.expect("不可用，现已恢复")
        status, facts = await ask.later("/readyz")
        assert (status, facts["status"], facts["database"]["state"]) == (200, "ok", "ok")


async def test_a_loop_that_storage_stopped_has_to_work_again(story: Story) -> None:
    turns = story.bot.turns["one"] = Turns("one", stopped_at=0.0)
    assert turns.waits_for_storage(RUNS_SECONDS - 1)
    assert not turns.waits_for_storage(RUNS_SECONDS + 1)  # its turn is a long one
    turns.stopped_at = float("inf")
    story.bot.outage.note(locked())
    assert not await story.bot.outage.drain()
    turns.stopped_at = None
    assert await story.bot.outage.drain()


async def test_what_waits_is_tried_as_soon_as_anything_can_be_written(story: Story) -> None:
    with broken(todo, locked()):
        await story.say("wang", "待办")
    story.bot.outage.unfinished.nothing_works()
    await story.settle()  # the clock stands
    story.expect("没有等总务处办的事项")
    assert story.bot.outage.since is None
