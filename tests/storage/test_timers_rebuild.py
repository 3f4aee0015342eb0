"""A rebuild makes the index equal to the tables while it is in use, by one process at a time."""

import asyncio

import pytest

from storage.timers import keys
from storage.timers.rebuild import OWNED_MS
from storage.timers.timers import RebuildInterrupted, TimersUnavailable

NOW = 1_764_000_000_000
SHARD = keys.shard_keys("huiyin", 0)


async def rows(*batches):
    for batch in batches:
        if callable(batch):
            await batch()
        else:
            yield batch


async def test_a_wiped_index_is_filled(another):
    timers = another(shards=3)
    steps = [(f"{number}:1", NOW + number) for number in range(5_000)]
    rebuilt = await timers.rebuild(rows(steps[:4_900], [], steps[4_900:]))
    assert (rebuilt.steps, rebuilt.removed) == (5_000, 0)
    assert await timers.scores([step for step, _ in steps]) == dict(steps)


async def test_wrong_times_are_corrected_and_strangers_removed(timers):
    await timers.schedule([("1:1", NOW), ("1:2", NOW)] + [(f"{number}:9", NOW) for number in range(3_000)])
    rebuilt = await timers.rebuild(rows([("1:1", NOW + 7), ("1:3", NOW)]))
    assert (rebuilt.steps, rebuilt.removed) == (2, 3_001)
    assert sorted(await timers.between(0, 2 * NOW)) == [("1:1", NOW + 7), ("1:3", NOW)]


async def test_a_claimed_step_stays_claimed(timers, another):
    await timers.schedule([("1:1", NOW)])
    await timers.tick(NOW)
    await timers.rebuild(rows([("1:1", NOW)]))
    assert (await another().tick(NOW)).claimed == []
    assert await timers.pending() == 1


async def test_a_claimed_step_without_a_row_does_not_come_back(timers):
    await timers.schedule([("1:1", NOW)])
    await timers.tick(NOW)
    await timers.rebuild(rows([("2:1", NOW)]))
    assert await timers.leases(["1:1"]) == {"1:1": None}


async def test_what_is_scheduled_meanwhile_is_newer_than_the_rows(timers):
    async def moved():
        await timers.schedule([("1:1", NOW + 5), ("1:9", NOW + 9)])

    await timers.rebuild(rows([("2:1", NOW)], moved, [("1:1", NOW)]))
    assert await timers.scores(["1:1", "1:9", "2:1"]) == {"1:1": NOW + 5, "1:9": NOW + 9, "2:1": NOW}


async def test_what_is_scheduled_after_its_row_was_read_is_newer_too(timers):
    async def moved():
        await timers.schedule([("1:1", NOW + 5)])

    await timers.rebuild(rows([("1:1", NOW)], moved, [("1:1", NOW)]))
    assert await timers.scores(["1:1"]) == {"1:1": NOW + 5}


async def test_what_is_cancelled_meanwhile_does_not_come_back(timers):
    async def cancelled():
        await timers.cancel(["1:1"])

    await timers.rebuild(rows([], cancelled, [("1:1", NOW)]))
    assert await timers.pending() == 0


async def test_what_is_acknowledged_meanwhile_does_not_come_back(timers):
    async def acknowledged():
        await timers.tick(NOW, done=["1:1"])

    await timers.schedule([("1:1", NOW)])
    await timers.tick(NOW)
    await timers.rebuild(rows([], acknowledged, [("1:1", NOW)]))
    assert await timers.pending() == 0


async def test_steps_are_claimed_while_it_goes_on(timers):
    async def claimed():
        assert [claim.id for claim in (await timers.tick(NOW)).claimed] == ["2:1", "1:1"]

    await timers.schedule([("1:1", NOW)])
    await timers.rebuild(rows([("2:1", NOW - 1)], [], claimed, [("1:1", NOW)]))
    assert sorted(await timers.leases(["1:1", "2:1"])) == ["1:1", "2:1"]
    assert await timers.head() is None


async def test_filling_wakes_the_sleeper(timers, another):
    await timers.wait(30)
    await another().rebuild(rows([("1:1", NOW)]))
    assert await timers.wait(30)


async def test_the_epoch_tells_a_filled_index_from_a_wiped_one(another, redis):
    timers = another(shards=3)
    assert (await timers.epoch(), (await timers.tick(NOW)).epoch) == (None, None)
    rebuilt = await timers.rebuild(rows([("1:1", NOW)]))
    assert (await timers.epoch(), (await timers.tick(NOW)).epoch) == (rebuilt.epoch, rebuilt.epoch)
    await redis.delete(keys.shard_keys("huiyin", 1).epoch)
    assert (await timers.epoch(), (await timers.tick(NOW)).epoch) == (None, None)
    await redis.set(keys.shard_keys("huiyin", 1).epoch, "of another rebuild")
    assert (await timers.epoch(), (await timers.tick(NOW)).epoch) == (None, None)


async def test_two_at_once_are_one(timers, another, redis):
    async def second():
        assert await another().rebuild(rows([("9:9", NOW)])) is None

    assert await timers.rebuild(rows([("1:1", NOW)], second, [("1:2", NOW)])) is not None
    assert await timers.pending() == 2
    assert await redis.exists(SHARD.seen, keys.lock("huiyin", "rebuild")) == 0


async def test_a_failure_while_reading_leaves_the_next_one_free(timers):
    async def failing():
        raise ValueError("the database is away")

    with pytest.raises(ValueError, match="away"):
        await timers.rebuild(rows([("1:1", NOW)], failing))
    assert await timers.epoch() is None
    assert await timers.rebuild(rows([("2:1", NOW)])) is not None
    assert await timers.scores(["1:1", "2:1"]) == {"1:1": None, "2:1": NOW}


@pytest.mark.parametrize("rest", [[("1:2", NOW)], []], ids=["between batches", "before the sweep"])
async def test_wiped_meanwhile_it_says_so_and_claims_no_epoch(timers, redis, rest):
    with pytest.raises(RebuildInterrupted):
        await timers.rebuild(rows([("1:1", NOW)], redis.flushall, *[batch for batch in [rest] if batch]))
    assert await timers.epoch() is None
    assert issubclass(RebuildInterrupted, TimersUnavailable)


async def test_an_interrupted_one_closes_what_it_reads(timers, redis):
    closed = asyncio.Event()

    async def reading():
        try:
            for step in ("1:1", "1:2"):
                yield [(step, NOW)]
                await redis.flushall()
        finally:
            closed.set()

    with pytest.raises(RebuildInterrupted):
        await timers.rebuild(reading())
    assert closed.is_set()


async def test_one_that_lost_its_lock_gives_way_to_the_next(timers, another, redis):
    async def overtaken():
        await redis.delete(keys.lock("huiyin", "rebuild"))
        assert await another().rebuild(rows([("2:1", NOW)])) is not None

    with pytest.raises(RebuildInterrupted):
        await timers.rebuild(rows([("1:1", NOW)], overtaken, [("1:2", NOW)]))
    assert sorted(await timers.between(0, 2 * NOW)) == [("2:1", NOW)]


async def test_one_that_ends_late_leaves_the_lock_of_the_next(timers, redis):
    lock = keys.lock("huiyin", "rebuild")

    async def overtaken():
        await redis.set(lock, "another")

    await timers.rebuild(rows([("1:1", NOW)], overtaken))
    assert await redis.get(lock) == "another"


async def test_each_batch_prolongs_the_lock(timers, redis):
    held = (keys.lock("huiyin", "rebuild"), SHARD.seen)

    async def nearly_over():
        for key in held:
            await redis.pexpire(key, OWNED_MS // 2)

    async def prolonged():
        assert all([await redis.pttl(key) > OWNED_MS // 2 for key in held])

    await timers.rebuild(rows(nearly_over, [("1:1", NOW)], [], prolonged))


async def test_outside_a_rebuild_nothing_is_noted(timers, redis):
    await timers.schedule([("1:1", NOW)])
    await timers.tick(NOW)
    await timers.tick(NOW, done=["1:1"])
    assert await redis.exists(SHARD.seen) == 0


async def test_a_crashed_rebuild_leaves_nothing_for_ever(timers, redis):
    async def crashing():
        await asyncio.Event().wait()

    crashed = asyncio.create_task(timers.rebuild(rows(crashing)))
    while not await redis.exists(SHARD.seen):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert 0 < await redis.pttl(SHARD.seen) <= OWNED_MS
    assert 0 < await redis.pttl(keys.lock("huiyin", "rebuild")) <= OWNED_MS
    crashed.cancel()
    await asyncio.wait([crashed])
