"""Redis may stop, restart, or lose its scripts: one kind of error meanwhile, and normal operation afterwards."""

import asyncio

import pytest
from redis.asyncio import Redis

from storage.timers import embedded
from storage.timers.timers import Timers, TimersUnavailable, connect

NOW = 1_764_000_000_000


async def no_rows():
    for batch in ([("1:1", NOW)],):
        yield batch


CALLS = {
    "schedule": lambda timers: timers.schedule([("1:1", NOW)]),
    "cancel": lambda timers: timers.cancel(["1:1"]),
    "tick": lambda timers: timers.tick(NOW),
    "pending": lambda timers: timers.pending(),
    "head": lambda timers: timers.head(),
    "epoch": lambda timers: timers.epoch(),
    "scores": lambda timers: timers.scores(["1:1"]),
    "leases": lambda timers: timers.leases(["1:1"]),
    "between": lambda timers: timers.between(0, NOW),
    "pages": lambda timers: anext(timers.pages()),
    "skew": lambda timers: timers.skew_ms(NOW),
    "rebuild": lambda timers: timers.rebuild(no_rows()),
}


@pytest.mark.parametrize("shards", [1, 2])
@pytest.mark.parametrize("name", CALLS)
async def test_every_call_raises_the_one_error_while_redis_is_down(tmp_path, name, shards):
    async with connect(f"unix://{tmp_path}/nobody.sock") as redis:
        timers = Timers(redis, shards=shards)
        with pytest.raises(TimersUnavailable):
            await CALLS[name](timers)
        await timers.aclose()


async def test_waiting_while_redis_is_down_runs_out_quietly(tmp_path):
    async with connect(f"unix://{tmp_path}/nobody.sock") as redis:
        timers = Timers(redis)
        assert await timers.wait(0.2) is False
        await timers.aclose()


async def test_a_restarted_server_has_everything_and_wakes_the_sleeper(tmp_path):
    server = await embedded.start(tmp_path)
    async with connect(server.url) as redis:
        timers = Timers(redis)
        await timers.schedule([("1:1", NOW), ("1:2", NOW + 1)])
        await timers.tick(NOW)
        await timers.wait(30)
        await server.stop()
        with pytest.raises(TimersUnavailable):
            await timers.tick(NOW, done=["1:1"])
        server = await embedded.start(tmp_path)
        assert await timers.wait(30)
        tick = await timers.tick(NOW, done=["1:1"])
        assert (tick.next_ms, await timers.pending()) == (NOW + 1, 1)
        await timers.aclose()
    await server.stop()


async def test_forgotten_scripts_are_loaded_again(timers, redis):
    await timers.schedule([("1:1", NOW)])
    await redis.script_flush()
    await timers.schedule([("1:2", NOW)])
    await redis.script_flush()
    assert len((await timers.tick(NOW)).claimed) == 2


async def test_a_server_that_refuses_to_write_is_unavailable_too(timers, redis):
    await redis.config_set("min-replicas-to-write", 1)
    try:
        with pytest.raises(TimersUnavailable):
            await timers.schedule([("1:1", NOW)])
    finally:
        await redis.config_set("min-replicas-to-write", 0)
    await timers.schedule([("1:1", NOW)])


async def test_all_callers_of_a_failed_turn_hear_of_it(tmp_path):
    async with connect(f"unix://{tmp_path}/nobody.sock") as redis:
        timers = Timers(redis)
        calls = (timers.schedule([(f"{number}:1", NOW)]) for number in range(5))
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(answer) for answer in answers] == [TimersUnavailable] * 5
        await timers.aclose()


async def test_a_client_that_answers_in_bytes_does_as_well(valkey, redis):
    async with Redis.from_url(valkey.url) as raw:
        timers = Timers(raw)
        await timers.schedule([("1:1", NOW), ("1:2", NOW + 1)])
        assert (await timers.tick(NOW)).claimed == [("1:1", NOW)]
        assert await timers.between(0, 2 * NOW) == [("1:2", NOW + 1)]
        rebuilt = await timers.rebuild(no_rows())
        assert await timers.epoch() == rebuilt.epoch == (await timers.tick(NOW)).epoch
        await timers.aclose()
