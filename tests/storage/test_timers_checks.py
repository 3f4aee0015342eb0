"""The queries with which the index is compared with the tables."""

import pytest

from storage.timers import keys

NOW = 1_764_000_000_000


@pytest.fixture(params=[1, 3], ids=["one shard", "three shards"])
async def timers(request, another):
    timers = another(shards=request.param)
    await timers.schedule([(f"{number}:1", NOW + number) for number in range(10)])
    return timers


async def test_pending_counts_claimed_steps_too(timers):
    await timers.tick(NOW + 4)
    assert await timers.pending() == 10


async def test_the_head_is_the_earliest_unclaimed_step(timers, another):
    assert await timers.head() == NOW
    await timers.cancel(["0:1"])
    assert await timers.head() == NOW + 1


async def test_an_empty_index_has_no_head(another):
    assert await another(shards=3).head() is None


async def test_scores_and_leases_tell_due_from_claimed(timers):
    await timers.tick(NOW)
    assert await timers.scores(["0:1", "1:1", "7:7"]) == {"0:1": None, "1:1": NOW + 1, "7:7": None}
    assert await timers.leases(["0:1", "1:1"]) == {"0:1": NOW + 10_000, "1:1": None}


async def test_scores_of_more_steps_than_one_call_takes(timers):
    steps = [(f"{number}:1", NOW + number) for number in range(4_500)]
    await timers.schedule(steps)
    assert await timers.scores([step for step, _ in steps]) == dict(steps)


async def test_between_includes_both_ends_and_sorts(timers):
    assert await timers.between(NOW + 3, NOW + 5) == [("3:1", NOW + 3), ("4:1", NOW + 4), ("5:1", NOW + 5)]
    assert await timers.between(NOW + 3, NOW + 9, limit=2) == [("3:1", NOW + 3), ("4:1", NOW + 4)]


async def test_pages_show_every_unclaimed_step(timers):
    await timers.schedule([(f"{number}:2", NOW) for number in range(3_000)])
    pages = [page async for page in timers.pages(500)]
    assert len(dict(step for page in pages for step in page)) == 3_010
    assert len(pages) > 3


async def test_claims_are_no_more_than_the_limit(timers):
    assert 0 < len((await timers.tick(NOW + 9, limit=6)).claimed) <= 6


async def test_claims_of_all_shards_come_in_due_order(timers):
    claimed = (await timers.tick(NOW + 9)).claimed
    assert [claim.due_ms for claim in claimed] == [NOW + number for number in range(10)]


async def test_the_next_look_is_the_earliest_of_all_shards(timers):
    assert (await timers.tick(NOW - 1)).next_ms == NOW


async def test_a_limit_of_nothing_only_acknowledges(timers):
    await timers.tick(NOW)
    assert (await timers.tick(NOW + 9, done=["0:1"], limit=0)).claimed == []
    assert await timers.pending() == 9


async def test_the_skew_is_that_of_the_server(timers, redis):
    seconds, micros = await redis.time()
    server = seconds * 1000 + micros // 1000
    assert await timers.skew_ms(server + 5_000) <= await timers.skew_ms(server) - 4_000
    assert await timers.skew_ms(server) >= 0


def test_the_steps_of_one_incident_share_a_shard_and_incidents_spread():
    assert len({keys.shard_of(f"12:{duty}", 4) for duty in range(50)}) == 1
    assert {keys.shard_of(f"{incident}:1", 4) for incident in range(50)} == {0, 1, 2, 3}


def test_the_keys_of_a_shard_share_one_hash_tag():
    shard = keys.shard_keys("huiyin", 2)
    assert {key.partition("}")[0] for key in (shard.due, shard.leases, shard.seen, shard.epoch)} == {"{huiyin:2"}


def test_namespaces_share_no_key():
    assert keys.shard_keys("a", 0).due != keys.shard_keys("b", 0).due
    assert keys.lock("a", "rebuild") != keys.lock("b", "rebuild")
    assert keys.nudges("a") != keys.nudges("b")
    assert keys.step_id(12, 57) == "12:57"
