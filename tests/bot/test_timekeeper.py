"""The timekeeper with a Redis that fails and returns, and with a second timekeeper beside it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.app import build
from bot.config import install
from bot.engine import timekeeper
from storage import duties
from storage.tables import Duty, Event, Outbox, to_ms
from storage.timers.keys import step_id
from storage.timers.timers import Timers, TimersUnavailable
from tests.support.broken import locked
from tests.support.faults import fault
from tests.support.story import Story, monday, new_story


class Failing(Timers):
    """Redis fails in the middle of a rebuild."""

    async def rebuild(self, batches: AsyncIterator[object]) -> None:  # type: ignore[override]
        raise TimersUnavailable("gone")


async def test_redis_lost_during_a_rebuild_ends_nothing(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis) as story:
        timers = Failing(redis)
        try:
            async with asyncio.timeout(2):
                await build(install(story.bot.config), story.clock, timers).timekeeper.drain()
        finally:
            await timers.aclose()


async def test_two_timekeepers_race_and_each_step_sounds_once(story: Story, redis: Redis) -> None:
    for name in "abcdefgh":
        await story.opened(f"@回音 食堂 https://weibo.com/1234567890/Ab1cD2e{name}3")
    other = Timers(redis)
    second = build(install(story.bot.config), story.clock, other)
    story.clock.set(monday("10:36"))
    for one in (story.bot, second, story.bot, second):
        await asyncio.gather(one.timekeeper.drain(), story.bot.timekeeper.sweep(), second.timekeeper.sweep())
    await other.aclose()
    assert await Event.filter(kind="reminded").count() == 8
    assert await Outbox.filter(duty__isnull=False).count() == 8


async def test_a_batch_that_fails_leaves_the_other_one_not_running(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        await story.opened(f"@回音 食堂 https://weibo.com/1234567890/Ab1cD2e{name}3")
    begun, ended = [], []
    fire = duties.fire

    async def one_fails(*arguments: Any) -> Any:
        begun.append(1)
        if len(begun) == 1:
            await asyncio.sleep(0.02)
            raise locked()
        await asyncio.sleep(0.1)
        ended.append(await fire(*arguments))
        return ended[-1]

    monkeypatch.setattr(timekeeper, "BATCH", 1)
    monkeypatch.setattr(duties, "fire", one_fails)
    story.clock.set(monday("10:36"))
    assert await fault(story.bot.timekeeper.drain) == "away"
    assert (len(begun), len(ended)) == (2, 1)


async def test_a_claim_whose_claimer_died_comes_back(story: Story) -> None:
    await story.opened()
    story.clock.set(monday("10:35"))
    dead = Timers(story.bot.timers._redis)
    assert len((await dead.tick(story.clock.now_ms())).claimed) == 1
    await dead.aclose()
    assert await story.settle() == []
    assert [one.when for one in await story.jump(timedelta(seconds=11))] == ["Mon 10:35"]


async def test_a_step_that_redis_lost_is_swept_from_the_tables(story: Story) -> None:
    await story.opened()
    duty = await story.duty("acknowledge")
    await story.bot.timers.cancel([f"1:{duty.id}"])
    story.clock.set(monday("10:36"))
    assert await story.settle() == []
    assert await story.bot.timekeeper.sweep() == 1
    assert (await story.bot.timers.scores([f"1:{duty.id}"]))[f"1:{duty.id}"] is not None  # its next step has a timer
    assert [one.when for one in await story.settle()] == ["Mon 10:36"]


async def test_what_falls_due_within_a_minute_is_armed_again(story: Story) -> None:
    await story.opened()
    duty = await story.duty("acknowledge")
    await story.bot.timers.cancel([f"1:{duty.id}"])
    story.clock.set(monday("10:34"))
    await story.bot.timekeeper.sweep()
    assert (await story.bot.timers.scores([f"1:{duty.id}"]))[f"1:{duty.id}"] is not None


async def test_a_row_whose_step_was_computed_differently_is_put_right_in_silence(story: Story) -> None:
    """The time zone may have changed, for example, so that the row's step is not due by the present ladder."""
    await story.opened()
    duty = await story.duty("reply")
    await Duty.filter(id=duty.id).update(next_at=monday("10:06"))
    story.clock.set(monday("10:07"))
    async with asyncio.timeout(5):
        await story.bot.timekeeper.sweep()
    assert await story.settle() == []
    assert (await story.duty("reply")).next_at == monday("20:00")
    assert await Event.filter(kind="reminded").count() == 0


async def gone(*_: object) -> None:
    raise asyncio.CancelledError


async def test_killed_before_a_matter_rises_it_rises_after_the_restart(
    tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = {'regime = "standard"': 'regime = "company"'}
    async with new_story(tmp_path, redis, **company) as story:
        await story.opened()
        calm = await story.duty("calm")
        quiet_hours_over = calm.due_at + timedelta(hours=9)
        with monkeypatch.context() as killed:
            killed.setattr("handlers.timed.tier_rise._rise", gone)
            with pytest.raises(asyncio.CancelledError):
                await story.until(quiet_hours_over)
        story.bot = build(install(story.bot.config), story.clock, story.bot.timers)
        await story.jump(timedelta(minutes=1))
        assert (await story.incident()).tier == "major"


async def test_a_timer_that_rings_too_early_reminds_nobody_and_is_moved(story: Story) -> None:
    """Redis may have been away when its step was moved to a later time."""
    await story.opened()
    duty = await Duty.get(kind="acknowledge")
    step, early = step_id(1, duty.id), to_ms(monday("10:20"))
    await story.bot.timers.schedule([(step, early)])
    story.clock.set(monday("10:21"))
    assert await story.settle() == []
    assert await story.bot.timers.scores([step]) == {step: to_ms(monday("10:35"))}
    assert [one.when for one in await story.until(monday("10:36"))] == ["Mon 10:35"]
