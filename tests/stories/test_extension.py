"""`延期 1 2天 理由`: more time if a leader approves, requested before the due time, at most five days in total."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.regime import under
from tests.support.story import SHANGHAI, Story, monday, pings


async def due(story: Story) -> str:
    return f"{(await story.duty('resolve')).due_at.astimezone(SHANGHAI):%a %m-%d %H:%M}"


async def test_approved_it_is_due_later_and_the_ladder_starts_over(story: Story) -> None:
    await story.drafted("已停用该批食材，更换了供货商。")  # no date: a promise would have its own ladder
    await story.say("qian", "同意")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.say("wang", "延期 1 2天 等检测报告")
    asked = story.expect("王强 申请延期 2天：等检测报告", pinged="qian")
    # Two days after Thursday 24:00 is Saturday; the Monday after it is the last day.
    assert "办结时限将改为 11-30（周一）24:00" in asked.text
    await story.press("qian", asked, "同意")
    story.expect("同意延期，办结时限改为 11-30（周一）24:00", pinged="wang")
    assert await due(story) == "Tue 12-01 00:00"
    await story.confirmed()
    await story.confirmed()
    sent = await story.until(monday("07:30", 8))
    assert pings(one for one in sent if "【办结】" in one.text) == [
        ("Mon 20:00", "wang"),  # -4h, of Monday the 30th
        ("Mon 22:00", "wang"),
        ("Tue 07:00", "wang", "feng", "qian"),
    ]


async def test_the_first_due_time_stays_on_record(story: Story) -> None:
    await story.published()
    first = (await story.duty("resolve")).due_at
    await story.say("wang", "延期 1 1天 等检测报告")
    await story.say("qian", "同意 1")
    duty = await story.duty("resolve")
    assert duty.first_due_at == first < duty.due_at


async def test_rejected_nothing_moves(story: Story) -> None:
    await story.published()
    await story.say("wang", "延期 1 2天 等检测报告")
    await story.say("qian", "不同意 1 不能再拖")
    story.expect("不同意延期：不能再拖", pinged="wang")
    assert await due(story) == "Fri 11-27 00:00"
    await story.confirmed()
    assert pings(await story.until(monday("21:00", 3))) == [("Thu 20:00", "wang")]


async def test_while_it_waits_nothing_moves(story: Story) -> None:
    await story.published()
    await story.say("wang", "延期 1 2天 等检测报告")
    await story.confirmed()
    # The leader hears the request for the result, the department its promise to the public.
    assert pings(await story.until(monday("21:00", 3))) == [("Thu 20:00", "wang", "qian")]


async def test_it_diverts_nothing_that_it_does_not_put_off(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "延期 1 1天 等检测报告")
    sent = await story.until(monday("20:00"))
    assert pings(sent) == [("Mon 20:00", "wang", "qian")]
    assert "@王强 现在在钱副校长手里，请回复：拟复 1 回复内容" in sent[0].text
    assert "@钱副校长 延期申请还在等您审批：同意 1" in sent[0].text


async def test_nor_the_reply_where_it_puts_that_off_too(tmp_path: Path, redis: Redis) -> None:
    async with under("park", tmp_path, redis, "2026-11-23 10:05") as story:
        await story.acknowledged()
        await story.say("qian", "批办 1 3天")
        await story.say("wang", "延期 1 1天 等检测报告")
        sent = await story.until(monday("20:00", 3))
        assert {"wang", "qian"} <= {*sent[-1].say.mentions}
        assert "请回复：拟复 1 回复内容" in sent[-1].text


@pytest.mark.parametrize(
    ("asked", "granted"), [("5天", False), ("4个工作日", False), ("4天", True), ("2个工作日", True)]
)
async def test_five_days_in_all_is_the_limit(story: Story, asked: str, granted: bool) -> None:
    """The fifth day after Monday is a Saturday, so Monday the 30th is the latest day possible."""
    await story.published()
    await story.say("wang", f"延期 1 {asked} 等检测报告")
    story.expect("请 @钱副校长 审批" if granted else "延期总共不能超过 11-30（周一）24:00")


async def test_when_the_limit_is_reached_it_says_so(story: Story) -> None:
    await story.published()
    await story.say("wang", "延期 1 2天 等检测报告")
    await story.say("qian", "同意 1")
    await story.say("wang", "延期 1 1天 还要等")
    story.expect("已经到顶，不能再延")


async def test_too_late(story: Story) -> None:
    await story.published()
    await story.until(monday("00:00", 4))
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("办结时限 11-26（周四）24:00 已过，延期要在到期之前申请")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("延期 1", "请写明延多久和理由"),
        ("延期 1 等检测报告", "请写明延多久和理由"),
        ("延期 1 2天", "请写明延期理由"),
        ("延期 1 两天半 等检测报告", "请写明延多久和理由"),
        ("延期 1 1.5天 等检测报告", "请写明延多久和理由"),
        ("延期 1 3个工作日半 等检测报告", "请写明延多久和理由"),
        ("延期 2天 等检测报告", "请写明编号"),
        ("延期 1 到2029-12-31 等检测报告", "延期总共不能超过 11-30（周一）24:00，您申请的是 2029-12-31（周一）24:00"),
        ("延期 1 到明年12月31日 等检测报告", "延期总共不能超过 11-30（周一）24:00"),
    ],
)
async def test_what_is_missing_is_asked_for(story: Story, words: str, answer: str) -> None:
    await story.published()
    await story.say("wang", words)
    story.expect(answer)


async def test_one_at_a_time(story: Story) -> None:
    await story.published()
    await story.say("wang", "延期 1 1天 等检测报告")
    await story.say("wang", "延期 1 2天 等检测报告")
    story.expect("已有一项延期在等审批")
