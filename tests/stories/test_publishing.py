"""What is published was approved, and stands at an address."""

from tests.support.story import Story

ANSWER = "https://weibo.com/1234567890/Xy9zK8wQ1"


async def test_nothing_is_published_without_a_draft(story: Story) -> None:
    await story.acknowledged()
    await story.say("zhou", f"已发布 1 {ANSWER}")
    story.expect("还没有经领导同意的回复稿。请先：拟复 1 回复内容")
    assert (await story.duty("reply")).state == "open"


async def test_nor_before_it_is_approved(story: Story) -> None:
    await story.drafted()
    await story.say("zhou", f"已发布 1 {ANSWER}")
    story.expect("回复稿还在等领导审批，不能先发布")
    assert (await story.duty("reply")).state == "open"


async def test_nor_without_an_address(story: Story) -> None:
    await story.approved()
    await story.say("zhou", "已发布 1")
    story.expect("请附上公开回复的网址")
    assert (await story.duty("reply")).state == "open"


async def test_published_and_resolved(story: Story) -> None:
    await story.drafted("经核实属实，已更换筛网。")
    await story.say("qian", "同意")
    await story.say("wang", f"已发布 1 {ANSWER}")
    incident = await story.incident()
    assert (incident.stage, incident.proof) == ("replied", ANSWER)
    await story.say("feng", "办结 1 已更换筛网")
    story.expect("已办结（已答复）")
