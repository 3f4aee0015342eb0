"""What is published was approved, and stands at an address; what is closed was answered or remedied."""

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
    await story.approved()
    await story.say("wang", f"已发布 1 {ANSWER}")
    incident = await story.incident()
    assert (incident.stage, incident.proof) == ("replied", ANSWER)
    await story.say("feng", "办结 1")
    story.expect("已办结（已答复）")


async def test_it_cannot_be_closed_without_an_answer(story: Story) -> None:
    await story.approved()
    for words in ("办结 1", "办结 1 已答复", "办结 1 已删帖", "办结 1 已采纳"):
        await story.say("wang", words)
        story.expect("还没有公开答复，不能办结")
    assert (await story.incident()).resolved_at is None


async def test_a_remedy_closes_it_too(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "办结 1 整改：更换供货商，食堂停业检修")
    story.expect("已办结（已整改），王强：整改：更换供货商，食堂停业检修")
    incident = await story.incident()
    assert (incident.stage, incident.outcome) == ("resolved", "remedied")
    states = [(await story.duty(kind)).state for kind in ("acknowledge", "reply", "resolve")]
    assert states == ["met", "waived", "met"]


async def test_no_outcome_is_a_removal(story: Story) -> None:
    from handlers.commands.resolve import OUTCOME_WORDS

    assert set(OUTCOME_WORDS) == {"answered", "remedied", "adopted", "clarified", "transferred"}
    assert not [word for words in OUTCOME_WORDS.values() for word in words if "删" in word or "delet" in word]
