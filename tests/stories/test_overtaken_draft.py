"""An approval applies to the text that was seen: a quote of an older draft does not approve the newer one."""

from datetime import timedelta

from handlers.rules.language.messages import Message
from storage.tables import Request
from tests.support.story import Story


async def test_a_quote_of_the_overtaken_one_approves_nothing(story: Story) -> None:
    old = await story.drafted("已封存留样送检。")
    await story.say("wang", "拟复 1 已封存留样送检，11月26日前公布结果。")
    await story.say("qian", "同意", quote=old)
    story.expect("您看到的第 1 稿已作废，现在等您定的是第 2 稿。没有办理。")
    assert [row.state for row in await Request.all().order_by("id")] == ["superseded", "pending"]
    assert (await story.incident()).answer is None


async def test_its_button_approves_nothing_either(story: Story) -> None:
    old = await story.drafted("已封存留样送检。")
    await story.say("wang", "拟复 1 已封存留样送检，11月26日前公布结果。")
    await story.press("qian", old, "同意")
    assert [row.state for row in await Request.all().order_by("id")] == ["superseded", "pending"]


async def test_a_word_from_before_the_draft_does_not_count(story: Story) -> None:
    """It was sent about the first draft and arrives after the second."""
    await story.drafted("已封存留样送检。")
    said_at = story.clock.now()
    await story.advance("1m")
    await story.say("wang", "拟复 1 已封存留样送检，11月26日前公布结果。")
    late = Message(channel="local", id="late", conversation="work", sender="qian", sent_at=said_at, text="同意 1")
    await story.deliver(late)
    story.expect("您说话时第 2 稿还没有送到，您看到的是第 1 稿，没有办理。")
    assert [row.state for row in await Request.all().order_by("id")] == ["superseded", "pending"]


async def test_a_word_from_after_it_does(story: Story) -> None:
    await story.drafted()
    said_at = story.clock.now() + timedelta(seconds=1)
    await story.advance("1m")
    soon = Message(channel="local", id="soon", conversation="work", sender="qian", sent_at=said_at, text="同意 1")
    await story.deliver(soon)
    story.expect("同意发布")


async def test_an_approved_draft_that_was_changed_afterwards_cannot_be_published(story: Story) -> None:
    await story.approved()
    await story.say("wang", "拟复 1 检测合格。")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    story.expect("回复稿还在等领导审批，不能先发布")
    assert (await story.incident()).replied_at is None
