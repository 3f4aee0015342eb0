"""After a merger one spokesman speaks for both matters, in the words that were signed for them."""

import pytest

from storage.tables import Duty
from tests.support.story import Story

SECOND = "@回音 食堂饭菜又有异物 https://weibo.com/1234567890/Ab1cD2eF4"
ANSWER = "没有学生就诊，样品已送检。"


async def owners() -> list[str]:
    return [row.owner for row in await Duty.filter(incident_id=1, kind="inquiry", state="open").order_by("id")]


@pytest.fixture
async def two(story: Story) -> Story:
    await story.opened()
    await story.opened(SECOND)
    await story.say("zhou", "媒体询问 2 日报记者问有没有学生腹泻")
    return story


async def test_the_only_spokesman_is_kept(two: Story) -> None:
    await two.say("zhou", "媒体询问 1 晨报记者问检测结果何时公布")
    await two.say("zhao", "发言人 2 孙副校长")
    await two.say("li", "并案 2 1")
    told = two.expect("对外由其一人发言，与 #2 一样", pinged="sun")
    assert "wang" not in told.say.mentions
    assert await owners() == ["person:sun", "person:sun"]
    await two.say("li", f"答媒体 1 第1问 {ANSWER}")
    assert len(await owners()) == 2
    await two.say("sun", f"答媒体 1 第1问 {ANSWER}")
    assert len(await owners()) == 1


async def test_taken_back_the_desk_owes_its_own_again(two: Story) -> None:
    await two.say("zhou", "媒体询问 1 晨报记者问检测结果何时公布")
    await two.say("zhao", "发言人 2 孙副校长")
    await two.say("li", "并案 2 1")
    await two.say("li", "撤回 1")
    assert await owners() == ["desk"]
    await two.say("li", f"答媒体 1 {ANSWER}")
    assert await owners() == []


async def test_of_two_the_surviving_matters_speaks(two: Story) -> None:
    await two.say("zhao", "发言人 1 孙副校长")
    await two.say("zhao", "发言人 2 钱副校长")
    await two.say("li", "并案 2 1")
    two.expect("对外由其一人发言，不再是 钱副校长", pinged="sun")
    assert await owners() == ["person:sun"]


async def test_nothing_is_said_where_nobody_speaks_or_the_same_one(two: Story) -> None:
    await two.say("zhao", "发言人 1 孙副校长")
    await two.say("zhao", "发言人 2 孙副校长")
    await two.say("li", "并案 2 1")
    assert "对外由" not in two.expect("#2 已并入本件").text
    assert await owners() == ["person:sun"]


async def test_answers_keep_to_what_was_signed_before(two: Story) -> None:
    await two.say("li", f"口径 2 {ANSWER}")
    await two.say("qian", "同意口径 2")
    await two.say("li", "并案 2 1")
    await two.say("li", "答媒体 1 是供应商的责任，与学校无关。")
    assert await owners() == ["desk"]
    await two.say("li", "口径 1")
    two.expect(ANSWER)
    await two.say("li", "答媒体 1 按口径")
    assert await owners() == []
