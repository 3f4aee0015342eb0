"""Where the regime asks for a plan, it is signed before a reply is drafted, by the same rules as a reply."""

from collections.abc import AsyncIterator
from json import dumps
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import audit
from storage.tables import Event, Outbox, Request
from tests.support.chains import latest, steps_of, under_keys
from tests.support.story import Story, monday

pytestmark = pytest.mark.demand("B3.plan")

PLAN = "方案 1 由总务处更换供货商，11月25日前办完，11月26日公开答复"
DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with under_keys('plan = { by = ["leader"] }\napproval = [{ by = ["office"] }]', tmp_path, redis) as started:
        await started.opened()
        yield started


async def test_the_leader_in_charge_signs_it_and_then_the_office_the_reply(story: Story) -> None:
    asked = (await story.say("wang", PLAN))[-1]
    assert asked.say.mentions == ("qian",)
    assert "王强 报了处置方案（第 1 稿）" in asked.text
    assert asked.labels == ["同意", "不同意"]
    assert (await story.incident()).stage == "acknowledged"
    for early in ("li", "zhao", "feng"):
        await story.say(early, "同意 1")
        story.expect("您没有审批权限")
    await story.say("qian", "同意")
    story.expect("钱副校长 同意第 1 次报的方案", pinged="wang")
    story.expect("拟复 1 回复内容")
    await story.say("wang", DRAFT)
    story.expect("审批", pinged="li")
    await story.say("li", "同意方案 1")
    story.expect("没有这一种待审批的内容")
    await story.say("li", "同意 1")
    story.expect("同意发布第 1 稿", pinged="wang")


async def test_a_draft_before_it_is_refused_with_what_to_do(story: Story) -> None:
    await story.say("wang", DRAFT)
    story.expect("请先报：方案 1 处置方案")
    await story.say("wang", PLAN)
    await story.say("wang", DRAFT)
    story.expect("方案正在等审批")
    assert await audit.history(1)


async def test_a_newer_plan_replaces_it_and_shows_what_changed(story: Story) -> None:
    old = (await story.say("wang", PLAN))[-1]
    new = (await story.say("wang", PLAN.replace("25日", "24日")))[-1]
    assert "与上一稿相比" in new.text
    assert "第 2 稿" in new.text
    await story.press("qian", old, "同意")
    story.expect("已作废，现在等您定的是")
    await story.advance("2m")
    await story.say("qian", "同意 1")
    assert (await latest("plan")).subject["edition"] == 2
    assert (await latest("plan")).state == "approved"


async def test_a_newer_plan_after_the_first_was_signed_holds_the_draft(story: Story) -> None:
    await story.say("wang", PLAN)
    await story.say("qian", "同意 1")
    await story.say("wang", DRAFT)
    await story.say("wang", PLAN.replace("25日", "24日"))
    await story.say("li", "同意发布 1")
    story.expect("这一稿先不能签")
    await story.say("qian", "同意方案 1")
    await story.say("li", "同意发布 1")
    assert (await latest()).state == "approved"


async def test_it_is_sent_back_with_a_reason(story: Story) -> None:
    await story.say("wang", PLAN)
    await story.say("qian", "不同意 1 太慢")
    story.expect("请修改后再送：方案 1 处置方案", pinged="wang")
    await story.say("wang", DRAFT)
    story.expect("请先报：方案 1")


async def test_who_may_send_one(story: Story) -> None:
    await story.say("wu", PLAN)
    story.expect("方案由该部门或值守台")
    await story.say("wang", "方案 1")
    story.expect("请写上方案")
    await story.say("zhou", PLAN)
    story.expect("周晓 报了处置方案", pinged="qian")


async def test_reminders_ask_for_it_and_then_for_its_signature(story: Story) -> None:
    await story.say("wang", "签收 1")
    story.expect("方案 1 处置方案")
    sent = await story.until(monday("20:00"))
    assert [one.say.mentions for one in sent if "请先报处置方案：方案 1" in one.text] == [("wang",)]
    await story.say("wang", PLAN)
    sent = await story.until(monday("22:00"))
    assert [one.say.mentions for one in sent if "请审批：同意 1" in one.text] == [("qian",)]


async def test_it_ends_when_another_department_gets_the_matter(story: Story) -> None:
    await story.say("wang", PLAN)
    await story.say("li", "改派 1 教务处")
    assert (await latest("plan")).state == "superseded"


async def test_a_long_one_comes_as_a_file(story: Story) -> None:
    asked = (await story.say("wang", PLAN + "，逐日检查供货台账。" * 200))[-1]
    assert [one.name for one in asked.say.attachments] == ["1号方案第1稿.txt"]


async def test_its_text_is_erased_with_the_matter(story: Story) -> None:
    await story.say("wang", PLAN)
    await story.say("qian", "同意 1")
    (line,) = [line for line in await audit.history(1) if line["kind"] == "planned"]
    assert line["data"]["text"].startswith("由总务处更换供货商")
    await story.say("wang", "拟复 1 经核实，饭菜异物是脱落的筛网，已更换筛网，留样检测合格。")
    await story.say("li", "同意 1")
    await story.publish()
    await story.say("wang", "办结 1 已更换筛网并公布检测结果")
    await story.jump(story.now.replace(year=2029, month=12, day=1) - story.now)
    left = [*await Request.all().values(), *await Event.all().values(), *await Outbox.all().values()]
    assert "供货商" not in dumps(left, default=str, ensure_ascii=False)
    assert await audit.verify() is None
    assert (await latest("plan")).subject["chain"]  # who signed it stays


async def test_by_tier(tmp_path: Path, redis: Redis) -> None:
    async with under_keys('plan = { by = ["leader"], tiers = ["major", "critical"] }', tmp_path, redis) as story:
        await story.acknowledged()
        await story.say("wang", DRAFT)
        assert await steps_of() == ["0"]
        await story.say("zhou", "升级 1 重大 家长聚集")
        await story.say("qian", "同意发布 1")
        story.expect("规则要求处置方案先经同意")
        await story.say("wang", PLAN)
        await story.say("qian", "同意方案 1")
        await story.say("qian", "同意发布 1")
        assert (await latest()).state == "approved"


async def test_where_the_rules_ask_for_none(tmp_path: Path, redis: Redis) -> None:
    async with under_keys("", tmp_path, redis) as story:
        await story.acknowledged()
        await story.say("wang", PLAN)
        story.expect("不要求先报方案")


async def test_in_english(tmp_path: Path, redis: Redis) -> None:
    keys = 'plan = { by = ["leader"] }\napproval = [{ by = ["leader", "chief"], needs = "all" }]'
    async with under_keys(keys, tmp_path, redis, language="en") as story:
        await story.acknowledged()
        story.expect("plan 1 <plan>")
        await story.say("wang", "draft 1 We sealed the samples and will publish the result by 26 November.")
        story.expect("Please send one: plan 1 <plan>")
        await story.say("wang", "plan 1 General Services changes the supplier within three days")
        story.expect("sent a plan (version 1)", pinged="qian")
        await story.say("qian", "approve plan 1")
        story.expect("please draft the reply by it: draft 1 <reply>", pinged="wang")
        await story.say("wang", "draft 1 We sealed the samples and will publish the result by 26 November.")
        story.expect("To be signed by: leader and chief", pinged="zhao")
        await story.say("zhao", "approve 1")
        story.expect("still to sign", pinged="qian")
        await story.say("zhao", "approve 1")
        story.expect("You have signed it already")
        await story.say("wang", "why 1")
        story.expect("Who signs the reply: leader and chief; waiting for 钱副校长")
        await story.say("qian", "approve 1")
        story.expect("Approved by 钱副校长")
