"""A process that cannot connect, or that has lost Redis alone, leaves WeCom's connection to one that can hold it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.backoff import Backoff
from bot.channels.wecom.connection_owner import SocketPace
from storage.timers.connection_lease import Lease, LeaseState
from tests.support.cut_line import cut_line
from tests.support.wecom import Server, World
from tests.support.wecom_replica import connected, replica, until
from tests.support.wecom_robot import FakeRobot

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
PACE = SocketPace(ping=0.05, patience=5.0, reconnect=Backoff(0.01, 0.05), lease=0.6, give_up=0.3)


@pytest.fixture
async def fake() -> AsyncIterator[FakeRobot]:
    robot = FakeRobot(World(lambda: NOW))
    async with Server(robot.world, robot.routes()):
        yield robot


def lease(redis: Redis) -> Lease:
    return Lease(redis, "lock", PACE.lease)


async def test_the_other_process_connects(fake: FakeRobot, redis: Redis) -> None:
    async with replica(fake, lease(redis), PACE, secret="wrong") as broken:
        await until(lambda: fake.refused and broken.socket.owner)
        async with replica(fake, lease(redis), PACE) as sound:
            await until(lambda: connected(sound))
            assert not broken.socket.owner
            await until(lambda: broken.socket.state.stream == "with another process")
            assert sound.socket.state.stream == "connected"


async def test_alone_it_takes_it_again_and_connects_when_that_works(fake: FakeRobot, redis: Redis) -> None:
    fake.secret = "not yet"
    async with replica(fake, lease(redis), PACE) as one:
        await until(lambda: fake.refused)
        await until(lambda: not one.socket.owner)
        assert one.socket.state.stream == "away"
        await until(lambda: one.socket.owner)
        fake.secret = "robot-secret-value"
        await until(lambda: connected(one))


async def test_who_is_connected_keeps_it(fake: FakeRobot, redis: Redis) -> None:
    async with replica(fake, lease(redis), PACE) as one:
        await until(lambda: connected(one))
        pings = fake.pings
        await until(lambda: fake.pings > pings + 15)
        assert one.socket.owner
        assert fake.subscribed == 1


@pytest.mark.parametrize("unheard", [False, True])
async def test_one_that_alone_lost_redis_ends_with_the_other_connected(
    fake: FakeRobot, redis: Redis, tmp_path: Path, unheard: bool
) -> None:
    """With `unheard` its own line to WeCom breaks as well, and it opens it again after the other has connected."""
    async with cut_line(redis, tmp_path) as (own, line), replica(fake, lease(own), PACE) as alone:
        await until(lambda: connected(alone))
        async with replica(fake, lease(redis), PACE) as other:
            await asyncio.sleep(PACE.lease / 2)
            assert not other.socket.owner
            line.cut()
            if unheard:
                await until(lambda: other.socket.owner)
                assert fake.connections[0]._req
                assert fake.connections[0]._req.transport
                fake.connections[0]._req.transport.abort()
            await until(lambda: connected(other) and not connected(alone) and not alone.socket.owner)
            kicks = fake.kicked
            await asyncio.sleep(2 * PACE.lease)
            assert (connected(other), connected(alone), fake.kicked, len(fake.connections)) == (True, False, kicks, 1)
            line.mend()
            await asyncio.sleep(PACE.lease)
            assert (connected(other), alone.socket.owner) == (True, False)
        await until(lambda: connected(alone))


async def test_while_redis_is_away_for_all_the_owner_connects_again(
    fake: FakeRobot, redis: Redis, tmp_path: Path
) -> None:
    async with cut_line(redis, tmp_path) as (own, line), replica(fake, lease(own), PACE) as owner:
        await until(lambda: connected(owner))
        async with replica(fake, lease(own), PACE) as other:
            line.cut()
            assert await lease(own).take() is LeaseState.UNKNOWN
            await fake.connections[0].close(code=1001)
            await until(lambda: fake.subscribed == 2 and connected(owner))
            await asyncio.sleep(2 * PACE.lease)
            assert (other.socket.owner, fake.kicked) == (False, 0)
