"""A major incident requires a summary: the report is made automatically, and its lessons enter the case library."""

from tests.support.papers import words
from tests.support.story import Story


async def closed(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 家长群转发")
    await story.say("wang", "签收 1")
    await story.say("wang", "拟复 1 经核实属实，已封存留样，更换供货商。")
    await story.say("qian", "同意")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.say("wang", "办结 1 整改：更换供货商")


async def test_the_report_is_filled_in_from_the_record(story: Story) -> None:
    await closed(story)
    said = await words(story.expect("总结报告〔2026〕1 号已按记录填好", pinged="wang"))
    assert "关于“食堂饭菜有异物”的总结报告" in said
    assert "周晓登记第1号事件（重大" in said
    assert "王强 拟复：经核实属实，已封存留样" in said
    assert "钱副校长 同意" in said
    assert "https://weibo.com/1234567890/Xy9zK8wQ1" in said
    assert "已答复" in said
    assert "更换供货商" in said


async def test_its_lessons_are_found_later(story: Story) -> None:
    await closed(story)
    await story.say("wang", "总结 1 筛网老化没有更换计划")
    assert "筛网老化没有更换计划" in await words((await story.say("li", "总结报告 1"))[-1])
    await story.say("li", "查 筛网")
    story.expect("#1 食堂饭菜有异物（已答复，总务处，用时")


async def test_a_general_matter_has_none(story: Story) -> None:
    await story.closed()
    assert not any(sent.say.attachments for sent in story.fresh)
