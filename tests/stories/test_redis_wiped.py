"""Wiping Redis repeatedly changes neither the messages nor their times."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Event, Outbox, to_ms
from storage.timers.keys import step_id
from storage.timers.timers import Timers
from tests.support.story import Story, new_story


async def scenario(story: Story, redis: Redis | None) -> list[tuple[object, ...]]:
    """Play four days with three incidents; wipe `redis`, if given, before every hour."""

    async def hours(count: int) -> None:
        for _ in range(count):
            if redis:
                await redis.flushall()
            await story.until(story.clock.now() + timedelta(hours=1))

    await story.opened()
    await hours(3)
    await story.opened("@回音 期中考试成绩公布太晚 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "签收 1")
    await hours(20)
    await story.say("wang", "拟复 1 已送检。")
    await story.say("qian", "同意 1")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await hours(24)
    await story.say("wang", "延期 1 1天 等检测报告")
    await story.say("qian", "同意 1")
    await story.say("li", "改派 2 德育处")
    await hours(49)
    rows = await Outbox.all().order_by("id")
    return [(row.sent_at, row.conversation, row.body, row.state) for row in rows]


async def test_it_loses_no_reminder_and_doubles_none(tmp_path: Path, redis: Redis) -> None:
    (tmp_path / "calm").mkdir()
    (tmp_path / "wiped").mkdir()
    async with new_story(tmp_path / "calm", redis) as story:
        undisturbed = await scenario(story, None)
    await redis.flushall()
    async with new_story(tmp_path / "wiped", redis) as story:
        assert await scenario(story, redis) == undisturbed
    assert len(undisturbed) > 30


async def test_it_is_filled_once_although_two_batches_find_it_empty(
    story: Story, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.opened()
    filled: list[bool] = []
    rebuild = story.bot.timekeeper.timer_audit.rebuild

    async def counted() -> bool:
        filled.append(await rebuild())
        return filled[-1]

    monkeypatch.setattr(story.bot.timekeeper.timer_audit, "rebuild", counted)
    await redis.flushall()
    await story.settle()
    assert filled == [True]


async def test_wiped_between_the_claim_and_the_acknowledgement(story: Story, redis: Redis) -> None:
    await story.opened()
    story.clock.advance(timedelta(minutes=30))
    claimed = (await story.bot.timers.tick(story.clock.now_ms())).claimed
    await redis.flushall()
    assert [one.when for one in await story.settle()] in (["Mon 10:35"], [])
    story.clock.advance(timedelta(seconds=11))
    await story.settle()
    assert len(claimed) <= 1
    assert await Outbox.filter(duty__isnull=False).count() == 1


async def test_what_is_due_while_another_fills_redis_sounds_at_once(story: Story, redis: Redis) -> None:
    await story.opened()
    duty = await story.duty("acknowledge")
    story.clock.set(duty.next_at)
    await redis.flushall()
    sounded = asyncio.Event()

    async def slowly() -> AsyncIterator[list[tuple[str, int]]]:
        yield [(step_id(1, duty.id), to_ms(duty.next_at))]
        await sounded.wait()

    other = Timers(redis)
    filling = asyncio.ensure_future(other.rebuild(slowly()))
    drained = asyncio.ensure_future(story.bot.timekeeper.drain())
    async with asyncio.timeout(20):
        while not await Event.filter(kind="reminded").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    sounded.set()
    assert await filling
    await drained
    await other.aclose()
