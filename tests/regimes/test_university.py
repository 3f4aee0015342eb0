"""University 高校: the leading group is informed in an hour, sets the time of the statement and approves it."""

import pytest

from tests.support.regime import PROOF, dated_pings, found, local, owed, regime_of, state
from tests.support.story import Story

REGIME = "university"
STATEMENT = "拟复 1 经查，情况说明如下。"


@pytest.mark.demand("university.hour")
async def test_on_receipt_the_leader_and_the_office_hear_it_and_an_hour_runs(story: Story) -> None:
    opened = await story.opened()
    assert opened.say.mentions == ("wang", "qian", "li")  # the own leader at once; the office writes the opinion
    assert "请写拟办意见：拟办 1 部门 时限 意见" in opened.text
    assert await owed(story) == {
        "opinion": "Mon 11-23 11:05",  # the same hour
        "report": "Mon 11-23 11:05",  # 10:05 and an hour
        "instruct": "Tue 11-24 00:00",  # the day of receipt
    }


@found("2026-10-01 23:30")
async def test_the_hour_runs_on_a_holiday_night_too(story: Story) -> None:
    await story.opened()
    assert await owed(story) == {
        "opinion": "Fri 10-02 00:30",
        "report": "Fri 10-02 00:30",
        "instruct": "Fri 10-02 01:30",  # 30 minutes of the day are left: two hours
    }


async def test_the_report_is_made_with_the_handling_opinion(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1")
    assert set(await owed(story)) == {"opinion", "report", "instruct"}
    await story.say("li", "已报 1 拟办意见：请总务处核实，两天内发布说明")
    story.expect("李主任 已上报：拟办意见")
    assert await state(story, "report") == "met"


async def test_a_late_report_climbs_to_the_group(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 5天 请核实")
    sent = await story.until(local("2026-11-24 11:05"))
    group = [(at, *(name for name in names if name != "feng")) for at, *names in dated_pings(sent)]
    assert group == [  # due 11:05; -1h is the time of the find
        ("Mon 11-23 11:05", "li"),
        ("Mon 11-23 15:05", "li", "qian"),  # +4h
        ("Tue 11-24 08:30", "li"),
        ("Tue 11-24 11:05", "li", "zhao"),  # +1d
    ]


@pytest.mark.demand("university.timed")
async def test_the_group_times_the_statement(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 2天 请发布说明")
    story.expect("限 11-25（周三）24:00 前办成", pinged="wang")
    assert (await owed(story))["reply"] == "Thu 11-26 00:00"  # Tue, Wed
    assert await state(story, "instruct") == "met"


@found("2026-09-28 09:00")
async def test_a_time_in_days_rolls_over_the_national_day(story: Story) -> None:
    await story.opened()
    await story.say("zhao", "批办 1 3天 请发布说明")
    assert (await owed(story))["reply"] == "Fri 10-09 00:00"  # the third day is Oct 1: Thu 10-08 24:00


async def test_the_group_approves_the_statement(story: Story) -> None:
    await story.opened()
    await story.say("wang", STATEMENT)
    story.expect("请 @钱副校长 审批", pinged="qian")
    for stranger in ("feng", "li"):
        await story.say(stranger, "同意 1")
        story.expect("您没有审批权限")
    await story.say("zhao", "同意 1")
    story.expect("赵校长 同意发布", pinged="wang")


SENSITIVE = "拟复 1 涉密实验室的情况不便公开，其余已整改完毕。"


@pytest.mark.demand("university.sensitive")
async def test_a_sensitive_text_is_signed_by_both_offices_first(story: Story) -> None:
    """The demonstration has neither office: the office signs for the secrecy office, the chief for the party's."""
    await story.opened()
    asked = (await story.say("wang", SENSITIVE))[-1]
    assert asked.say.mentions == ("li", "zhao")
    assert "签字：保密办、党委办公室（各签，有“涉密”） → 分管领导或主要领导" in asked.text
    await story.say("qian", "同意 1")
    story.expect("您没有审批权限")
    await story.say("zhao", "同意 1")
    await story.say("li", "同意 1")
    story.expect("请继续审批", pinged="qian")
    await story.say("zhao", "同意 1")  # one signature each: the chief has given theirs
    story.expect("您没有审批权限")
    await story.say("qian", "同意 1")
    story.expect("钱副校长 同意发布", pinged="wang")
    await story.say("wang", "依据 1")
    story.expect("赵校长（党委办公室） 同意答复第 1 稿")


OFFICES = {
    '\n[[person]]\nid = "zhao"\n': """
[[department]]
name = "机要科"
aliases = ["保密处"]

[[department]]
name = "党政办"

[[person]]
id = "bai"
name = "白科长"
roles = ["head"]
department = "机要科"

[[person]]
id = "dang"
name = "党秘书"
roles = ["liaison"]
department = "党政办"

[[person]]
id = "zhao"
"""
}


@found("2026-11-23 10:05", **OFFICES)
async def test_the_institutions_own_offices_sign_by_whatever_of_the_names_they_have(story: Story) -> None:
    await story.opened()
    asked = (await story.say("wang", SENSITIVE))[-1]
    assert asked.say.mentions == ("bai", "dang")
    await story.say("dang", "同意 1")
    await story.say("bai", "同意 1")
    story.expect("请继续审批", pinged="qian")
    sent = await story.until(local("2026-11-23 20:00"))
    assert all("bai" not in one.say.mentions for one in sent)


@pytest.mark.parametrize(
    ("verdict", "step"),
    [
        ("属实", {"resolve": "Fri 11-27 00:00"}),  # remedied in three days: Tue, Wed, Thu
        ("部分属实", {"follow-up": "Fri 11-27 00:00"}),  # clarified in three days
        ("不属实", {"reply": "Tue 11-24 00:00"}),  # refuted the same day
        ("无法核实", {}),  # the report and the instruction are still owed
    ],
)
@pytest.mark.demand("university.verdicts")
async def test_each_verdict_has_its_next_step(story: Story, verdict: str, step: dict[str, str]) -> None:
    await story.opened()
    before = await owed(story)
    await story.say("wang", f"核实 1 {verdict} 已查看监控")
    story.expect(f"核实结论：{verdict}")
    assert await owed(story) == before | step


@found("2026-11-25 10:05")
async def test_a_next_step_in_days_rolls_over_the_weekend(story: Story) -> None:
    await story.opened()
    await story.say("wang", "核实 1 属实 已查看监控")
    assert (await owed(story))["resolve"] == "Tue 12-01 00:00"  # Sat 11-28 rolls to Mon 11-30 24:00


async def test_what_the_group_has_timed_a_verdict_leaves_alone(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 2天 请发布说明")
    await story.say("wang", "核实 1 不属实 已查看监控")
    assert (await owed(story))["reply"] == "Thu 11-26 00:00"


async def test_true_from_the_find_to_the_end(story: Story) -> None:
    await story.opened()
    await story.say("li", "拟办 1 2天 请总务处核实")
    await story.say("li", "已报 1 附拟办意见")
    await story.say("qian", "批办 1 照拟办")
    await story.say("wang", "核实 1 属实 加热环节有疏漏")
    await story.say("wang", STATEMENT)
    await story.say("qian", "同意 1")
    assert set(await owed(story)) == {"reply", "resolve"}
    await story.say("zhou", f"已发布 1 {PROOF}")
    assert set(await owed(story)) == {"resolve"}
    await story.say("wang", "办结 1 已改进加热环节，更换设备")
    kinds = ("opinion", "report", "instruct", "reply", "resolve")
    assert [await state(story, kind) for kind in kinds] == ["met"] * 5
    assert await story.advance("240h") == []


async def test_partly_true_is_told_apart_in_a_follow_up(story: Story) -> None:
    await story.opened()
    await story.say("wang", "核实 1 部分属实 一处属实")
    await story.say("wang", "签收 1")
    assert await state(story, "follow-up") == "open"
    await story.say("li", "续报 1 加热环节属实，食材过期不属实")
    assert await state(story, "follow-up") == "met"


async def test_each_step_of_a_missed_statement(story: Story) -> None:
    await story.opened()
    await story.say("li", "已报 1 拟办意见")
    await story.say("qian", "批办 1 6小时 请发布说明")
    sent = await story.until(local("2026-11-24 16:05"))
    assert dated_pings(sent) == [  # 10:05 and 6 hours: due 16:05
        ("Mon 11-23 12:05", "wang"),  # -4h
        ("Mon 11-23 15:05", "wang"),  # -1h
        ("Mon 11-23 16:05", "wang", "feng"),  # 0
        ("Mon 11-23 20:05", "wang", "qian"),  # +4h
        ("Tue 11-24 08:30", "wang"),
        ("Tue 11-24 16:05", "wang", "zhao"),  # +1d
    ]
    assert dated_pings(sent, "列入通报") == [("Tue 11-24 16:05", "wang", "zhao")]


async def test_at_night_it_waits(story: Story) -> None:
    await story.opened()
    await story.say("li", "已报 1 拟办意见")
    await story.say("qian", "批办 1 1天 请发布说明")
    sent = await story.until(local("2026-11-25 07:00"))
    assert dated_pings(sent) == [  # due Tue 24:00
        ("Tue 11-24 20:00", "wang"),
        ("Tue 11-24 22:00", "wang"),  # -1h is 23:00
        ("Wed 11-25 07:00", "wang", "feng", "qian"),  # 0 and +4h
    ]


async def test_it_knows_neither_tiers_nor_extensions(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 媒体来电")
    story.expect("本单位规则不分级")
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("时限不能延期")


async def test_who_owes_what(story: Story) -> None:
    await story.opened()
    for verdict in ("属实", "部分属实", "不属实"):
        await story.say("wang", f"核实 1 {verdict} 已查看监控")
    kinds = ("opinion", "report", "instruct", "reply", "resolve", "follow-up")
    owners = [(await story.duty(kind)).owner for kind in kinds]
    assert owners == ["desk", "desk", "leader", "department", "department", "desk"]
    regime = regime_of(story)
    assert [rule.to for rule in regime.duty] == [
        ("leader",), ("leader", "chief"), (), (), (), ("leader", "chief")
    ]  # fmt: skip
    assert (regime.name, regime.title) == ("university", {"zh": "高校", "en": "University"})
