"""Without Redis everything works from the tables alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.timers.timers import connect
from tests.support.story import Story, monday, new_story, pings


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    async with connect(f"unix://{tmp_path}/nobody.sock") as dead, new_story(tmp_path, dead) as started:
        yield started


async def test_every_step_sounds_at_its_time(story: Story) -> None:
    await story.opened()
    assert pings(await story.until(monday("18:35"))) == [
        ("Mon 10:35", "wang", "feng"),
        ("Mon 14:35", "wang", "qian"),
    ]


async def test_the_loop_goes_on(story: Story) -> None:
    await story.closed()
    assert (await story.incident()).stage == "resolved"
    await story.confirmed()
    assert await story.advance("4d") == []


async def test_it_is_known(story: Story) -> None:
    assert story.bot.timekeeper.available
    await story.opened()
    assert not story.bot.timekeeper.available


async def test_when_it_is_back_the_steps_are_there(tmp_path: Path, story: Story, redis: Redis) -> None:
    await story.opened()
    from bot.app import build
    from bot.config import install
    from storage.timers.timers import Timers

    timers = Timers(redis)
    story.bot = build(install(story.bot.config), story.clock, timers)
    await story.settle()
    assert await timers.pending() == 3
    assert pings(await story.until(monday("10:35"))) == [("Mon 10:35", "wang", "feng")]
    await timers.aclose()
