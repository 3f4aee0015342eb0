"""A leader approves by number, quote or button, in the group or one-to-one; the intended request is approved."""

import pytest

from storage.tables import Request
from tests.support.story import BotMessage, Story


async def two_drafts(story: Story) -> BotMessage:
    """Open two requests to qian, the second about incident 2."""
    await story.drafted()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    return (await story.say("wang", "拟复 2 已停用跑道，请第三方检测。"))[-1]


async def states() -> list[str]:
    return [row.state for row in await Request.all().order_by("id")]


@pytest.mark.parametrize("words", ["同意 2", "同意2号", "2 同意", "第2号同意", "同意＃２！", "approve 2", "批准 2"])
async def test_by_number(story: Story, words: str) -> None:
    await two_drafts(story)
    await story.say("qian", words)
    story.expect("〔#2〕钱副校长 同意发布", pinged="wang")
    assert await states() == ["pending", "approved"]


async def test_by_quoting(story: Story) -> None:
    asked = await two_drafts(story)
    await story.say("qian", "同意", quote=asked)
    assert await states() == ["pending", "approved"]


async def test_by_a_button(story: Story) -> None:
    asked = await two_drafts(story)
    assert asked.labels == ["同意", "不同意"]
    await story.press("qian", asked, "同意")
    story.expect("〔#2〕钱副校长 同意发布", pinged="wang")
    assert await states() == ["pending", "approved"]


async def test_one_to_one_it_is_told_in_the_group_too(story: Story) -> None:
    await two_drafts(story)
    sent = await story.say("qian", "同意 2", private=True)
    places = [(one.conversation, "同意发布" in one.text) for one in sent]
    assert places == [("work", True), ("@qian", True)]
    assert await states() == ["pending", "approved"]


async def test_asked_back_one_to_one_stays_there(story: Story) -> None:
    await two_drafts(story)
    sent = await story.say("qian", "同意", private=True)
    assert [one.conversation for one in sent] == ["@qian"]


async def test_quoting_a_reminder_names_the_incident(story: Story) -> None:
    await two_drafts(story)
    reminder = [one for one in await story.advance("12h") if one.text.startswith("〔#2〕")][-1]
    await story.say("qian", "同意", quote=reminder)
    assert await states() == ["pending", "approved"]


async def test_a_number_that_contradicts_the_quote_is_not_overheard(story: Story) -> None:
    asked = await two_drafts(story)
    await story.say("qian", "同意 1", quote=asked)
    assert (await states())[1] == "pending"


async def test_two_numbers_are_both_approved_or_asked_back(story: Story) -> None:
    await two_drafts(story)
    await story.say("qian", "同意 1、2")
    assert await states() in (["approved", "approved"], ["pending", "pending"])


async def test_a_decided_request_is_not_decided_again(story: Story) -> None:
    asked = await two_drafts(story)
    await story.press("qian", asked, "同意")
    await story.press("zhao", asked, "不同意")
    story.expect("〔#2〕这项审批已经办过了")
    assert await states() == ["pending", "approved"]
