"""A chain that depends on tier, kind and words is kept with its request and only grows while it waits."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import audit
from tests.support.chains import WITH_SECRECY, latest, signed_by, steps_of, under_keys
from tests.support.story import Story

pytestmark = pytest.mark.demand("B3.depends")

KEYS = """
approval = [
    { of = ["保密办"], words = ["涉密", "secret"] },
    { by = ["leader"] },
    { by = ["chief"], tiers = ["major", "critical"] },
    { by = ["office"], kinds = ["complaint"] },
]
"""
DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with under_keys(KEYS, tmp_path, redis, **WITH_SECRECY) as started:
        await started.acknowledged()
        yield started


async def test_a_plain_matter_takes_one_signature(story: Story) -> None:
    await story.say("wang", DRAFT)
    assert await steps_of() == ["1"]
    await story.say("qian", "同意 1")
    story.expect("同意发布")


async def test_a_word_of_the_draft_asks_the_office_first(story: Story) -> None:
    asked = (await story.say("wang", "拟复 1 涉 密部分不便公开，其余已整改，样品合格。"))[-1]
    assert asked.say.mentions == ("bai",)
    assert "签字：保密办（有“涉密”） → 分管领导" in asked.text
    for early in ("qian", "zhao", "li", "feng"):
        await story.say(early, "同意 1")
        story.expect("您没有审批权限")
    await story.say("mi", "同意 1")  # its liaison signs as well
    story.expect("已签", pinged="qian")
    await story.say("qian", "同意 1")
    assert await signed_by() == ["mi", "qian"]


async def test_a_word_of_the_post_asks_it_too(story: Story) -> None:
    await story.say("zhou", "@回音 上报 食堂公告栏贴出涉密文件，饭菜有异物")
    await story.say("wang", "拟复 2 已取下并封存，样品合格。")
    story.expect("有“涉密”", pinged="bai")


async def test_a_tier_that_rises_meanwhile_adds_its_signature(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("zhou", "升级 1 重大 家长聚集")
    more = story.expect("还须加签：主要领导", pinged="qian")  # whose turn it is still
    assert more.labels == ["同意", "不同意"]
    await story.say("qian", "同意 1")
    story.expect("请继续审批", pinged="zhao")
    await story.say("zhao", "同意 1")
    assert await signed_by() == ["qian", "zhao"]
    assert [line["data"]["by"] for line in await audit.history(1) if line["kind"] == "signature added"] == [
        ["role:chief"]
    ]


async def test_a_step_that_comes_before_is_asked_first(story: Story) -> None:
    await story.say("wang", "类别 1 投诉举报")
    await story.say("wang", DRAFT)
    await story.say("qian", "同意 1")
    assert (await story.incident()).holder == "approver:li"
    await story.say("zhou", "升级 1 重大 家长聚集")
    story.expect("还须加签：主要领导", pinged="zhao")
    assert (await story.incident()).holder == "approver:zhao"
    await story.say("li", "同意 1")
    story.expect("您没有审批权限")
    await story.say("zhao", "同意 1")
    await story.say("li", "同意 1")
    assert await signed_by() == ["qian", "zhao", "li"]


async def test_another_kind_drops_no_signature(story: Story) -> None:
    await story.say("wang", "类别 1 投诉举报")
    await story.say("wang", DRAFT)
    assert await steps_of() == ["1", "3"]
    await story.say("wang", "类别 1 意见建议")
    await story.say("qian", "同意 1")
    assert (await latest()).state == "pending"
    assert await steps_of() == ["1", "3"]
    await story.say("wang", "拟复 1 已封存留样送检，11月25日前公布结果。")  # nor does another version
    assert await steps_of() == ["1", "3"]
    await story.advance("2m")
    await story.say("qian", "同意 1")
    await story.say("li", "同意 1")
    assert (await latest()).state == "approved"


async def test_a_kind_that_came_and_went_is_still_signed(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("wang", "类别 1 投诉举报")
    story.expect("还须加签：办公室")
    await story.say("wang", "类别 1 意见建议")
    await story.say("qian", "同意 1")
    assert (await latest()).state == "pending"


async def test_a_version_without_the_word_is_seen_by_who_was_asked_for_it(story: Story) -> None:
    await story.say("wang", "拟复 1 涉密部分不便公开，样品合格。")
    await story.say("bai", "不同意 1 删去这一句")
    await story.say("wang", "拟复 1 样品合格，已更换筛网。")
    story.expect("审批", pinged="bai")


async def test_a_draft_that_was_undone_asks_nobody(story: Story) -> None:
    await story.say("wang", "拟复 1 涉密部分不便公开，样品合格。")
    await story.say("wang", "撤回")
    await story.say("wang", DRAFT)
    assert await steps_of() == ["1"]


async def test_what_was_approved_before_the_tier_rose_is_signed_again(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("qian", "同意 1")
    await story.say("zhou", "升级 1 重大 家长聚集")
    await story.publish()
    story.expect("还须 主要领导（重大） 签字")
    assert (await story.incident()).replied_at is None
    await story.say("wang", DRAFT)
    await story.advance("2m")
    await story.say("qian", "同意 1")
    await story.say("zhao", "同意 1")
    await story.publish()
    assert (await story.incident()).replied_at


async def test_what_is_public_already_stays_so(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("qian", "同意 1")
    await story.publish()
    await story.say("zhou", "升级 1 重大 家长聚集")
    await story.publish()  # the same text at another address
    story.expect("已公开回复")


async def test_the_chain_of_a_reopened_matter_begins_again(story: Story) -> None:
    await story.say("wang", "类别 1 投诉举报")
    await story.say("wang", "拟复 1 经核实，饭菜异物是脱落的筛网，已更换筛网，留样检测合格。")
    await story.say("qian", "同意 1")
    await story.say("li", "同意 1")
    await story.publish()
    await story.say("wang", "办结 1 已更换筛网并公布检测结果")
    await story.say("li", "重办 1 又出现了")
    await story.say("zhao", "类别 1 意见建议")
    await story.say("wang", DRAFT)
    assert await steps_of() == ["1"]


async def test_a_post_that_joins_with_the_word_asks_the_office(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("zhou", "@回音 食堂饭菜有异物，还拍到了涉密的通知 https://weibo.com/1234567890/Ab1cD2eF3")
    story.expect("还须加签：保密办", pinged="bai")
    assert await steps_of() == ["0", "1"]
    await story.say("wang", "拟复 1 已封存留样送检，11月25日前公布结果。")  # a later text is asked for it too
    assert await steps_of() == ["0", "1"]
    await story.advance("2m")
    await story.say("bai", "同意 1")
    await story.say("qian", "同意 1")
    await story.say(
        "wang", "拟复 1 经核实，饭菜异物是脱落的筛网，已更换筛网，留样检测合格。"
    )  # after an approval as well
    assert await steps_of() == ["0", "1"]


async def test_who_wrote_an_approved_text_hears_that_it_needs_more(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("qian", "同意 1")
    await story.say("zhou", "升级 1 重大 家长聚集")
    story.expect("同意过的这一稿还不能发布", pinged="wang")


async def test_a_merged_matter_raises_the_chain_of_the_other(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("zhou", "@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "拟复 2 已停用跑道，11月26日前公布检测结果。")
    await story.say("zhou", "升级 2 重大 家长聚集")
    await story.say("li", "2 并入 1")
    story.expect("还须加签：主要领导")
    assert await steps_of() == ["1", "2"]
    assert (await latest(number=2)).state == "superseded"


async def test_what_does_not_calm_raises_it_by_itself(tmp_path: Path, redis: Redis) -> None:
    keys = (
        'approval = [{ by = ["leader"] }, { by = ["chief"], tiers = ["major"] }]\n'
        'tier = { major = { unless_calm = "2h", tell = ["leader"] }, critical = { tell = ["chief"] } }'
    )
    async with under_keys(keys, tmp_path, redis) as story:
        await story.acknowledged()
        await story.say("wang", DRAFT)
        await story.advance("3h")
        story.expect("还须加签：主要领导", pinged="qian")
        assert await steps_of() == ["0", "1"]
