"""Procurator's office 检察机关: a digest to the leaders; true reports remedied by a limit, false ones refuted."""

import pytest

from tests.support.regime import PROOF, dated_pings, found, local, owed, regime_of, state
from tests.support.story import Story

REGIME = "procurator"
FACTS = "拟复 1 经查不属实，监控录像及票据附后。"


@pytest.mark.demand("procurator.digest")
async def test_on_receipt_the_digest_goes_to_the_leaders(story: Story) -> None:
    opened = await story.opened()
    assert opened.say.mentions == ("wang", "qian", "zhao")
    assert "〔#1〕" in opened.text  # its number
    assert await owed(story) == {"instruct": "Tue 11-24 00:00"}  # the day of receipt


@found("2026-11-23 23:10")
async def test_a_late_find_leaves_two_hours(story: Story) -> None:
    await story.opened()
    assert await owed(story) == {"instruct": "Tue 11-24 01:10"}


async def test_the_leader_is_reminded_to_set_the_limit(story: Story) -> None:
    await story.opened()
    sent = await story.until(local("2026-11-23 20:00"))
    assert dated_pings(sent) == [("Mon 11-23 20:00", "qian")]  # 24:00 -4h


@pytest.mark.demand("procurator.true")
async def test_true_is_mended_within_the_set_limit(story: Story) -> None:
    await story.opened()
    await story.say("wang", "核实 1 属实 加热环节有疏漏")
    assert set(await owed(story)) == {"instruct"}  # the limit is not set yet
    await story.say("qian", "批办 1 5天 限期整改")
    # The fifth day, Sat 11-28, rolls to Mon 11-30 24:00.
    assert await owed(story) == {"resolve": "Tue 12-01 00:00"}


@found("2026-09-28 09:00")
async def test_the_limit_rolls_over_the_national_day(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 3天 限期整改")
    assert await owed(story) == {"resolve": "Fri 10-09 00:00"}  # the third day is Oct 1: Thu 10-08 24:00


async def test_true_from_the_find_to_the_end(story: Story) -> None:
    await story.opened()
    await story.say("wang", "核实 1 属实 加热环节有疏漏")
    await story.say("qian", "批办 1 5天 限期整改")
    await story.say("wang", "签收 1")
    assert set(await owed(story)) == {"resolve"}
    await story.say("wang", f"办结 1 整改：更换了加热设备 {PROOF}")
    await story.say("qian", "同意整改 1")
    story.expect("还要公开答复")
    await story.answer(text="经核实属实，已更换加热设备。")
    assert [await state(story, kind) for kind in ("instruct", "resolve")] == ["met"] * 2
    assert (await story.incident()).outcome == "remedied"
    assert await story.advance("360h") == []


@pytest.mark.demand("procurator.untrue")
async def test_untrue_the_facts_are_published(story: Story) -> None:
    await story.opened()
    await story.advance("24h")
    await story.say("wang", "核实 1 不属实 监控可证")
    assert (await owed(story))["reply"] == "Wed 11-25 00:00"  # the day of the verdict, Tuesday
    await story.say("wang", FACTS)
    await story.say("qian", "同意 1")
    assert await state(story, "reply") == "open"
    await story.say("zhou", f"已发布 1 {PROOF}")
    assert await state(story, "reply") == "met"
    await story.say("wang", "办结 1 澄清：经查监控，与事实不符")
    assert (await story.incident()).outcome == "clarified"


async def test_a_corrected_verdict_ends_what_the_first_one_asked_for(story: Story) -> None:
    await story.opened()
    await story.say("wang", "核实 1 属实 加热环节有疏漏")
    await story.say("qian", "批办 1 5天 请整改")
    assert "resolve" in await owed(story)
    await story.say("wang", "核实 1 不属实 监控可证")
    assert await state(story, "resolve") == "waived"
    assert "reply" in await owed(story)
    await story.say("wang", "核实 1 属实 复核后确有疏漏")
    assert await state(story, "reply") == "waived"


async def test_of_an_untrue_story_no_mending_is_owed(story: Story) -> None:
    await story.opened()
    await story.say("wang", "核实 1 不属实 监控可证")
    await story.say("qian", "批办 1 5天 请澄清")
    assert set(await owed(story)) == {"reply"}


@pytest.mark.demand("procurator.useful")
async def test_useful_is_adopted_and_answered(story: Story) -> None:
    await story.opened()
    await story.say("wang", "拟复 1 按照您的建议，已增设窗口。")
    await story.say("qian", "同意 1")
    await story.say("wang", "办结 1 已采纳，增设窗口")
    story.expect("还没有公开答复")
    await story.say("zhou", f"已发布 1 {PROOF}")
    await story.say("wang", "办结 1 已采纳，增设窗口")
    assert (await story.incident()).outcome == "adopted"


async def test_the_leader_approves(story: Story) -> None:
    await story.opened()
    await story.say("wang", FACTS)
    story.expect("请 @钱副校长 审批", pinged="qian")
    for stranger in ("feng", "li"):
        await story.say(stranger, "同意 1")
        story.expect("您没有审批权限")
    await story.say("zhao", "同意 1")
    story.expect("赵校长 同意发布")


async def test_each_step_of_a_missed_limit(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 6小时 限期整改")
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
    await story.say("qian", "批办 1 1天 限期整改")
    sent = await story.until(local("2026-11-25 07:00"))
    assert dated_pings(sent) == [  # due Tue 24:00
        ("Tue 11-24 20:00", "wang"),
        ("Tue 11-24 22:00", "wang"),  # -1h is 23:00
        ("Wed 11-25 07:00", "wang", "feng", "qian"),  # 0 and +4h
    ]


@pytest.mark.demand("procurator.misconduct")
async def test_misconduct_goes_to_discipline_inspection_past_its_department(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 6小时 请查明")
    await story.say("li", "转办 1 派驻纪检监察组 反映工作人员违纪")
    story.expect("已转派驻纪检监察组办理")
    sent = await story.until(local("2026-11-24 16:05"))
    assert dated_pings(sent, "〔#1〕")[2:4] == [
        ("Mon 11-23 16:05", "li"),  # 0: the desk owes the answer and is its own head
        ("Mon 11-23 20:05", "li", "qian", "sun"),  # +4h
    ]
    assert not [line for line in dated_pings(sent) if {"wang", "feng"} & {*line}]
    await story.say("wang", FACTS)
    assert (await story.incident()).holder == "outside:派驻纪检监察组"  # it is no longer the department's


@pytest.mark.parametrize(
    "deed",
    ["违纪", "受贿", "收受礼金", "行贿", "索贿", "贪污", "索要财物", "吃拿卡要", "以权谋私", "替承包商走后门"],
)
async def test_of_misconduct_the_department_does_not_hear(story: Story, deed: str) -> None:
    opened = await story.opened(f"@回音 上报 食堂管理人员{deed}，请严肃查处")
    assert opened.say.mentions == ("li", "qian", "sun", "zhao")  # the desk, every leader, the chief


async def test_an_accused_desk_does_not_transfer_it_and_a_leader_does(story: Story) -> None:
    opened = await story.opened("@回音 上报 办公室李主任收受礼金，请严肃查处")
    assert "li" not in opened.say.mentions
    await story.say("li", "转办 1 县信访局 反映工作人员违纪")
    assert (await story.incident()).outside is None
    await story.say("qian", "转办 1 派驻纪检监察组 反映工作人员违纪")
    assert (await story.incident()).outside == "派驻纪检监察组"


async def test_it_knows_neither_tiers_nor_extensions(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 媒体来电")
    story.expect("本单位规则不分级")
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("时限不能延期")


async def test_who_owes_what(story: Story) -> None:
    await story.opened()
    await story.say("wang", "核实 1 不属实 监控可证")
    await story.say("qian", "批办 1 5天 请澄清")
    owners = [(await story.duty(kind)).owner for kind in ("instruct", "reply")]
    assert owners == ["leader", "department"]
    regime = regime_of(story)
    assert [rule.starts for rule in regime.duty] == ["found", "found true", "found untrue"]
    assert (regime.name, regime.title) == ("procurator", {"zh": "检察机关", "en": "Procurator's office"})
