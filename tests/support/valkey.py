"""One real Valkey for the test session, emptied for each test."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from storage.timers import embedded
from storage.timers.timers import connect


@pytest.fixture(scope="session")
def valkey() -> Iterator[embedded.EmbeddedValkey]:
    with tempfile.TemporaryDirectory(prefix="huiyin-") as directory:
        server = asyncio.run(embedded.start(directory))
        yield server
        asyncio.run(server.stop())


@pytest.fixture
async def redis(valkey: embedded.EmbeddedValkey) -> AsyncIterator[Redis]:
    """Connect to the session's Valkey, or to the Redis that HUIYIN_TEST_REDIS names, and empty it."""
    async with connect(os.environ.get("HUIYIN_TEST_REDIS") or valkey.url) as client:
        await client.flushall()
        yield client
