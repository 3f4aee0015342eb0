"""专报: a numbered report on one matter for the leaders; what they write on it comes back as an instruction."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Form
from tests.support.papers import words
from tests.support.story import Story, new_story

pytestmark = pytest.mark.demand("D1")


async def test_it_goes_to_the_leader_and_comes_back_as_an_instruction(story: Story) -> None:
    await story.acknowledged()
    await story.say("zhou", "热度 1 阅读 3500 评论 120")
    await story.say("li", "拟办 1 建议总务处三天内查明并公开答复")
    await story.say("wang", "核实 1 部分属实 确有一批次异常")
    sent = (await story.say("li", "专报 1"))[-1]
    assert sent.say.mentions == ("qian",)
    assert "专报〔2026〕1 号，报 @钱副校长。请批示：批办 1" in sent.text
    said = await words(sent)
    for line in (
        "编号：专〔2026〕1 号",
        "反映内容 | 食堂饭菜有异物",
        "热度 | 2026年11月23日 10:05 阅读 3500、评论 120",
        "部分属实：确有一批次异常",
        "拟办意见 | 建议总务处三天内查明并公开答复",
        "领导批示 | ",
    ):
        assert line in said, line
    assert "已有的批示" not in said
    await story.say("qian", "批示 1 3天 照拟办意见办，结果报我")
    again = (await story.say("li", "专报 1"))[-1]
    assert "专报〔2026〕1 号（第 2 版）" in again.text
    assert "已有的批示 | 钱副校长 2026年11月23日 10:05：" in await words(again)
    assert "照拟办意见办，结果报我" in await words(again)


async def test_each_matter_has_its_own_number(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 校门口堵车严重 https://weibo.com/1234567890/Ab1cD2eF5")
    for number in (1, 2):
        await story.say("li", f"专报 {number}")
        story.expect(f"专报〔2026〕{number} 号")
    assert await Form.filter(kind="special").order_by("serial").values_list("serial", flat=True) == [1, 2]


async def test_the_department_makes_none_and_whom_it_is_about_gets_none(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "专报 1")
    story.expect("由值守台（办公室、信息员）或领导出具")
    await story.say("li", "涉及 1 钱副校长")
    sent = (await story.say("li", "专报 1"))[-1]
    assert "qian" not in sent.say.mentions
    assert sent.say.mentions


async def test_in_english(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, language="en") as story:
        await story.opened()
        sent = (await story.say("li", "special report 1"))[-1]
        assert "Special report 2026/1 for" in sent.text
        assert "Heat | not on record" in await words(sent)
