"""Stories under the regime that a module names in REGIME; they begin on Monday 2026-11-23 at 10:05 by default."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.regime import MONDAY_MORNING, under
from tests.support.story import Story


@pytest.fixture
async def story(request: pytest.FixtureRequest, tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    at, replaced = getattr(request, "param", (MONDAY_MORNING, {}))
    async with under(request.module.REGIME, tmp_path, redis, at, **replaced) as started:
        yield started
