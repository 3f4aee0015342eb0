"""A due step is claimed by one process at a time, and returns unless it is acknowledged."""

import asyncio

from storage.timers.timers import Claim

NOW = 1_764_000_000_000
LEASE = 10_000


async def test_a_step_is_claimed_when_it_is_due_and_not_before(timers):
    await timers.schedule([("12:57", NOW)])
    assert (await timers.tick(NOW - 1)).claimed == []
    assert (await timers.tick(NOW)).claimed == [Claim("12:57", NOW)]


async def test_claims_come_in_due_order_and_no_more_than_the_limit(timers):
    await timers.schedule([("1:3", NOW - 1), ("1:1", NOW - 3), ("1:2", NOW - 2)])
    assert [claim.id for claim in (await timers.tick(NOW, limit=2)).claimed] == ["1:1", "1:2"]
    assert [claim.id for claim in (await timers.tick(NOW, limit=2)).claimed] == ["1:3"]


async def test_a_claimed_step_is_not_claimed_again_within_its_lease(timers, another):
    await timers.schedule([("1:1", NOW)])
    await timers.tick(NOW)
    assert (await timers.tick(NOW + LEASE - 1)).claimed == []
    assert (await another().tick(NOW + LEASE - 1)).claimed == []


async def test_an_unacknowledged_step_comes_back_when_its_lease_ends(timers, another):
    await timers.schedule([("1:1", NOW)])
    await timers.tick(NOW)
    tick = await another().tick(NOW + LEASE)
    assert ([claim.id for claim in tick.claimed], tick.returned) == (["1:1"], 1)


async def test_what_comes_back_is_claimed_before_what_fell_due_meanwhile(timers):
    await timers.schedule([("1:1", NOW), ("2:1", NOW + 1)])
    await timers.tick(NOW)
    tick = await timers.tick(NOW + LEASE)
    assert [claim.id for claim in tick.claimed] == ["1:1", "2:1"]


async def test_what_comes_back_waits_its_turn_like_any_other(timers):
    await timers.schedule([("1:1", NOW), ("2:1", NOW + 1)])
    await timers.tick(NOW + 2, limit=1)
    tick = await timers.tick(NOW + 2 + LEASE, limit=1)
    assert ([claim.id for claim in tick.claimed], tick.returned) == (["2:1"], 1)
    assert await timers.leases(["1:1"]) == {"1:1": None}
    assert await timers.scores(["1:1"]) == {"1:1": NOW + 2}


async def test_an_acknowledged_step_is_gone(timers):
    await timers.schedule([("1:1", NOW)])
    await timers.tick(NOW)
    tick = await timers.tick(NOW, done=["1:1"])
    assert (tick.next_ms, await timers.pending()) == (None, 0)
    assert (await timers.tick(NOW + LEASE)).returned == 0


async def test_acknowledging_what_was_never_claimed_removes_nothing(timers):
    await timers.schedule([("1:1", NOW + 1)])
    await timers.tick(NOW, done=["1:1", "7:7"])
    assert await timers.scores(["1:1"]) == {"1:1": NOW + 1}


async def test_the_next_look_is_at_the_head_or_at_the_first_end_of_a_lease(timers):
    assert (await timers.tick(NOW)).next_ms is None
    await timers.schedule([("1:1", NOW), ("1:2", NOW + LEASE + 5)])
    assert (await timers.tick(NOW)).next_ms == NOW + LEASE
    await timers.schedule([("1:3", NOW + 7)])
    assert (await timers.tick(NOW)).next_ms == NOW + 7


async def test_the_next_look_is_at_once_when_the_limit_left_something(timers):
    await timers.schedule([("1:1", NOW - 2), ("1:2", NOW - 1)])
    assert (await timers.tick(NOW, limit=1)).next_ms == NOW - 1


async def test_a_moved_step_comes_at_its_new_time(timers):
    await timers.schedule([("1:1", NOW), ("1:2", NOW + 100)])
    await timers.schedule([("1:1", NOW + 50), ("1:2", NOW - 1)])
    assert [claim.id for claim in (await timers.tick(NOW)).claimed] == ["1:2"]
    assert (await timers.tick(NOW + 50)).claimed == [Claim("1:1", NOW + 50)]


async def test_a_cancelled_step_never_comes(timers):
    await timers.schedule([("1:1", NOW), ("1:2", NOW)])
    await timers.cancel(["1:1", "9:9"])
    assert [claim.id for claim in (await timers.tick(NOW)).claimed] == ["1:2"]


async def test_a_step_cancelled_while_it_is_claimed_does_not_come_back(timers):
    await timers.schedule([("1:1", NOW)])
    await timers.tick(NOW)
    await timers.cancel(["1:1"])
    assert (await timers.pending(), (await timers.tick(NOW + LEASE)).returned) == (0, 0)


async def test_a_step_rearmed_while_it_is_claimed_comes_at_its_new_time_only(timers):
    await timers.schedule([("1:1", NOW)])
    await timers.tick(NOW)
    await timers.schedule([("1:1", NOW + 3 * LEASE)])
    tick = await timers.tick(NOW + LEASE, done=["1:1"])
    assert (tick.claimed, tick.next_ms) == ([], NOW + 3 * LEASE)
    assert await timers.pending() == 1


async def test_a_late_acknowledgement_leaves_the_claim_of_another_process(timers, another):
    other = another()
    await timers.schedule([("1:1", NOW)])
    await timers.tick(NOW)
    await timers.schedule([("1:1", NOW + 1)])
    await other.tick(NOW + 1)
    await timers.tick(NOW + 2, done=["1:1"])
    assert await timers.leases(["1:1"]) == {"1:1": NOW + 1 + LEASE}


async def test_a_late_acknowledgement_still_counts_while_nobody_took_over(timers, another):
    await timers.schedule([("1:1", NOW)])
    await timers.tick(NOW)
    tick = await timers.tick(NOW + LEASE + 1, done=["1:1"])
    assert (tick.returned, await timers.pending()) == (0, 0)


async def test_claims_that_ended_or_were_acknowledged_are_forgotten(timers, another):
    await timers.schedule([("1:1", NOW), ("1:2", NOW), ("1:3", NOW + 1)])
    await timers.tick(NOW)
    await timers.tick(NOW + 1, done=["1:1"])
    assert timers._held == {"1:2": NOW + LEASE, "1:3": NOW + 1 + LEASE}
    await another().tick(NOW + LEASE)
    await timers.tick(NOW + LEASE)
    assert timers._held == {"1:3": NOW + 1 + LEASE}


async def test_a_clock_set_back_does_not_keep_a_claimed_step_away(timers):
    await timers.schedule([("1:1", NOW)])
    await timers.tick(NOW)
    hour_back = NOW - 3_600_000
    assert (await timers.tick(hour_back)).claimed == []
    assert [claim.id for claim in (await timers.tick(hour_back + LEASE)).claimed] == ["1:1"]


async def test_a_neighbour_whose_clock_runs_ahead_keeps_its_claim(timers, another):
    await timers.schedule([("1:1", NOW)])
    await another().tick(NOW + 900)
    await timers.tick(NOW)
    assert await timers.leases(["1:1"]) == {"1:1": NOW + 900 + LEASE}


async def test_a_burst_is_claimed_completely_and_once(timers):
    burst = {f"{number}:1": NOW - number for number in range(5_001)}
    await timers.schedule(burst.items())
    claimed: list[str] = []
    while claims := (await timers.tick(NOW, done=claimed[-1_000:], limit=1_000)).claimed:
        claimed += [claim.id for claim in claims]
    assert sorted(claimed) == sorted(burst)
    assert await timers.pending() == 0


async def test_a_lease_that_ends_while_several_shards_are_asked(another):
    timers = another(shards=3)
    steps = {f"{number}:1": NOW for number in range(30)}
    await timers.schedule(steps.items())
    claimed = [claim.id for claim in (await timers.tick(NOW)).claimed]

    async def later() -> None:
        timers._forget(NOW + 2 * LEASE, ())  # as another batch's tick does when the lease has ended

    await asyncio.gather(timers.tick(NOW + LEASE - 1, done=claimed), later())
    assert await timers.pending() == 0
