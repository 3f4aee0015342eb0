"""Steps that Redis has lost, moved or invented are corrected from the tables, and counted by cause."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from redis.asyncio import Redis

from bot.clock import Clock
from bot.engine.timer_audit import TURN, TimerAudit
from bot.metrics import Metrics
from storage.tables import Duty, to_ms
from storage.timers.timers import Timers
from tests.support.story import Story, monday


def repairs(story: Story) -> dict[str, float]:
    """Return the number of corrected steps so far, by cause."""
    samples = (sample for family in story.bot.metrics.registry.collect() for sample in family.samples)
    return {one.labels["cause"]: one.value for one in samples if one.name == "huiyin_timer_repairs_total" and one.value}


async def step(story: Story, kind: str) -> str:
    return f"1:{(await story.duty(kind)).id}"


@asynccontextmanager
async def running(timer_audit: TimerAudit) -> AsyncIterator[None]:
    task = asyncio.create_task(timer_audit.run())
    yield
    task.cancel()
    await asyncio.wait([task])


async def until_repaired(story: Story) -> None:
    """Wait for the count, which follows the timer that is set."""
    async with asyncio.timeout(10):
        while "missing" not in repairs(story):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_an_index_that_agrees_is_left_alone(story: Story) -> None:
    await story.opened()
    before = await story.bot.timers.between(0, 2**52)
    await story.bot.timekeeper.timer_audit.compare_all(pause=0)
    assert await story.bot.timers.between(0, 2**52) == before
    assert set(repairs(story)) <= {"wiped"}


async def test_a_step_that_is_missing_is_set(story: Story) -> None:
    await story.opened()
    lost = await step(story, "resolve")
    await story.bot.timers.cancel([lost])
    await story.bot.timekeeper.timer_audit.compare_all(pause=0)
    assert (await story.bot.timers.scores([lost]))[lost] == to_ms((await story.duty("resolve")).next_at)
    assert repairs(story)["missing"] == 1


async def test_a_step_at_a_wrong_time_is_moved(story: Story) -> None:
    await story.opened()
    wrong = await step(story, "reply")
    await story.bot.timers.schedule([(wrong, to_ms(monday("10:00", 99)))])
    await story.bot.timekeeper.timer_audit.compare_all(pause=0)
    assert (await story.bot.timers.scores([wrong]))[wrong] == to_ms((await story.duty("reply")).next_at)
    assert repairs(story)["moved"] == 1


async def test_a_step_that_no_row_has_is_taken_out(story: Story) -> None:
    await story.opened()
    await story.bot.timers.schedule([("77:777", to_ms(monday("10:00", 9)))])
    await story.bot.timekeeper.timer_audit.compare_all(pause=0)
    assert (await story.bot.timers.scores(["77:777"]))["77:777"] is None
    assert repairs(story)["stray"] == 1


async def test_a_claimed_step_is_not_set_a_second_time(story: Story) -> None:
    await story.opened()
    story.clock.set(monday("10:35"))
    claim = (await story.bot.timers.tick(story.clock.now_ms())).claimed[0].id
    await story.bot.timekeeper.timer_audit.compare_all(pause=0)
    assert (await story.bot.timers.scores([claim]))[claim] is None


async def test_a_step_that_woke_nobody_is_counted_when_it_is_swept(story: Story) -> None:
    await story.opened()
    await story.bot.timers.cancel([await step(story, "acknowledge")])
    story.clock.set(monday("10:36"))
    assert await story.bot.timekeeper.sweep() == 1
    assert repairs(story)["unheard"] == 1


async def test_a_wiped_index_is_filled_and_counted(story: Story, redis: Redis) -> None:
    await story.opened()
    counted = repairs(story).get("wiped", 0)
    await redis.flushall()
    await story.settle()
    assert await story.bot.timers.pending() == await Duty.filter(state="open", next_at__isnull=False).count()
    assert repairs(story)["wiped"] - counted == await story.bot.timers.pending()


async def test_before_a_rebuild_there_is_nothing_to_compare(story: Story, redis: Redis) -> None:
    await story.opened()
    await redis.flushall()
    await story.bot.timekeeper.timer_audit.compare_all(pause=0)
    assert await story.bot.timers.pending() == 0


async def test_one_process_of_many_does_it(redis: Redis) -> None:
    one, other = Timers(redis), Timers(redis)
    assert [await timers.take_turn("checkup", 60_000) for timers in (one, other, one)] == [True, False, False]
    await one.aclose()
    await other.aclose()


class Fast(Clock):
    """The clock of a machine that is 2.5 s ahead."""

    def system_ms(self) -> int:
        return to_ms(self.now()) + 2_500


async def test_clocks_that_differ_are_an_alarm(redis: Redis) -> None:
    timers = Timers(redis)
    timer_audit = TimerAudit(timers, Fast(), Metrics())
    await timer_audit.compare_clocks()
    await timers.aclose()
    assert timer_audit.skewed
    assert -2.6 < timer_audit.skew < -1.0


async def test_a_clock_that_was_moved_on_purpose_is_none(redis: Redis) -> None:
    timers = Timers(redis)
    timer_audit = TimerAudit(timers, Clock(timedelta(days=3)), Metrics())
    await timer_audit.compare_clocks()
    await timers.aclose()
    assert not timer_audit.skewed


async def test_what_a_killed_process_left_out_is_set_at_the_next_start(story: Story) -> None:
    await story.opened()
    lost = await step(story, "resolve")
    await story.bot.timers.take_turn(TURN, 3_600_000)  # another process has compared in this hour
    await story.bot.timers.cancel([lost])
    async with running(story.bot.timekeeper.timer_audit):
        await until_repaired(story)
    assert (await story.bot.timers.scores([lost]))[lost] == to_ms((await story.duty("resolve")).next_at)
    assert repairs(story)["missing"] == 1


async def test_what_a_commit_without_redis_left_out_is_set_when_it_is_back(story: Story) -> None:
    await story.opened()
    lost = await step(story, "resolve")
    async with running(story.bot.timekeeper.timer_audit):
        await asyncio.sleep(0.1)  # it has compared at its start
        await story.bot.timers.cancel([lost])
        story.bot.timekeeper.available = False
        await story.settle()
        await until_repaired(story)
    assert (await story.bot.timers.scores([lost]))[lost] == to_ms((await story.duty("resolve")).next_at)
    assert story.bot.timekeeper.available
    assert repairs(story)["missing"] == 1
