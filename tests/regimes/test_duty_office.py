"""值班室: round the clock; the office sets the tier and instructs; a special report in four hours; a weekly report."""

import pytest

from bot.cli.regime import show
from tests.support.regime import DATED, MONDAY_MORNING, PROOF, dated_pings, found, owed, regime_of, stamp, state
from tests.support.story import Story, monday

REGIME = "duty-office"
RAISED = ["升级 1 重大 媒体来电", "升级 1 特别重大 央媒报道"]
APART = (["Tue 11-24 02"], ["Fri 11-27 12"])
EVERY_FOUR_HOURS = (
    ["Mon 11-23 22", "Tue 11-24 02", "Tue 11-24 06", "Tue 11-24 10"],
    ["Fri 11-27 08", "Fri 11-27 12", "Fri 11-27 16", "Fri 11-27 20"],
)
REPEATS = {"": APART, RAISED[0]: APART, RAISED[1]: EVERY_FOUR_HOURS}
"""When the holder is reminded of a late report, and of a late result, between the steps of the ladder."""


async def published(story: Story) -> None:
    await story.say("wang", "拟复 1 经查，已停用该批次。")
    await story.say("qian", "同意 1")
    await story.say("zhou", f"已发布 1 {PROOF}")


@pytest.mark.demand("duty-office.judged")
async def test_the_office_hears_of_the_find_at_once_and_has_to_instruct(story: Story) -> None:
    opened = await story.opened()
    assert opened.say.mentions == ("wang", "li")
    assert await owed(story) == {"instruct": "Tue 11-24 00:00"}  # Monday 24:00; there is no other limit yet


@found("2026-11-23 23:10")
async def test_a_late_find_keeps_two_hours(story: Story) -> None:
    await story.opened()
    assert await owed(story) == {"instruct": "Tue 11-24 01:10"}


@pytest.mark.demand("duty-office.instructed")
async def test_the_instruction_sets_answer_and_result(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 3天 请查明原因")
    assert await owed(story) == {"reply": "Fri 11-27 00:00", "resolve": "Fri 11-27 00:00"}
    assert await state(story, "instruct") == "met"


@pytest.mark.parametrize(
    ("limit", "due"), [("3小时", "Wed 09-30 19:00"), ("3天", "Fri 10-09 00:00"), ("3个工作日", "Sun 10-11 00:00")]
)
@found("2026-09-30 16:00")
async def test_limits_before_national_day(story: Story, limit: str, due: str) -> None:
    # 3 hours; October 3 is moved to the 8th; October 8, 9 and the make-up Saturday.
    await story.opened()
    await story.say("li", f"批办 1 {limit} 请查明原因")
    assert await owed(story) == {"reply": due, "resolve": due}


async def test_a_later_instruction_sets_them_anew(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 3天 请查明原因")
    await story.say("zhao", "批办 1 1天 提前")
    assert await owed(story) == {"reply": "Wed 11-25 00:00", "resolve": "Wed 11-25 00:00"}


async def test_a_missing_instruction_is_chased_at_any_hour(story: Story) -> None:
    await story.opened()
    sent = await story.until(monday("00:30", 2))
    # Due Monday 24:00, owed by the desk.
    assert dated_pings(sent, "〔#1〕") == [
        ("Mon 11-23 20:00", "li"),  # -4h
        ("Mon 11-23 23:00", "li"),  # -1h
        ("Tue 11-24 00:00", "li", "feng"),  # 0
        ("Tue 11-24 04:00", "li", "qian"),  # +4h
        ("Tue 11-24 12:00", "li"),
        ("Wed 11-25 00:00", "li", "zhao"),  # +1d
    ]
    assert "请批办：批办 1" in sent[0].text
    assert [stamp(one.at) for one in sent if "列入通报" in one.text] == ["Wed 11-25 00:00"]


@pytest.mark.parametrize("raised", RAISED)
@pytest.mark.demand("duty-office.special")
async def test_a_special_report_in_four_hours_from_the_judgement(story: Story, raised: str) -> None:
    await story.opened()
    await story.until(monday("11:00"))
    rose = (await story.say("li", raised))[-1]
    assert rose.say.mentions == ("wang", "li")  # the officers owe the special report
    assert await owed(story) == {"instruct": "Tue 11-24 00:00", "report": "Mon 11-23 15:00"}


@pytest.mark.parametrize("raised", RAISED)
async def test_a_missed_special_report_is_chased_at_any_hour(story: Story, raised: str) -> None:
    await story.opened()
    await story.say("li", "批办 1 3天 请查明原因")
    await story.say("li", raised)
    sent = await story.until(monday("14:30", 1))
    # Due 14:05, begun 10:05.
    assert dated_pings(sent, "【上报】") == [
        ("Mon 11-23 13:05", "li"),
        ("Mon 11-23 14:05", "li", "feng"),
        ("Mon 11-23 18:05", "li", "qian"),
        *[(f"{at}:05", "li") for at in REPEATS[raised][0]],
        ("Tue 11-24 14:05", "li", "zhao"),
    ]


async def test_critical_after_major_is_no_second_report(story: Story) -> None:
    await story.opened()
    await story.say("li", RAISED[0])
    await story.say("li", "已报 1 专报第1期")
    await story.say("li", RAISED[1])
    assert "report" not in await owed(story)


async def test_heat_alone_raises_nothing(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "热度 1 阅读 900000 评论 90000 转发 9000")
    await story.say("zhou", "上级批示 1 请查明")
    assert (await story.incident()).tier == "general"


@pytest.mark.demand("duty-office.judged")
async def test_the_department_does_not_judge_the_tier(story: Story) -> None:
    await story.opened(f"@回音 操场跑道气味 {PROOF}")
    await story.say("wu", RAISED[0])
    story.expect("这一步由该部门、值守台（办公室、信息员）或领导来做")
    assert (await story.incident()).tier == "general"


@pytest.mark.parametrize("raised", ["", *RAISED])
async def test_a_missed_result_is_chased_at_any_hour(story: Story, raised: str) -> None:
    await story.opened()
    await story.say("li", "批办 1 3天 请查明原因")
    if raised:
        await story.say("li", raised)
        await story.say("li", "已报 1 专报")
    await published(story)
    # Due Thursday 24:00.
    assert dated_pings(await story.until(monday("00:30", 5)), "【办结】") == [
        ("Thu 11-26 20:00", "wang"),
        ("Thu 11-26 23:00", "wang"),
        ("Fri 11-27 00:00", "wang", "feng"),
        ("Fri 11-27 04:00", "wang", "qian"),
        *[(f"{at}:00", "wang") for at in REPEATS[raised][1]],
        ("Sat 11-28 00:00", "wang", "zhao"),
    ]


async def test_once_published_the_result_is_owed(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 3天 请查明原因")
    await published(story)
    assert await owed(story) == {"resolve": "Fri 11-27 00:00"}


async def test_a_missed_answer_is_chased(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 4小时 请查明原因")
    sent = await story.until(monday("14:30"))
    # Due 14:05; -4h is the moment of the instruction.
    assert dated_pings(sent, "【答复】") == [("Mon 11-23 13:05", "wang"), ("Mon 11-23 14:05", "wang", "feng")]


@found("2026-11-27 09:00")
@pytest.mark.demand("duty-office.weekly")
async def test_a_weekly_report_on_friday(story: Story) -> None:
    await story.settle()
    assert await owed(story, None) == {"weekly bulletin": "Fri 11-27 17:30"}
    assert dated_pings(await story.until(monday("02:00", 5)), "【周报】") == [
        ("Fri 11-27 13:30", "zhou"),
        ("Fri 11-27 16:30", "zhou"),
        ("Fri 11-27 17:30", "zhou", "li"),
        ("Fri 11-27 21:30", "zhou", "qian", "sun"),
    ]
    await story.say("zhou", "周报 本周三件")  # who is on duty writes it, for the office
    story.expect("已超时")
    story.expect("报 @李主任", pinged="li")
    assert await owed(story, None) == {}


@found("2026-10-02 09:00")
async def test_on_a_holiday_it_is_owed_by_midnight(story: Story) -> None:
    await story.settle()
    assert await owed(story, None) == {"weekly bulletin": "Sat 10-03 00:00"}


async def test_a_promise_is_owed(story: Story) -> None:
    await story.opened()
    await story.say("wang", DATED)
    await story.say("qian", "同意 1")
    await story.say("zhou", f"已发布 1 {PROOF}")
    assert await owed(story) == {"instruct": "Tue 11-24 00:00", "promise": "Fri 11-27 00:00"}


async def test_the_chief_signs_too_the_head_does_not(story: Story) -> None:
    await story.opened()
    await story.say("wang", DATED)
    story.expect("审批", pinged="qian")
    await story.say("feng", "同意 1")
    story.expect("没有审批权限")
    await story.say("zhao", "同意 1")
    story.expect("赵校长 同意发布")


async def test_nothing_is_put_off(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 3天 请查明原因")
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("时限不能延期")


async def test_what_has_no_clock(story: Story) -> None:
    regime = regime_of(story)
    assert (regime.name, regime.title, regime.keeps) == (
        "duty-office", {"zh": "值班室", "en": "Duty office"}, "3 years"
    )  # fmt: skip
    assert (regime.rule("report", "major").owner, regime.rule("report", "major").to) == ("officer", ("office",))
    assert regime.rule("reply").starts == regime.rule("resolve").starts == "instructed"


async def test_raised_after_a_transfer_nobody_of_ours_is_asked_to_instruct(story: Story) -> None:
    await story.opened()
    await story.say("li", "转办 1 区教育局 归区里管")
    await story.say("li", "升级 1 重大 媒体来电")
    assert "instruct" not in await owed(story)
    assert "report" in await owed(story)


@pytest.mark.parametrize("raised", RAISED)
@pytest.mark.demand("duty-office.special")
async def test_the_special_report_goes_to_the_office(story: Story, raised: str) -> None:
    await story.opened()
    await story.say("li", raised)
    await story.say("wang", "已报 1 专报第1期")
    assert await state(story, "report") == "open"  # the department is not on duty
    await story.say("zhou", "已报 1 专报第1期")
    assert await state(story, "report") == "met"
    assert story.expect("专报第1期", pinged="li").say.mentions == ("li",)


@pytest.mark.demand("duty-office.lessons")
async def test_lessons_and_remedial_actions_after_the_calm(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 3天 请查明原因")
    await published(story)
    await story.say("wang", "办结 1 已停用该批次并更换供货商")
    assert "summary" not in await owed(story)  # the result is no calm
    await story.until(monday("10:00", 1))
    await story.say("zhou", "续报 1 评论区没有新的议论")
    await story.say("li", "平息 1 两天没有新评论")
    # Three days after Tuesday: Friday 24:00.
    assert (await owed(story))["summary"] == "Sat 11-28 00:00"
    await story.say("wang", "总结 1 起因是冷链断裂")
    assert await state(story, "summary") == "open"
    await story.say("zhou", "总结 1 教训：冷链断裂没有人发现。整改：换车、建台账")
    assert await state(story, "summary") == "met"
    await story.say("zhou", "整改 1 总务处 12-04前 更换冷链车")
    assert (await owed(story))["action"] == "Sat 12-05 00:00"


WATCH = """[[roster]]
name = "值班"
people = ["zhou", "li", "wu", "chu"]
shifts = ["08:00-08:00"]
since = "2026-11-23"

[web]
"""


@pytest.mark.demand("duty-office.roster")
@pytest.mark.parametrize("story", [("2026-11-23 10:05", {"[web]\n": WATCH})], indirect=True, ids=["roster"])
async def test_somebody_is_on_duty_round_the_clock_and_two_teams_in_a_key_period(story: Story) -> None:
    await story.settle()
    for at, who in (("22:00", "周晓"), ("03:00", "周晓"), ("08:30", "李主任")):
        await story.until(monday(at, 0 if at == "22:00" else 1))
        await story.say("qian", "值班")
        story.expect(who)
    await story.say("li", "重点时段 11-25 至 11-27 校庆")
    story.expect("每班 2 组人")
    await story.until(monday("12:00", 2))
    await story.say("qian", "值班")
    day = story.fresh[-1].text
    await story.until(monday("23:00", 2))
    await story.say("qian", "值班")
    night = story.fresh[-1].text
    names = ("周晓", "李主任", "吴", "褚队长")
    assert [sum(name in text for name in names) >= 2 for text in (day, night)] == [True, True], (day, night)
    assert day != night  # twelve hours each


WEB = '[web]\nhost = "127.0.0.1"'
ON_DUTY = '[[roster]]\npeople = ["zhou"]\nsince = "2026-11-23"\n\n'


@pytest.mark.parametrize("story", [(MONDAY_MORNING, {WEB: ON_DUTY + WEB})], indirect=True)
async def test_the_office_instructs_and_is_reminded_of_it_while_an_officer_is_on_duty(story: Story) -> None:
    office = story.bot.office
    assert "（批办）办公室发现当日作出批示。" in show(office.regime, office.institution)
    await story.opened()
    await story.say("zhou", "批办 1 总务处 3天 请查明原因")
    assert (await story.duty("instruct")).state == "open"
    await story.until(monday("21:00"))
    story.expect("【批办】", pinged="li")
