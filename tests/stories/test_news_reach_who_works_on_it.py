"""What is new in a matter reaches the group of the unit that works on it, wherever it is said."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.units import Units, units


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        await begun.opened()
        yield begun


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("续报 1 家长又来电话，说孩子腹泻", "孩子腹泻"),
        ("热度 1 阅读8000 评论100", "8000"),
        ("@回音 食堂饭菜有异物，又有人转 https://weibo.com/1234567890/Ab1cD2eF3 https://weibo.com/77/Qq2", "#1"),
        ("类别 1 投诉举报", "投诉举报"),
    ],
)
async def test_to_a_unit(story: Units, words: str, heard: str) -> None:
    await story.say("sun", "交办 1 第二小学 周三17点前 查清原因")
    await story.say("zhou", words)
    assert heard in story.heard("work")
    assert story.heard("s2").count(heard) == 1
    assert not story.heard("s3")


async def test_to_a_helper_and_to_the_office(story: Units) -> None:
    await story.say("sun", "牵头 1 总务处 协办 第三小学")
    await story.say("zhou", "续报 1 样品已送出")
    assert "样品已送出" in story.heard("s3")
    await story.at("s1", "l1", "@回音 家长反映车棚漏雨，希望学校说明情况 https://weibo.com/5/Zz5")
    await story.at("s1", "l1", "上交 2 涉及几个学校")
    await story.say("li", "接办 2 总务处")
    await story.at("s1", "l1", "@回音 车棚漏雨又有人发 https://weibo.com/5/Zz5 https://weibo.com/6/Zz6")
    assert "〔#2〕" in story.heard("work")


async def test_said_in_the_units_group_it_is_heard_there_once(story: Units) -> None:
    await story.say("sun", "交办 1 第二小学 周三17点前 查清原因")
    await story.at("s2", "l2", "续报 1 已查到原因")
    assert story.heard("s2").count("已查到原因") == 1
