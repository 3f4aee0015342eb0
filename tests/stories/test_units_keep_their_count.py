"""A unit cannot take a matter out of its own count: neither by undoing nor by giving it away or merging it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.units import FIRST, Units, units

POST = "@回音 上报 家长反映实验小学操场积水，希望学校说明情况"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        yield begun


@pytest.mark.demand("E")
@pytest.mark.parametrize(
    "words",
    [
        "撤回",
        "撤回 1",
        "误报 1 弄错了",
        "退单 1 不归我们",
        "改派 1 第二小学",
        "牵头 1 第二小学",
        "并案 1 2",
        "正面 1 家长感谢",
        "移送 1 教育局",
    ],
)
async def test_it_stays_counted(story: Units, words: str) -> None:
    await story.at("s1", "h1", POST)
    await story.at("s1", "l1", "@回音 上报 家长反映校门口拥堵，希望学校说明情况")
    await story.at("s1", "h1", words)
    rows = [await story.incident(1), await story.incident(2)]
    assert [row.stage for row in rows] == ["assigned", "assigned"]
    assert [row.unit for row in rows] == [FIRST, FIRST]


async def test_said_in_the_offices_group_it_counts_for_the_unit_too(story: Units) -> None:
    sent = await story.at("work", "l1", POST)
    assert sorted(one.conversation for one in sent) == ["s1", "work"]
    row = await story.incident()
    assert (row.unit, row.department) == (FIRST, FIRST)


async def test_a_mistake_is_struck_out_on_the_offices_word_alone(story: Units) -> None:
    await story.at("s1", "l1", POST)
    await story.at("s1", "l1", "误报 1 弄错了")
    await story.at("s1", "h1", "同意 1")
    assert (await story.incident()).stage != "withdrawn"
    await story.say("sun", "同意 1")
    assert (await story.incident()).stage == "withdrawn"
