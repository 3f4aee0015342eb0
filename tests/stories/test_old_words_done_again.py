"""Words that a fault held up and that are handled again certify nothing that came after they were said."""

from handlers.commands import approve, publish, stand
from storage.tables import Duty, Request
from tests.support.broken import broken
from tests.support.story import FINAL, Story

PAGE = "https://weibo.com/1234567890/Xy9zK8wQ7"


async def test_a_yes_is_not_to_a_text_that_was_written_later(story: Story) -> None:
    await story.drafted()
    with broken(approve):
        await story.say("qian", "同意 1")
    await story.advance("5m")
    await story.say("wang", "拟复 1 一切正常，无须处理。")
    await story.advance("5m")
    await story.say("zhou", "重试 1")
    assert not await Request.filter(state="approved").exists()


async def test_a_publication_is_not_of_a_text_that_was_written_later(story: Story) -> None:
    await story.approved()
    with broken(publish):
        await story.say("zhou", f"已发布 1 {PAGE}")
    await story.advance("5m")
    await story.say("wang", f"拟复 1 {FINAL}")
    await story.say("qian", "同意发布 1")
    await story.advance("5m")
    await story.say("zhou", "重试 1")
    story.expect("在现在这一稿写出来之前说的")
    assert (await story.incident()).replied_at is None
    await story.say("zhou", f"已发布 1 {PAGE}")
    assert (await story.incident()).answer == FINAL


async def test_of_the_same_text_it_is_one(story: Story) -> None:
    await story.approved()
    with broken(publish):
        await story.say("zhou", f"已发布 1 {PAGE}")
    await story.advance("5m")
    await story.say("zhou", "重试 1")
    assert (await story.incident()).replied_at is not None


async def test_that_it_still_stood_confirms_no_later_check(story: Story) -> None:
    await story.closed()
    first, second = await Duty.filter(kind="stand", state="open").order_by("due_at")
    await story.until(first.next_at)
    await story.say("zhou", "仍在 1")
    with broken(stand):
        await story.say("zhou", "仍在 1")
    await story.until(second.next_at)
    await story.say("li", "重试 1")
    assert (await Duty.get(id=second.id)).state == "open"
    await story.say("zhou", "仍在 1")
    assert (await Duty.get(id=second.id)).state == "met"
