"""Units in English: found, handed up, given back, taken over, handed down, reported on, with the figures."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.story import demonstration, new_story
from tests.support.units import ROSTER, Units, tables

NAMES = {"实验小学": "Lake School", "第二小学": "Hill School", "第三小学": "Dale School"}


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    text = tables()
    for name, english in NAMES.items():
        text = text.replace(name, english)
    config = demonstration(tmp_path, "en", **{ROSTER: text + ROSTER})
    async with new_story(tmp_path, redis, config=config) as begun:
        yield Units(begun.bot, begun.clock)


@pytest.mark.demand("E")
async def test_the_whole_way(story: Units) -> None:
    await story.at("s1", "l1", "@Huiyin report parents complain about the traffic at the gate of Lake School")
    assert "ack 1" in story.heard("s1")
    await story.at("s1", "l1", "hand up 1 it concerns the police")
    assert "take over 1" in story.heard("work")
    await story.say("li", "give back 1 this is for the school to answer")
    assert "stays with Lake School" in story.heard("s1")
    await story.at("s1", "h1", "hand up 1 the police want a letter of the bureau")
    await story.say("li", "take over 1")
    assert "counts for Lake School" in story.heard("s1")
    await story.say("sun", "hand down 1 to Hill School within 2 working days find out how they did it")
    assert "unit report 1" in story.heard("s2")
    await story.at("s2", "l2", "why 1")
    assert "the limit that the office set" in story.heard("s2")
    await story.at("s2", "l2", "unit report 1 one-way traffic was introduced in May, No. 3/2026")
    assert "No. 3/2026" in story.heard("work")
    await story.say("li", "@Huiyin ledger")
    assert "Lake School received 1" in story.heard("work")
    await story.at("s3", "l3", "show 1")
    assert "no matter of Dale School" in story.heard("s3")
