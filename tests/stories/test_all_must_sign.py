"""Where a step needs all of its roles, each is asked at once and signs in any order, and nobody signs twice."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import audit
from tests.support.chains import BOTH, latest, signed_by, under_keys
from tests.support.story import Story, monday

pytestmark = pytest.mark.demand("B3.all")

DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with under_keys(BOTH, tmp_path, redis) as started:
        await started.acknowledged()
        yield started


async def test_both_are_asked_at_once(story: Story) -> None:
    asked = (await story.say("wang", DRAFT))[-1]
    assert asked.say.mentions == ("qian", "zhao")
    assert "请 @钱副校长 @赵校长 审批" in asked.text
    assert "签字：分管领导、主要领导（各签）" in asked.text


@pytest.mark.parametrize("order", [("qian", "zhao"), ("zhao", "qian"), ("zhao", "sun")])
async def test_in_any_order(story: Story, order: tuple[str, str]) -> None:
    await story.say("wang", DRAFT)
    first, second = order
    await story.say(first, "同意 1")
    other = {"qian": "zhao", "zhao": "qian"}[first]
    half = story.expect("已签，还等", pinged=other)
    assert half.labels == ["同意", "不同意"]
    assert (await latest()).state == "pending"
    assert (await story.incident()).holder == f"approver:{other}"
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    story.expect("回复稿还在等领导审批")
    await story.say(second, "同意 1")
    story.expect("同意发布第 1 稿", pinged="wang")
    assert sorted(await signed_by()) == sorted(order)
    lines = [line for line in await audit.history(1) if line["kind"] == "approved"]
    assert [(line["actor"], line["data"]["place"]) for line in lines] == [
        (who, "role:chief" if who == "zhao" else "role:leader") for who in order
    ]


async def test_a_bare_yes_of_each_is_enough(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("zhao", "同意")
    await story.say("qian", "同意")
    assert (await latest()).state == "approved"


async def test_nobody_gives_two_of_them(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("qian", "同意 1")
    await story.say("qian", "同意")
    assert (await latest()).state == "pending"
    await story.say("qian", "同意 1")
    story.expect("不用再签；还等 赵校长 签")
    await story.say("sun", "同意 1")  # the leaders' signature is given: the chief's is not theirs to give
    story.expect("您没有审批权限")


async def test_a_delegate_of_both_signs_once(story: Story) -> None:
    await story.say("qian", "授权 李主任 3天")
    await story.say("zhao", "授权 李主任 3天")
    await story.say("wang", DRAFT)
    await story.say("li", "同意 1")
    assert (await latest()).state == "pending"
    await story.say("li", "同意 1")
    assert (await latest()).state == "pending"
    left = "zhao" if (await story.incident()).holder == "approver:zhao" else "qian"
    await story.say(left, "同意 1")
    assert (await latest()).state == "approved"
    assert sorted(await signed_by()) == sorted(["li", left])


async def test_a_leader_who_drafts_signs_nothing_of_it(story: Story) -> None:
    await story.say("li", "拟复 1 已封存留样送检，11月26日前公布结果。")
    await story.say("wang", "拟复 1 已封存留样送检，11月25日前公布结果。")
    await story.say("zhao", "授权 王强 3天")
    await story.say("wang", "同意 1")
    story.expect("不能自己批")
    assert (await latest()).state == "pending"


async def test_a_new_version_needs_both_again(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("qian", "同意 1")
    asked = (await story.say("wang", "拟复 1 已封存留样送检，11月25日前公布结果。"))[-1]
    assert asked.say.mentions == ("qian", "zhao")
    await story.advance("2m")
    await story.say("zhao", "同意 1")
    assert (await latest()).state == "pending"
    await story.say("qian", "同意 1")
    assert (await latest()).state == "approved"


async def test_either_sends_it_back(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("qian", "同意 1")
    await story.say("zhao", "不同意 1 写清原因")
    story.expect("写清原因", pinged="wang")
    assert (await latest()).state == "rejected"


async def test_each_who_has_not_signed_is_reminded(story: Story) -> None:
    await story.say("wang", DRAFT)
    sent = await story.until(monday("20:00"))
    assert [one.say.mentions for one in sent if "请审批" in one.text] == [("qian", "zhao")]
    await story.say("zhao", "同意 1")
    sent = await story.until(monday("22:00"))
    assert [one.say.mentions for one in sent if "请审批" in one.text] == [("qian",)]


async def test_what_waits_names_who_signed_and_who_did_not(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("zhao", "同意 1")
    await story.say("wang", "查 1")
    story.expect("已签：赵校长，还等：钱副校长")
    await story.say("wang", "为何 1")
    story.expect("答复由谁签：分管领导、主要领导（各签）；现在等 钱副校长")
    await story.say("wang", "依据 1")
    story.expect("赵校长（主要领导） 同意答复第 1 稿")


async def test_an_undone_signature_waits_again(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("qian", "同意 1")
    await story.say("qian", "撤回")
    assert await signed_by() == []
    await story.say("zhao", "同意 1")
    assert (await latest()).state == "pending"
    await story.say("qian", "同意 1")
    assert (await latest()).state == "approved"


async def test_a_leader_on_leave_hands_their_part_to_the_deputy(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("qian", "请假 至 周五 由 孙副校长 代")
    assert (await latest()).subject["asked"] == ["sun", "zhao"]
    sent = await story.until(monday("20:00"))
    assert [one.say.mentions for one in sent if "请审批" in one.text] == [("sun", "zhao")]
    await story.say("sun", "同意")
    await story.say("zhao", "同意")
    assert (await latest()).state == "approved"


async def test_whom_it_is_about_gives_none(story: Story) -> None:
    await story.say("wang", DRAFT)
    await story.say("li", "涉及 1 钱副校长")
    await story.say("qian", "同意 1")
    story.expect("与您有关")
    await story.say("sun", "同意 1")
    await story.say("zhao", "同意 1")
    assert (await latest()).state == "approved"
