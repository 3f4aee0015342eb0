"""What a new matter's announcement says of other matters is what each group's own readers may see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.units import ROSTER, Units, tables, units

TEXT = "经核实，校门口高峰拥堵系施工围挡所致，已拆除围挡并增派两名保安疏导。"
AT_SECOND = "@回音 上报 家长反映第二小学校门口早晚高峰拥堵，望说明"
AT_FIRST = "@回音 上报 家长反映实验小学校门口早晚高峰拥堵，望说明"
TOPIC = '[[topic]]\nname = "食堂"\nkeywords = ["食堂"]\n\n'


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        yield begun


async def test_a_unit_reads_of_no_other_units_open_matter(story: Units) -> None:
    await story.at("work", "zhou", AT_SECOND)
    await story.at("work", "zhou", AT_FIRST)
    assert "在办的相似事项：#1" in story.heard("work")
    assert "〔#2〕" in story.heard("s1")
    assert "#1" not in story.heard("s1")
    await story.at("work", "zhou", AT_FIRST.replace("早晚高峰", "天天"))
    assert "#1" in story.heard("work")
    assert "在办的相似事项：#2" in story.heard("s1")
    assert "#1" not in story.heard("s1")


async def test_nor_of_its_precedent(story: Units) -> None:
    await story.at("work", "zhou", AT_FIRST)
    await story.at("s1", "l1", "签收 1")
    await story.at("s1", "l1", f"拟复 1 {TEXT}")
    await story.at("s1", "h1", "同意 1")
    await story.say("qian", "同意 1")
    await story.at("s1", "l1", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.at("s1", "l1", "办结 1 已拆除围挡")
    assert (await story.incident()).stage == "resolved"
    await story.at("work", "zhou", AT_SECOND)
    assert "先例 #1" in story.heard("work")
    assert "〔#2〕" in story.heard("s2")
    assert "#1" not in story.heard("s2")


async def test_a_helper_hears_of_no_others_that_came_before(tmp_path: Path, redis: Redis) -> None:
    async with units(tmp_path, redis, replaced={ROSTER: tables() + TOPIC + ROSTER}) as story:
        await story.say("zhou", "@回音 @总务处 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
        await story.say("zhou", "@回音 @总务处 @第二小学 食堂排队太久 https://weibo.com/1234567890/Ab1cD2eF4")
        assert "主题：食堂；同主题、同部门此前30天内 1 件" in story.heard("work")
        assert "主题：食堂" in story.heard("s2")
        assert "同部门此前" not in story.heard("s2")


@pytest.mark.parametrize("words", ["关联 1 2", "根因 校门围挡 1 2"])
async def test_links_between_units_are_told_in_the_offices_group_alone(story: Units, words: str) -> None:
    await story.at("s1", "l1", "@回音 上报 家长反映校门口早晚高峰拥堵，望说明")
    await story.at("s2", "l2", "@回音 上报 家长反映操场积水，望说明")
    await story.at("work", "li", words)
    assert story.heard("work").count("#1、#2") == 1
    assert not story.heard("s1")
    assert not story.heard("s2")
    await story.at("s1", "l1", "查 1")
    assert "#2" not in story.heard("s1")
    await story.at("work", "li", "查 1")
    assert "#2" in story.heard("work")
    await story.say("li", "取消关联 1 2", private=True)
    assert "#1、#2 取消关联" in story.heard("@li")
    assert "#1、#2 取消关联" in story.heard("work")
