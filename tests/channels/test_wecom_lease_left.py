"""A process that cannot connect leaves WeCom's connection to one that can."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from bot.backoff import Backoff
from bot.channels.wecom.connection_owner import SocketPace
from storage.timers.connection_lease import Lease
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


async def test_alone_it_takes_it_again_and_connects_when_that_works(fake: FakeRobot, redis: Redis) -> None:
    fake.secret = "not yet"
    async with replica(fake, lease(redis), PACE) as one:
        await until(lambda: fake.refused)
        await until(lambda: not one.socket.owner)
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
