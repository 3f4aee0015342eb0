from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis

from storage.timers.timers import Timers
from tests.support.valkey import redis, valkey

__all__ = ["another", "redis", "timers", "valkey"]


@pytest.fixture
async def another(redis: Redis) -> AsyncIterator[Callable[..., Timers]]:
    """Return a function that makes the timers of another process on the same index."""
    made: list[Timers] = []

    def make(**options: int) -> Timers:
        made.append(Timers(redis, **options))
        return made[-1]

    yield make
    for timers in made:
        await timers.aclose()


@pytest.fixture
async def timers(another: Callable[..., Timers]) -> Timers:
    return another()
