"""After a merger two action items may have the same number: which is meant is said with its matter, or asked."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Duty
from tests.support.story import Story, new_story


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with new_story(tmp_path, redis) as begun:
        await begun.opened()
        await begun.opened("@回音 食堂饭菜又有异物 https://weibo.com/1234567890/Ab1cD2eF4")
        await begun.say("li", "整改 1 总务处 周五前 更换冷链车")
        await begun.say("li", "整改 2 总务处 周四前 建立留样台账")
        await begun.say("li", "并案 2 1")
        yield begun


async def open_items() -> list[str]:
    return sorted(
        [str(row.reckoning["words"]) for row in await Duty.filter(kind="action", state="open", incident_id=1)]
    )


async def test_its_number_alone_is_asked_back(story: Story) -> None:
    await story.say("wang", "已整改 1 第1项 冷链车已更换并验收")
    said = story.expect("请写明第几项，没有办理：已整改 #2 第1项 做了什么").text
    assert "#2 第 1 项（" in said
    assert "#1 第 1 项（" in said
    assert await open_items() == ["1-1", "2-1"]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("已整改 #1 第1项 冷链车已更换并验收", "2-1"),
        ("已整改 #2 第1项 留样台账已建立", "1-1"),
        ("已整改 1 #2 第1项 留样台账已建立", "1-1"),
        ("已整改 2 第1项 留样台账已建立", "1-1"),
        ("已整改 2 留样台账已建立", "1-1"),
        ("action done #2 item 1 the log is kept", "1-1"),
        ("已整改 2 第1项 台账已建立，与 #1 第1项一并验收", "1-1"),
        ("已整改 #2 第1项 见 #1 第1项 的说明，台账已建立", "1-1"),
    ],
)
async def test_with_its_matter_it_is_that_one(story: Story, words: str, left: str) -> None:
    await story.say("wang", words)
    assert await open_items() == [left]


async def test_an_item_that_the_words_mention_is_not_confirmed(story: Story) -> None:
    await story.say("wang", "已整改 #1 第1项 冷链车已更换并验收")
    await story.say("wang", "已整改 #2 第1项 留样台账已建立")
    await story.say("li", "确认整改 2 第1项，#1 第1项 另查")
    [left] = await Duty.filter(kind="confirm", state="open", incident_id=1)
    assert left.reckoning["words"] == "1-1"


async def test_who_confirms_says_so_too(story: Story) -> None:
    await story.say("wang", "已整改 #1 第1项 冷链车已更换并验收")
    await story.say("wang", "已整改 #2 第1项 留样台账已建立")
    story.expect("整改 #2 第 1 项做完")
    await story.say("li", "确认整改 1 第1项")
    story.expect("确认整改 #")
    await story.say("li", "整改不实 #2 第1项 台账没有签字")
    story.expect("整改 #2 第 1 项没有做到")
    assert await open_items() == ["2-1"]
    await story.say("li", "确认整改 1")
    story.expect("整改第 1 项已确认")
