"""A command that lacks only its proof is completed by a picture that its speaker sends alone within ten minutes."""

import pytest

from storage.tables import Incident, Publication, Request
from tests.support.shown import LOST, picture, show
from tests.support.story import Story

ANSWER = "https://weibo.com/1234567890/Xy9zK8wQ1"


@pytest.mark.parametrize("words", ["已发布 1", "published 1", "@回音 已发布 1"])
async def test_a_picture_alone_proves_the_publication(story: Story, words: str) -> None:
    await story.approved()
    await story.say("wang", words)
    story.expect("截图也可以接着单独发来（十分钟内）")
    await story.advance("9m")
    await show(story, "wang", "", await picture(b"answer", "wang"))
    story.expect("已公开回复，王强 报来截图")
    assert (await Publication.get()).by == "wang"
    assert await Incident.all().count() == 1


async def test_so_does_one_sent_again_after_it_was_lost(story: Story) -> None:
    await story.approved()
    await show(story, "zhou", "已发布 1", LOST)
    story.expect("截图没有收到")
    await show(story, "zhou", "", LOST)
    assert not await Publication.exists()
    await show(story, "zhou", "", await picture(b"answer"))
    assert (await story.duty("reply")).state == "met"
    assert await Incident.all().count() == 1


async def test_a_picture_alone_proves_the_remedy(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "办结 1 整改：更换供货商和筛网")
    story.expect("按整改办结要有凭证")
    await show(story, "wang", "", await picture(b"sieve", "wang"))
    request = story.expect("申请按整改办结", pinged="qian")
    assert request.say.attachments
    assert (await Request.get(kind="remedy")).subject["result"] == "整改：更换供货商和筛网"


async def test_the_picture_is_checked_as_always(story: Story) -> None:
    await show(story, "zhou", "上报 食堂饭菜有异物", await picture(b"complaint"))
    await story.say("wang", "拟复 1 已更换供货商。")
    await story.say("qian", "同意 1")
    await story.say("zhou", "已发布 1")
    await show(story, "zhou", "", await picture(b"complaint"))
    story.expect("不是新的截图")
    assert not await Publication.exists()


async def test_only_its_speakers_counts(story: Story) -> None:
    await story.approved()
    await story.say("wang", "已发布 1")
    await show(story, "zhou", "", await picture(b"answer"))
    assert not await Publication.exists()


async def test_later_it_is_a_post_again(story: Story) -> None:
    await story.approved()
    await story.say("zhou", "已发布 1")
    await story.advance("11m")
    await show(story, "zhou", "", await picture(b"answer"))
    assert not await Publication.exists()
    assert await Incident.all().count() == 2


async def test_once_it_is_proved_otherwise_a_picture_is_a_post(story: Story) -> None:
    await story.approved()
    await story.say("zhou", "已发布 1")
    await story.say("zhou", f"已发布 1 {ANSWER}")
    await show(story, "zhou", "", await picture(b"another complaint"))
    assert await Publication.all().count() == 1
    assert await Incident.all().count() == 2


async def test_a_picture_confirms_no_other_suggestion(story: Story) -> None:
    await story.opened()
    await story.say("wang", "千收 1")
    story.expect("您是想说“签收 1”吗")
    await show(story, "wang", "", await picture(b"canteen", "wang"))
    assert (await story.incident()).acknowledged_at is None


async def test_nor_does_a_word_publish(story: Story) -> None:
    await story.approved()
    await story.say("zhou", "已发布 1")
    await story.say("zhou", "对")
    assert not await Publication.exists()
