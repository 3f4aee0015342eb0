"""A lease has one owner, expires, and can be released."""

import asyncio
import subprocess
import sys

import pytest
from redis.asyncio import Redis

from storage.process_mark import began, here
from storage.timers.connection_lease import Lease, LeaseState
from storage.timers.timers import connect


async def test_one_owner_at_a_time(redis: Redis) -> None:
    first, second = Lease(redis, "lock", 30), Lease(redis, "lock", 30)
    assert [await first.take(), await second.take(), await first.take()] == [
        LeaseState.OURS,
        LeaseState.ANOTHERS,
        LeaseState.OURS,
    ]
    await second.release()
    assert await second.take() is LeaseState.ANOTHERS
    await first.release()
    assert await second.take() is LeaseState.OURS


async def test_it_ends_by_itself(redis: Redis) -> None:
    first, second = Lease(redis, "lock", 0.05), Lease(redis, "lock", 30)
    assert await first.take() is LeaseState.OURS
    async with asyncio.timeout(20):
        while await second.take() is not LeaseState.OURS:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert await first.take() is LeaseState.ANOTHERS


async def test_renewing_keeps_it_and_a_wiped_redis_gives_it_to_the_first_who_asks(redis: Redis) -> None:
    first, second = Lease(redis, "lock", 30), Lease(redis, "lock", 30)
    await first.take()
    await redis.pexpire("lock", 1000)
    await first.take()
    assert await redis.pttl("lock") > 20_000
    await redis.flushall()
    assert [await second.take(), await first.take()] == [LeaseState.OURS, LeaseState.ANOTHERS]


async def test_nobody_knows_while_redis_is_away() -> None:
    async with connect("redis://127.0.0.1:1/0") as nowhere:
        lease = Lease(nowhere, "lock", 30)
        assert await lease.take() is LeaseState.UNKNOWN
        await lease.release()


@pytest.mark.parametrize(("where", "hold"), [(here(), LeaseState.OURS), ("another-machine/1", LeaseState.ANOTHERS)])
async def test_a_process_that_was_killed_here_is_inherited_from(redis: Redis, where: str, hold: LeaseState) -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])  # noqa: ASYNC220
    process.wait()
    await redis.set("lock", f"{where}:{process.pid}:1:mark", px=30_000)
    assert await Lease(redis, "lock", 30).take() is hold


async def test_a_process_that_lives_is_not(redis: Redis) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)  # noqa: ASYNC220
    try:
        await redis.set("lock", f"{here()}:{process.pid}:{began(process.pid)}:mark", px=30_000)
        assert await Lease(redis, "lock", 30).take() is LeaseState.ANOTHERS
    finally:
        process.kill()
        process.communicate()
