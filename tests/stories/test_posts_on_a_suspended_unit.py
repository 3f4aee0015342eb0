"""What a suspended unit finds, or is named in, is the office's; everybody is told that the unit is suspended."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.units import Units, units


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis, suspended={"s2": True}) as begun:
        yield begun


async def test_what_it_finds_goes_to_the_office(story: Units) -> None:
    await story.at("s2", "l2", "@回音 上报 家长反映食堂不卫生，望说明")
    told = story.expect("第二小学已停用，由 @李主任 办理", pinged="li")
    assert "回避" not in told.text
    assert (await story.incident()).department is None


async def test_what_it_finds_about_its_head_is_still_a_conflict(story: Units) -> None:
    await story.at("s2", "l2", "@回音 上报 家长举报第二小学施校长收受礼品卡，望说明")
    assert "停用" not in story.heard("s2")
    assert "按回避规定" in story.heard("work")


@pytest.mark.parametrize(
    ("words", "also"),
    [
        ("家长反映第二小学食堂饭菜有异物，望说明", ""),
        ("家长反映第二小学学生在实验小学门口打架，望说明", "；也提到实验小学"),
    ],
)
async def test_what_names_it_goes_to_the_office_alone(story: Units, words: str, also: str) -> None:
    await story.at("work", "zhou", f"@回音 上报 {words}")
    story.expect(f"第二小学已停用，由 @李主任 办理{also}", pinged="li")
    assert (await story.incident()).department is None
    assert not story.heard("s1")


async def test_in_a_message_with_several_too(story: Units) -> None:
    await story.at(
        "work",
        "zhou",
        "@回音 1、家长反映第二小学门口拥堵 https://weibo.com/1/Aa1\n2、家长反映实验小学操场积水 https://weibo.com/2/Bb2",
    )
    story.expect("第二小学已停用，由 @李主任 办理")
