"""`现在没有等您审批的事项` is said only while nothing waits; else it is named, of any kind and for anybody."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Request
from tests.stories.test_on_duty import TEAMS, WEB
from tests.support.regime import local
from tests.support.story import Story, demonstration, new_story
from tests.support.thinned import crossed

NOTHING = "现在没有等您审批的事项"


WHO = ["qian", "sun", "zhao", "li", "chen", "wang"]
WORDS = ["同意", "不同意", "同意延期", "同意撤件", "同意换班", "同意发布"]


@pytest.mark.parametrize(("who", "words"), crossed(3, WHO, WORDS))
async def test_a_reply_that_waits_is_named(story: Story, who: str, words: str) -> None:
    await story.drafted()
    sent = await story.say(who, words)
    assert not [one for one in sent if NOTHING in one.text]
    assert [one for one in sent if "1" in one.text]


async def test_an_extension_that_waits_is_named(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "延期 1 1天 等检测报告")
    await story.say("qian", "同意发布")
    assert "#1 延期：食堂饭菜有异物 → 同意延期 1" in story.expect("正在等的有").text
    await story.say("sun", "同意撤件")
    assert "（请的是钱副校长，由您代签请说：同意延期 1）" in story.expect("正在等的有").text
    assert (await Request.get(id=1)).state == "pending"


async def test_another_kind_in_the_matter_is_named(story: Story) -> None:
    await story.drafted()
    await story.say("qian", "同意延期 1")
    story.expect("〔#1〕没有这一种待审批的内容，在等审批的是：答复 → 同意发布 1")


async def test_a_swap_that_waits_is_named(tmp_path: Path, redis: Redis) -> None:
    config = demonstration(tmp_path, **{WEB: TEAMS})
    async with new_story(tmp_path, redis, local("2026-11-23 10:05"), config=config) as story:
        await story.settle()
        await story.say("li", "换班 11-24 周晓")
        story.expect("请回复：同意换班 1", pinged="zhou")
        await story.say("zhou", "同意延期")
        assert "换班 1：替 李主任" in story.expect("正在等的有").text


async def test_what_is_about_the_speaker_is_not_named(story: Story) -> None:
    await story.drafted()
    await story.say("li", "涉及 1 孙副校长")
    await story.say("sun", "同意")
    story.expect(NOTHING)


async def test_only_where_nothing_waits_is_it_said(story: Story) -> None:
    await story.acknowledged()
    await story.say("qian", "同意")
    story.expect(NOTHING)


async def test_the_quoted_one_is_meant_not_the_newest(story: Story) -> None:
    first = await story.drafted()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "拟复 2 已停用跑道，请第三方检测。")
    await story.say("qian", "同意", quote=first)
    assert [row.state for row in await Request.all().order_by("id")] == ["approved", "pending"]


async def test_a_suggestion_names_the_quoted_or_the_waiting_one(story: Story) -> None:
    first = await story.drafted()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("qian", "@回音 太生硬了，改一下")
    story.expect("您是想说“不同意 1 …”吗？")
    await story.say("wang", "拟复 2 已停用跑道，请第三方检测。")
    second = story.expect("审批", pinged="qian")
    for quoted, number in ((first, 1), (second, 2)):
        await story.say("qian", "太生硬了，改一下", quote=quoted)
        story.expect(f"您是想说“不同意 {number} …”吗？")
    await story.say("qian", "@回音 太生硬了，改一下")
    story.expect("您是想说“不同意 编号 …”吗？")


async def test_in_english(english: Story) -> None:
    await english.drafted("We sealed a sample. Results by 26 November.")
    await english.say("qian", "approve extension")
    assert "→ approve reply 1" in english.expect("What waits now").text
    await english.say("qian", "approve extension 1")
    english.expect("〔#1〕 has nothing of that kind to approve. Waiting: reply → approve reply 1")
