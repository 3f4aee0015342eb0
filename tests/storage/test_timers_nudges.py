"""A process that waits for the earliest step is woken when an earlier one is scheduled."""

import asyncio

import pytest

NOW = 1_764_000_000_000
LONG = 30.0


async def nudges_sent(redis) -> int:
    return (await redis.info("commandstats")).get("cmdstat_publish", {"calls": 0})["calls"]


@pytest.mark.parametrize(
    ("changes", "nudged"),
    [
        ([("1:1", NOW - 1)], True),
        ([("2:1", NOW - 1)], True),
        ([("2:1", NOW + 500)], False),
        ([("2:1", NOW)], False),
        ([("1:1", NOW + 1)], False),
        ([("1:1", NOW + 1), ("2:1", NOW - 1)], True),
    ],
)
async def test_only_an_earlier_head_nudges(timers, redis, changes, nudged):
    await timers.schedule([("1:1", NOW), ("3:1", NOW + 9_000)])
    before = await nudges_sent(redis)
    await timers.schedule(changes)
    assert (await nudges_sent(redis) > before) is nudged


async def test_the_first_step_of_all_nudges(timers, redis):
    before = await nudges_sent(redis)
    await timers.schedule([("1:1", NOW)])
    assert await nudges_sent(redis) == before + 1


async def test_a_cancellation_does_not_nudge(timers, redis):
    await timers.schedule([("1:1", NOW), ("1:2", NOW + 1)])
    before = await nudges_sent(redis)
    await timers.cancel(["1:1"])
    assert await nudges_sent(redis) == before


async def test_a_step_of_another_process_wakes_the_sleeper(timers, another):
    assert await timers.wait(LONG), "the new subscription wakes: nobody listened before it"
    sleeper = asyncio.create_task(timers.wait(LONG))
    await another().schedule([("1:1", NOW)])
    assert await sleeper


async def test_a_nudge_between_two_waits_is_not_lost(timers, another):
    await timers.wait(LONG)
    await another().schedule([("1:1", NOW)])
    assert await timers.wait(LONG)


async def test_without_a_nudge_the_time_runs_out(timers):
    await timers.wait(LONG)
    assert await timers.wait(0.01) is False


async def test_a_lost_connection_is_made_again_and_wakes(timers, redis, another):
    await timers.wait(LONG)
    await redis.client_kill_filter(_type="pubsub")
    assert await timers.wait(LONG), "nudges before it were missed, so it wakes"
    await another().schedule([("1:1", NOW)])
    assert await timers.wait(LONG)


async def test_closing_ends_the_subscription(timers, redis):
    await timers.wait(LONG)
    await timers.aclose()
    while await redis.client_list(_type="pubsub"):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
