"""Single calls are combined, and the last change of a step wins."""

import asyncio

import pytest

from storage.timers.gather import Gatherer

NOW = 1_764_000_000_000


async def scripts_run(redis) -> int:
    return (await redis.info("commandstats")).get("cmdstat_evalsha", {"calls": 0})["calls"]


async def test_calls_of_one_turn_are_one_call_to_redis(timers, redis):
    await timers.schedule([("0:0", NOW)])
    before = await scripts_run(redis)
    await asyncio.gather(*(timers.schedule([(f"{n}:1", NOW)]) for n in range(100)), timers.cancel(["5:1"]))
    assert (await scripts_run(redis) - before, await timers.pending()) == (1, 100)


async def test_the_last_word_in_one_turn_holds(timers):
    await asyncio.gather(timers.schedule([("1:1", NOW)]), timers.cancel(["1:1"]), timers.schedule([("2:1", 1)]))
    await asyncio.gather(timers.cancel(["2:1"]), timers.schedule([("2:1", NOW)]))
    assert await timers.scores(["1:1", "2:1"]) == {"1:1": None, "2:1": NOW}


@pytest.mark.parametrize("turns", range(1, 7))
async def test_the_last_word_holds_when_a_call_is_under_way(timers, turns):
    first = asyncio.create_task(timers.schedule([("1:1", NOW)]))
    for _ in range(turns):
        await asyncio.sleep(0)
    await timers.schedule([("1:1", NOW + 9)])
    await first
    assert await timers.scores(["1:1"]) == {"1:1": NOW + 9}


@pytest.mark.parametrize("turns", range(8))
async def test_a_caller_that_gives_up_takes_nobody_along(timers, turns):
    impatient = asyncio.create_task(timers.schedule([("1:1", NOW)]))
    patient = asyncio.create_task(timers.schedule([("1:2", NOW)]))
    for _ in range(turns):
        await asyncio.sleep(0)
    impatient.cancel()
    await patient
    assert await timers.scores(["1:2"]) == {"1:2": NOW}


async def test_one_call_is_under_way_at_a_time():
    sent, last = [], asyncio.Event()

    async def send(changes):
        sent.append(("begun", *changes))
        await last.wait()
        sent.append(("ended", *changes))

    gatherer = Gatherer(send)
    calls = []
    for step in ("1:1", "1:2", "1:3"):
        calls.append(asyncio.create_task(gatherer.put({step: NOW})))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    last.set()
    await asyncio.gather(*calls)
    assert sent == [("begun", "1:1"), ("ended", "1:1"), ("begun", "1:2", "1:3"), ("ended", "1:2", "1:3")]


async def test_nothing_to_say_is_not_said(timers, redis):
    before = await scripts_run(redis)
    await timers.schedule([])
    await timers.cancel(())
    assert await scripts_run(redis) == before


async def test_closing_waits_for_what_is_under_way(another):
    timers, reader = another(), another()
    call = asyncio.create_task(timers.schedule([("1:1", NOW)]))
    await asyncio.sleep(0)
    await timers.aclose()
    assert await reader.scores(["1:1"]) == {"1:1": NOW}
    await call


async def test_a_large_call_is_split_and_complete(timers, redis):
    await timers.schedule([("0:1", NOW)])  # two calls if the server does not know the script yet
    before = await scripts_run(redis)
    await timers.schedule([(f"{n}:1", NOW + n) for n in range(4_001)])
    assert (await scripts_run(redis) - before, await timers.pending()) == (3, 4_001)
