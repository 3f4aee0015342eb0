"""`加签`: somebody else signs too, before the last signature. It only adds, and only a leader takes it off."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import audit
from storage.tables import Request
from tests.support.chains import WITH_SECRECY, latest, signed_by, steps_of, under_keys
from tests.support.story import Story, monday

pytestmark = pytest.mark.demand("B3.added")

DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with under_keys("", tmp_path, redis, **WITH_SECRECY) as started:
        await started.acknowledged()
        await started.say("wang", DRAFT)
        yield started


@pytest.mark.parametrize("who", ["qian", "wang", "li", "zhou"])
async def test_who_signs_now_who_drafted_it_and_the_desk_add(story: Story, who: str) -> None:
    asked = (await story.say(who, "加签 1 保密办"))[-1]
    assert asked.say.mentions == ("bai",)
    assert "保密办 加签答复第 1 稿" in asked.text
    assert "已封存留样送检" in asked.text
    assert asked.labels == ["同意", "不同意"]
    await story.say("qian", "同意 1")
    story.expect("您没有审批权限")  # not yet
    await story.say("bai", "同意")
    story.expect("白主任 已签", pinged="qian")
    await story.say("qian", "同意")
    assert (await latest()).state == "approved"
    assert await signed_by() == ["bai", "qian"]
    kinds = [line["kind"] for line in await audit.history(1)]
    assert kinds.index("signature added") < kinds.index("approved")


@pytest.mark.parametrize("who", ["feng", "chen", "zheng"])
async def test_others_do_not(story: Story, who: str) -> None:
    await story.say(who, "加签 1 保密办")
    story.expect("加签由现在该审批的人、起草人或值守台")
    assert await steps_of() == ["0"]


async def test_a_person_by_name(story: Story) -> None:
    await story.say("qian", "加签 1 褚队长 请看消防的部分")
    story.expect("褚队长 加签答复第 1 稿：请看消防的部分", pinged="chu")
    await story.say("chu", "不同意 1 消防通道没有写")
    assert (await latest()).state == "rejected"
    story.expect("消防通道没有写", pinged="wang")


async def test_several_at_once_sign_in_any_order(story: Story) -> None:
    await story.say("li", "加签 1 保密办、褚队长")
    story.expect("加签", pinged="chu")
    await story.say("chu", "同意 1")
    await story.say("mi", "同意 1")
    await story.say("qian", "同意 1")
    assert await signed_by() == ["chu", "mi", "qian"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("加签 1 王强", "是起草人"),
        ("加签 1 钱副校长", "本来就要签"),
        ("加签 1", "请写明请谁加签"),
        ("加签 1 气象局", "请写明请谁加签"),
    ],
)
async def test_who_cannot_be_added(story: Story, words: str, answer: str) -> None:
    await story.say("li", words)
    story.expect(answer)
    assert await steps_of() == ["0"]


async def test_whom_it_is_about_cannot_be_added(story: Story) -> None:
    await story.say("li", "涉及 1 白主任")
    await story.say("li", "加签 1 白主任")
    story.expect("按回避规定")
    await story.say("li", "加签 1 保密办")
    story.expect("没有可以加签的人")


async def test_who_signed_is_not_added_again(story: Story) -> None:
    await story.say("li", "加签 1 白主任")
    await story.say("bai", "同意 1")
    await story.say("li", "加签 1 白主任")
    story.expect("已经签过")


async def test_a_new_version_goes_by_them_too(story: Story) -> None:
    await story.say("qian", "加签 1 保密办")
    asked = (await story.say("wang", "拟复 1 已封存留样送检，11月25日前公布结果。"))[-1]
    assert asked.say.mentions == ("bai",)
    assert "保密办（钱副校长加签）" in asked.text


async def test_they_are_reminded(story: Story) -> None:
    await story.say("qian", "加签 1 保密办")
    sent = await story.until(monday("20:00"))
    assert [one.say.mentions for one in sent if "请审批" in one.text] == [("bai",)]


async def test_only_a_leader_takes_it_off_with_a_reason(story: Story) -> None:
    await story.say("li", "加签 1 保密办")
    for who in ("li", "wang", "bai"):
        await story.say(who, "取消加签 1 保密办 已口头征求意见")
        story.expect("取消加签只能由领导来定")
    await story.say("qian", "取消加签 1 保密办")
    story.expect("要写明理由")
    await story.say("qian", "取消加签 1 褚队长 不用了")
    story.expect("没有请他们加签")
    await story.say("sun", "取消加签 1 保密办 已口头征求意见")
    off = story.expect("孙副校长 取消 保密办 的加签（李主任 请的）：已口头征求意见", pinged="qian")
    assert off.labels == ["同意", "不同意"]
    await story.say("qian", "同意 1")
    assert (await latest()).state == "approved"
    (line,) = [line for line in await audit.history(1) if line["kind"] == "signature removed"]
    assert (line["actor"], line["data"]["reason"]) == ("sun", "已口头征求意见")


async def test_a_leader_takes_none_off_their_own_text(story: Story) -> None:
    await story.say("qian", "授权 王强 3天")
    await story.say("zhou", "改派 1 教务处")
    await story.say("zhou", "拟复 1 已封存留样送检，11月25日前公布结果。")
    await story.say("zhou", "加签 1 保密办")
    request = await latest()
    await Request.filter(id=request.id).update(asked_by="sun")  # as if the leader had drafted it for the department
    await story.say("sun", "取消加签 1 保密办 不用了")
    story.expect("加签不能由您取消")
    assert await steps_of() == ["added 1", "0"]


async def test_what_the_rules_ask_for_is_not_taken_off(story: Story) -> None:
    await story.say("zhao", "取消加签 1 钱副校长 我来签")
    story.expect("没有请他们加签")
    assert await steps_of() == ["0"]


async def test_a_yes_that_crosses_it_signs_nothing_yet(story: Story) -> None:
    """A leader in a hurry: the yes is handled after the signature was added, and the last signature waits."""
    await story.say("li", "加签 1 保密办")
    await story.say("qian", "同意")
    assert (await latest()).state == "pending"
    assert await signed_by() == []


async def test_an_added_signature_can_be_undone_at_once(story: Story) -> None:
    await story.say("li", "加签 1 保密办")
    await story.say("li", "撤回")
    assert await steps_of() == ["0"]
    assert (await story.incident()).holder == "approver:qian"


async def test_nothing_waits(story: Story) -> None:
    await story.say("qian", "同意 1")
    await story.say("li", "加签 1 保密办")
    story.expect("没有在等审批的回复或方案")


async def test_in_english(tmp_path: Path, redis: Redis) -> None:
    async with under_keys("", tmp_path, redis, language="en", **WITH_SECRECY) as story:
        await story.acknowledged()
        await story.say("wang", "draft 1 We sealed the samples and will publish the result by 26 November.")
        await story.say("li", "cosign 1 Secrecy Office please look")
        story.expect("to sign the reply too, version 1: please look", pinged="bai")
        await story.say("qian", "uncosign 1 Secrecy Office asked by phone")
        story.expect("takes off the signature of 保密办, which 李主任 asked for: asked by phone", pinged="sun")
        await story.say("sun", "approve 1")
        assert (await latest()).state == "approved"


async def test_who_takes_off_what_the_desk_added_does_not_sign(story: Story) -> None:
    await story.say("li", "加签 1 保密办")
    await story.say("qian", "取消加签 1 保密办 来不及了")
    await story.say("qian", "同意 1")
    assert (await latest()).state == "pending"
    await story.say("wang", f"{DRAFT}请放心。")  # nor the next text
    await story.advance("10m")
    await story.say("qian", "同意 1")
    assert (await latest()).state == "pending"
    await story.say("sun", "同意 1")
    assert (await latest()).state == "approved"


async def test_who_takes_off_what_they_added_themselves_still_signs(story: Story) -> None:
    await story.say("qian", "加签 1 保密办")
    await story.say("qian", "取消加签 1 保密办 已当面问过")
    await story.say("qian", "同意 1")
    assert (await latest()).state == "approved"


async def test_what_was_added_is_asked_for_again_after_an_approval(story: Story) -> None:
    await story.say("li", "加签 1 保密办")
    await story.say("bai", "同意 1")
    await story.say("qian", "同意 1")
    assert (await latest()).state == "approved"
    await story.say("wang", f"{DRAFT}食堂已停用该批次。")
    assert await steps_of() == ["added 1", "0"]
