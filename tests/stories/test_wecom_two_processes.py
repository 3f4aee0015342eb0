"""Two processes on one database and one Redis: one owns the robot's connection, both do the rest, nothing twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.app import build, connect_platforms
from bot.clock import StandingClock
from bot.config import Installation
from bot.runtime import Bot
from storage.tables import Inbox
from storage.timers.timers import Timers
from tests.support.database import database
from tests.support.drive_wecom import WeComDriver
from tests.support.story import MONDAY
from tests.support.wecom import GROUP

LIMIT = 20.0


@asynccontextmanager
async def process(config: Installation, clock: StandingClock, redis: Redis) -> AsyncIterator[Bot]:
    async with AsyncExitStack() as stack:
        timers = Timers(redis)
        stack.push_async_callback(timers.aclose)
        bot = build(config, clock, timers)
        bot.redis = redis
        await connect_platforms(bot, stack)
        loops = [asyncio.ensure_future(loop()) for loop in bot.loops]
        try:
            yield bot
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)


async def connected(bot: Bot) -> bool:
    return bool((await bot.health["wecom"]())["connected"])


async def test_one_hears_and_either_answers(tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    driver, clock = WeComDriver("two", robot="socket"), StandingClock(MONDAY)
    async with driver.connect(clock, monkeypatch.setenv) as config, database(tmp_path), AsyncExitStack() as stack:
        first = await stack.enter_async_context(process(config, clock, redis))
        async with asyncio.timeout(LIMIT):
            while not await connected(first):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        second = await stack.enter_async_context(process(config, clock, redis))
        await driver.fake.says("u-zhou", "食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
        async with asyncio.timeout(LIMIT):
            while not await Inbox.all().exists():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await second.drain()  # decides and pings by the webhook; the card needs the robot
        assert [(one.by, one.to) for one in driver.world.seen] == [("webhook", GROUP)]
        assert not await connected(second)
        clock.advance(timedelta(seconds=1))
        await first.drain()
        assert [(one.by, one.kind) for one in driver.world.seen] == [("webhook", "text"), ("robot", "template_card")]
        await second.drain()
        assert len(driver.world.seen) == 2
    assert (driver.fake.subscribed, driver.fake.kicked) == (1, 0)
