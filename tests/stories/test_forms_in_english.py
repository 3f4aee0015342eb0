"""The same forms in English, from English templates."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.papers import words
from tests.support.story import Story, demonstration, new_story


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with new_story(tmp_path, redis, config=demonstration(tmp_path, "en")) as started:
        yield started


async def test_every_form_is_made(story: Story) -> None:
    await story.opened("@Huiyin report there was a piece of wire in the canteen's food, parents ask for an answer")
    await story.say("wang", "ack 1")
    for said, expected in (
        ("liaison form 1", "No. L 2026/1"),
        ("handling form 1", "Handling form"),
        ("reminder notice 1", "Matter 1, “there was a piece of wire"),
        ("summary report 1", "1. The matter"),
        ("bulletin", "what ran over in 2026-11"),
    ):
        assert expected in await words((await story.say("li", said))[-1])


async def test_the_archive_and_the_library(story: Story) -> None:
    await story.opened("@Huiyin report there was a piece of wire in the canteen's food, parents ask for an answer")
    await story.say("wang", "ack 1")
    await story.say("wang", "resolve 1 remedied: supplier replaced")
    await story.say("li", "archive 1")
    assert story.expect("Archive").say.attachments
    await story.say("li", "@Huiyin show canteen wire")
    story.expect("#1 there was a piece of wire")
