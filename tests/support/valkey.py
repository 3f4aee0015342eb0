"""One real Valkey for the whole test session, an empty database for each test."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from storage import embedded
from storage.timers import connect


@pytest.fixture(scope="session")
def valkey() -> Iterator[embedded.EmbeddedValkey]:
    with tempfile.TemporaryDirectory(prefix="huiyin-") as directory:
        server = asyncio.run(embedded.start(directory))
        yield server
        asyncio.run(server.stop())


@pytest.fixture
async def redis(valkey: embedded.EmbeddedValkey) -> AsyncIterator[Redis]:
    async with connect(valkey.url) as client:
        await client.flushall()
        yield client
