"""Liaison form 联系单: the verified result within half a day, else reasons and a timetable, whose dates are duties."""

import pytest

from handlers.rules.regime.regime_parts import DutyRule
from tests.support.regime import dated_pings, found, local, owed, regime_of, state
from tests.support.story import Story

REGIME = "liaison-form"
TIMETABLE = "拟复 1 管道老化，须更换主管，11月30日前更换完毕。"
MENDED = "拟复 1 经核实属实，主管已更换，恢复供水。"


PLAN = "方案 1 由总务处更换主管，先接临时供水，11月30日前办完"


async def planned(story: Story) -> None:
    """Bring the matter to a plan that the leader in charge has approved."""
    await story.say("wang", PLAN)
    await story.say("qian", "同意 1")


async def publish(story: Story, draft: str, *, chief: bool = False) -> None:
    await story.say("wang", draft)
    await story.say("li", "同意 1")
    if chief:
        await story.say("zhao", "同意 1")
        await story.say("li", "上级同意 1 教育局 教办函〔2026〕40号")
    await story.publish()


@pytest.mark.demand("liaison-form.form")
async def test_the_form_goes_to_the_department_for_half_a_day(story: Story) -> None:
    opened = await story.opened()
    assert opened.say.mentions == ("wang",)
    # 10:05-12:00 is 1 h 55, the other 2 h 05 run from 14:00.
    assert await owed(story) == {"verify": "Mon 11-23 16:05"}


@found("2026-11-27 15:30")
async def test_half_a_day_runs_over_the_weekend(story: Story) -> None:
    await story.opened()
    assert await owed(story) == {"verify": "Mon 11-30 10:30"}  # 2 h on Friday, 2 h on Monday


@found("2026-10-09 16:30")
async def test_half_a_day_runs_into_a_make_up_saturday(story: Story) -> None:
    await story.opened()
    assert await owed(story) == {"verify": "Sat 10-10 11:30"}  # 1 h on Friday, 3 h from 08:30


@found("2026-09-30 16:00")
async def test_half_a_day_runs_over_the_national_day(story: Story) -> None:
    await story.opened()
    assert await owed(story) == {"verify": "Thu 10-08 11:00"}  # 1 h 30 on Wednesday, 2 h 30 from 08:30 on the 8th


async def test_the_half_day_begins_when_the_department_has_the_form(story: Story) -> None:
    await story.opened("@回音 上报 反映的问题一直没有人管，请尽快给个说法")
    assert await owed(story) == {"closing": "Fri 11-27 00:00"}  # the desk's
    await story.advance("55m")
    await story.say("li", "改派 1 总务处")
    assert await owed(story) == {"verify": "Mon 11-23 17:00"}  # 11:00-12:00 and 14:00-17:00


async def test_another_department_has_half_a_day_and_the_first_owes_nothing(story: Story) -> None:
    await story.opened()
    await story.advance("55m")
    await story.say("li", "改派 1 教务处")
    assert await owed(story) == {"verify": "Mon 11-23 17:00"}


@pytest.mark.demand("liaison-form.half_day")
async def test_the_verified_result_comes_back(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1")
    assert await state(story, "verify") == "open"
    await story.say("wang", "核实 1 属实 主管漏水")
    story.expect("核实结论：属实")
    assert await state(story, "verify") == "met"


@pytest.mark.demand("liaison-form.plan")
async def test_the_leader_in_charge_approves_the_plan_first(story: Story) -> None:
    await story.opened()
    await story.say("wang", TIMETABLE)
    story.expect("请先报：方案 1 处置方案")
    await story.say("wang", PLAN)
    story.expect("请 @钱副校长 审批", pinged="qian")
    for stranger in ("li", "zhao", "feng"):
        await story.say(stranger, "同意 1")
        story.expect("您没有审批权限")
    await story.say("qian", "同意 1")
    story.expect("请按方案起草回复：拟复 1", pinged="wang")


async def test_a_major_matter_goes_to_the_chief_as_well(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 媒体来电")
    await planned(story)
    await story.say("wang", TIMETABLE)
    story.expect("签字：办公室 → 主要领导（重大）", pinged="li")
    await story.say("li", "同意 1")
    story.expect("请继续审批", pinged="zhao")
    await story.publish()
    story.expect("回复稿还在等领导审批")
    await story.say("zhao", "同意 1")
    story.expect("赵校长 同意发布", pinged="wang")
    story.expect("本件还要报上级审批，同意之前先不要公开")


@pytest.mark.demand("liaison-form.major")
async def test_a_major_reply_is_published_once_a_superior_has_approved_it(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 媒体来电")
    await planned(story)
    await story.say("li", "上级同意 1 教育局 教办函〔2026〕40号")
    story.expect("还没有签过的回复稿，没有登记")
    await story.say("wang", TIMETABLE)
    await story.say("li", "同意 1")
    await story.say("zhao", "同意 1")
    await story.publish()
    story.expect("这一稿还没有上级审批，不能公开")
    assert (await story.incident()).replied_at is None
    for word_of_mouth, answer in (
        ("上级同意 1 教育局 王科长电话里同意", "上级同意要有凭据"),
        ("上级同意 1 省里 教办函〔2026〕40号", "看不出是哪个上级同意的"),
    ):
        await story.say("li", word_of_mouth)
        story.expect(answer)
    await story.say("wang", "上级同意 1 教育局 教办函〔2026〕40号")
    story.expect("上级审批由值守台（办公室、信息员）凭文号或批件登记")
    await story.say("li", "上级同意 1 教育局 教办函〔2026〕40号")
    story.expect("区教育局同意发布第 1 稿（李主任 登记，教办函〔2026〕40号）", pinged="wang")
    await story.publish()
    assert (await story.incident()).replied_at is not None
    # Another version needs it again.
    await story.say("wang", MENDED)
    await story.say("li", "同意 1")
    await story.say("zhao", "同意 1")
    await story.publish()
    story.expect("这一稿还没有上级审批，不能公开")


async def test_what_becomes_major_meanwhile_goes_to_the_chief_too(story: Story) -> None:
    await story.opened()
    await planned(story)
    await story.say("wang", TIMETABLE)
    await story.say("zhou", "升级 1 重大 媒体来电")
    story.expect("还须加签：主要领导", pinged="li")
    await story.say("li", "同意 1")
    story.expect("请继续审批", pinged="zhao")


@pytest.mark.demand("liaison-form.finalised")
async def test_the_office_finalises_and_nobody_else(story: Story) -> None:
    await story.opened()
    await planned(story)
    await story.say("wang", TIMETABLE)
    story.expect("请 @李主任 审批", pinged="li")
    for stranger in ("feng", "qian", "zhao"):
        await story.say(stranger, "同意 1")
        story.expect("您没有审批权限")
    await story.say("li", "同意 1")
    story.expect("李主任 同意发布", pinged="wang")


async def test_an_answer_without_a_timetable_is_held_back(story: Story) -> None:
    await story.opened()
    await planned(story)
    await story.say("wang", "拟复 1 您反映的问题已收悉，我们将尽快处理。")
    story.expect("又没有写明日期，先不送审")
    assert (await story.incident()).holder == "department:总务处"


@pytest.mark.demand("liaison-form.timetable")
async def test_the_timetable_becomes_promises(story: Story) -> None:
    await story.opened()
    await story.say("wang", "核实 1 属实 主管漏水")
    await planned(story)
    await publish(story, "拟复 1 管道老化，须更换主管。11月25日前抢修，11月30日前更换完毕。")
    story.expect("回复里承诺了 11-25（周三）24:00、11-30（周一）24:00")
    # Each date becomes a duty; the result is due by the last.
    assert await owed(story) == {
        "promise": "Thu 11-26 00:00, Tue 12-01 00:00",
        "resolve": "Tue 12-01 00:00",
    }


async def test_general_from_the_find_to_the_end(story: Story) -> None:
    await story.opened()
    await story.say("wang", "核实 1 属实 主管漏水")
    await planned(story)
    await publish(story, TIMETABLE)
    await publish(story, MENDED)
    await story.say("wang", "办结 1 整改：更换了主管")
    assert [await state(story, kind) for kind in ("verify", "promise", "resolve")] == ["met"] * 3
    assert await owed(story) == {}  # no summary of a general incident
    assert await story.advance("360h") == []


@found("2026-11-27 15:30")
async def test_each_step_of_a_missed_result_back(story: Story) -> None:
    await story.opened()
    sent = await story.until(local("2026-12-01 10:30"))
    assert dated_pings(sent) == [  # due Mon 10:30
        ("Sun 11-29 22:00", "wang"),  # -4h is 06:30: the evening before
        ("Mon 11-30 09:30", "wang"),  # -1h
        ("Mon 11-30 10:30", "wang", "feng"),  # 0
        ("Mon 11-30 14:30", "wang", "qian"),  # +4h
        ("Tue 12-01 08:30", "wang"),
        ("Tue 12-01 10:30", "wang", "zhao"),  # +1d
    ]
    assert dated_pings(sent, "列入通报") == [("Tue 12-01 10:30", "wang", "zhao")]


async def test_by_day_it_is_reminded_four_hours_before(story: Story) -> None:
    await story.opened()
    sent = await story.until(local("2026-11-23 16:00"))
    assert dated_pings(sent) == [("Mon 11-23 12:05", "wang"), ("Mon 11-23 15:05", "wang")]  # of 16:05


async def test_a_missed_promise_climbs(story: Story) -> None:
    await story.opened()
    await story.say("wang", "核实 1 属实 主管漏水")
    await planned(story)
    await publish(story, TIMETABLE)
    sent = await story.until(local("2026-12-02 07:00"))
    assert dated_pings(sent) == [  # the promise and the result, both due Mon 11-30 24:00
        ("Mon 11-30 20:00", "wang"),
        ("Mon 11-30 22:00", "wang"),  # -1h is 23:00
        ("Tue 12-01 07:00", "wang", "feng", "qian"),  # 0 and +4h
        ("Tue 12-01 12:00", "wang"),
        ("Wed 12-02 07:00", "wang", "zhao"),
    ]


async def test_major_is_reported_above_at_once(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 媒体来电")
    told_now = story.expect("一般 → 重大")
    assert told_now.say.mentions == ("wang", "qian", "zhao")
    assert await owed(story) == {"verify": "Mon 11-23 16:05"}  # nothing later


@found("2026-11-24 10:05")
@pytest.mark.demand("liaison-form.summary")
async def test_major_from_the_find_to_its_summary(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 媒体来电")
    await story.say("wang", "核实 1 属实 主管漏水")
    await planned(story)
    await publish(story, TIMETABLE, chief=True)
    await story.advance("24h")
    await publish(story, MENDED, chief=True)
    await story.say("wang", "办结 1 整改：更换了主管")
    assert await owed(story) == {"summary": "Tue 12-01 00:00"}  # Wed 11-25 and 3 days: Sat rolls to Mon 11-30 24:00
    await story.say("wang", "总结 1 起因、经过、整改")
    assert await owed(story) == {}


async def test_a_missed_summary_climbs(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 媒体来电")
    await story.say("wang", "核实 1 属实 主管漏水")
    await planned(story)
    await publish(story, MENDED, chief=True)
    await story.say("wang", "办结 1 整改：更换了主管")
    assert await owed(story) == {"summary": "Fri 11-27 00:00"}  # Tue, Wed, Thu
    sent = await story.until(local("2026-11-28 07:00"))
    assert [line for line in dated_pings(sent) if len(line) > 2] == [
        ("Fri 11-27 07:00", "wang", "feng", "qian"),
        ("Sat 11-28 07:00", "wang", "zhao"),
    ]


async def test_it_knows_no_critical_and_no_extension(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 特别重大 媒体来电")
    story.expect("请写明级别和理由：升级 1 重大 理由")
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("时限不能延期")


async def test_who_owes_what(story: Story) -> None:
    await story.opened()
    await planned(story)
    await publish(story, TIMETABLE)
    owners = [(await story.duty(kind)).owner for kind in ("verify", "resolve")]
    assert owners == ["department", "department"]
    regime = regime_of(story)
    assert [(rule.owner, *rule.to) for rule in regime.duty] == [("department", "office")] + [("department",)] * 3
    # The reply has no due time.
    assert regime.rule("reply") == DutyRule(kind="reply", period="promised", met_by="published")
    assert (regime.name, regime.title) == ("liaison-form", {"zh": "联系单", "en": "Liaison form"})
