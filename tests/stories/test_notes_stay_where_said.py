"""Notes and talks with who raised a matter stay where they were said; what is said one-to-one is copied to no group."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.units import Units, units

POST = "@回音 上报 家长反映第二小学校门口早晚高峰拥堵，望说明"
NOTE = "备注 1 建议对施校长诫勉谈话，先不要告诉学校"
TALK = "联系 1 电话 家长说怕学校知道是她反映的"
NEWS = "续报 1 发帖人是三年级二班女生的妈妈"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        yield begun


@pytest.mark.parametrize("words", [NOTE, TALK])
async def test_the_offices_stay_in_its_group(story: Units, words: str) -> None:
    await story.at("work", "zhou", POST)
    await story.at("work", "li", words)
    assert "〔#1〕" in story.heard("work")
    assert not story.heard("s2")


@pytest.mark.parametrize("words", [NOTE, TALK, NEWS])
async def test_one_to_one_nothing_is_copied(story: Units, words: str) -> None:
    await story.at("work", "zhou", POST)
    await story.say("li", words, private=True)
    assert "〔#1〕" in story.heard("@li")
    assert not story.heard("s2")


@pytest.mark.parametrize("words", [NOTE, TALK, NEWS])
async def test_one_to_one_about_what_a_unit_found(story: Units, words: str) -> None:
    await story.at("s2", "l2", "@回音 上报 家长反映校门口早晚高峰拥堵，望说明")
    await story.say("li", words, private=True)
    assert "〔#1〕" in story.heard("@li")
    assert not story.heard("s2")
    assert not story.heard("work")


async def test_a_units_own_reaches_no_other(story: Units) -> None:
    await story.at("s1", "l1", "@回音 上报 家长反映校门口早晚高峰拥堵，望说明")
    await story.at("work", "li", "牵头 1 实验小学 协办 第二小学")
    await story.at("s1", "l1", "备注 1 围挡是我校违规审批的")
    assert "违规审批" in story.heard("s1")
    assert not story.heard("s2")
    await story.say("l1", "备注 1 先问过总务主任", private=True)
    assert not story.heard("s2")
    assert not story.heard("work")


async def test_news_of_a_unit_one_to_one_is_told_in_its_own_group(story: Units) -> None:
    await story.at("s1", "l1", "@回音 上报 家长反映校门口早晚高峰拥堵，望说明")
    await story.say("l1", "续报 1 交警已到现场", private=True)
    assert "交警已到现场" in story.heard("s1")


async def test_nor_are_they_read_where_the_matter_is_looked_up(story: Units) -> None:
    await story.at("work", "zhou", POST)
    await story.at("work", "li", TALK)
    await story.at("s2", "l2", "联系 1 电话 已请家长到校面谈")
    await story.at("s2", "l2", "查 1")
    assert "到校面谈" in story.heard("s2")
    assert "怕学校知道" not in story.heard("s2")
    await story.at("work", "li", "查 1")
    assert "怕学校知道" in story.heard("work")
