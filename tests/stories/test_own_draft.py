"""Nobody approves their own draft: another leader is asked and has to approve it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Request
from tests.support.story import Story, new_story


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    """The officer may approve like other leaders here, and is the leader in charge."""
    roles = {'roles = ["officer"]': 'roles = ["officer", "leader"]', 'leader = "qian"': 'leader = "zhou"'}
    async with new_story(tmp_path, redis, **roles) as started:
        yield started


async def test_another_leader_is_asked(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "拟复 1 已送检。")
    asked = story.expect("审批")
    assert asked.say.mentions == ("qian",)


async def test_the_author_cannot_by_word_quote_number_or_button(story: Story) -> None:
    await story.opened()
    asked = (await story.say("zhou", "拟复 1 已送检。"))[-1]
    for words, quote in (("同意", None), ("同意 1", None), ("同意", asked)):
        await story.say("zhou", words, quote=quote)
        story.expect("是您自己拟的，不能自己批")
    await story.press("zhou", asked, "同意")
    story.expect("是您自己拟的，不能自己批")
    assert (await Request.get(id=1)).state == "pending"


async def test_the_author_cannot_approve_the_extension_that_they_asked_for(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "延期 1 2天 等报告")
    await story.say("zhou", "同意 1")
    story.expect("不能自己批")


async def test_another_one_can(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "拟复 1 已送检。")
    await story.say("zhao", "同意")
    story.expect("这项答复请的是钱副校长审批")
    await story.say("zhao", "同意 1")
    assert (await Request.get(id=1)).decided_by == "zhao"


async def test_a_bare_yes_is_for_the_others_draft_not_for_the_own(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "拟复 1 已送检。")
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "拟复 2 已停用。")
    await story.say("zhou", "同意")
    assert [row.state for row in await Request.all().order_by("id")] == ["pending", "approved"]
