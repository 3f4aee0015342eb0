"""分级时限: limits for report, answer and result by tier; a superior's request makes it critical; a log, a bulletin."""

import pytest

from tests.support.regime import DATED, PROOF, dated_pings, found, owed, regime_of, stamp, state
from tests.support.story import Story, monday

REGIME = "tiered"
MAJOR, CRITICAL = "升级 1 重大 媒体来电", "升级 1 特别重大 央媒报道"


async def published(story: Story) -> None:
    await story.say("wang", "拟复 1 经查，已停用该批次。")
    await story.say("qian", "同意 1")
    await story.say("zhou", f"已发布 1 {PROOF}")


async def found_at(story: Story, raised: str = "") -> dict[str, str]:
    """Open an incident and raise its tier at once; return what is owed."""
    await story.opened()
    if raised:
        await story.say("li", raised)
    return await owed(story)


@pytest.mark.demand("tiered.general")
async def test_general(story: Story) -> None:
    # One working day after Monday: Tuesday 24:00; three: Thursday 24:00, answer and result.
    assert await found_at(story) == {
        "report": "Wed 11-25 00:00", "reply": "Fri 11-27 00:00", "resolve": "Fri 11-27 00:00"
    }  # fmt: skip


@pytest.mark.demand("tiered.major")
async def test_major(story: Story) -> None:
    # A day: Tuesday 24:00; two working days: Wednesday 24:00.
    assert await found_at(story, MAJOR) == {
        "report": "Wed 11-25 00:00", "reply": "Thu 11-26 00:00", "resolve": "Thu 11-26 00:00"
    }  # fmt: skip


@pytest.mark.parametrize("raised", [CRITICAL, "上级批示 1 区教育局要求查明"])
@pytest.mark.demand("tiered.critical", "tiered.superior")
async def test_critical(story: Story, raised: str) -> None:
    # Three hours after 10:05; a day: Tuesday 24:00.
    assert await found_at(story, raised) == {
        "report": "Mon 11-23 13:05", "reply": "Wed 11-25 00:00", "resolve": "Wed 11-25 00:00"
    }  # fmt: skip
    assert (await story.incident()).tier == "critical"


FRIDAY = "2026-11-27 10:05"


@found(FRIDAY)
async def test_general_on_a_friday(story: Story) -> None:
    # Monday; Monday, Tuesday, Wednesday.
    assert await found_at(story) == {
        "report": "Tue 12-01 00:00", "reply": "Thu 12-03 00:00", "resolve": "Thu 12-03 00:00"
    }  # fmt: skip


@found(FRIDAY)
async def test_major_on_a_friday(story: Story) -> None:
    # One calendar day: Saturday 24:00; two working days: Monday and Tuesday.
    assert await found_at(story, MAJOR) == {
        "report": "Sun 11-29 00:00", "reply": "Wed 12-02 00:00", "resolve": "Wed 12-02 00:00"
    }  # fmt: skip


@found(FRIDAY)
async def test_critical_on_a_friday(story: Story) -> None:
    assert await found_at(story, CRITICAL) == {
        "report": "Fri 11-27 13:05", "reply": "Sun 11-29 00:00", "resolve": "Sun 11-29 00:00"
    }  # fmt: skip


NATIONAL_DAY = "2026-09-30 16:00"


@found(NATIONAL_DAY)
async def test_general_before_national_day(story: Story) -> None:
    # Worked: Thursday October 8, Friday 9, the make-up Saturday 10.
    assert await found_at(story) == {
        "report": "Fri 10-09 00:00", "reply": "Sun 10-11 00:00", "resolve": "Sun 10-11 00:00"
    }  # fmt: skip


@found(NATIONAL_DAY)
async def test_major_before_national_day(story: Story) -> None:
    assert await found_at(story, MAJOR) == {
        "report": "Fri 10-02 00:00", "reply": "Sat 10-10 00:00", "resolve": "Sat 10-10 00:00"
    }  # fmt: skip


@found(NATIONAL_DAY)
async def test_critical_before_national_day(story: Story) -> None:
    assert await found_at(story, CRITICAL) == {
        "report": "Wed 09-30 19:00", "reply": "Fri 10-02 00:00", "resolve": "Fri 10-02 00:00"
    }  # fmt: skip


async def test_what_rises_later_is_owed_from_then_and_never_later(story: Story) -> None:
    await story.opened()
    await story.until(monday("09:00", 2))
    rose = (await story.say("zhou", MAJOR))[-1]
    # Two working days after Wednesday end on Friday: Thursday 24:00 stands. So does the report, of Tuesday.
    assert await owed(story) == {"report": "Wed 11-25 00:00", "reply": "Fri 11-27 00:00", "resolve": "Fri 11-27 00:00"}
    assert rose.say.mentions == ("wang",)
    await story.say("li", "上级批示 1 今日答复")
    # A day after Wednesday is the same Thursday.
    assert (await owed(story))["reply"] == "Fri 11-27 00:00"


async def test_what_the_manager_was_told_the_chief_is_told_too(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "已报 1 部门负责人")
    await story.say("li", CRITICAL)
    assert (await owed(story))["report"] == "Mon 11-23 13:05"
    await story.say("zhou", "已报 1 校长")
    assert await state(story, "report") == "met"


async def test_what_the_chief_was_told_he_is_not_told_again(story: Story) -> None:
    await found_at(story, MAJOR)
    await story.say("zhou", "已报 1 校长")
    await story.say("li", CRITICAL)
    assert "report" not in await owed(story)


async def test_general_missed_report(story: Story) -> None:
    await story.opened()
    sent = await story.until(monday("12:30", 2))
    # Due Tuesday 24:00, owed by the desk.
    assert dated_pings(sent, "【上报】") == [
        ("Tue 11-24 20:00", "li"),
        ("Tue 11-24 22:00", "li"),
        ("Wed 11-25 07:00", "li", "feng", "qian"),
        ("Wed 11-25 12:00", "li"),
    ]


async def test_general_missed_result_climbs_the_ladder(story: Story) -> None:
    await story.opened()
    await story.say("li", "已报 1")
    sent = await story.until(monday("12:30", 5))
    # Answer and result, both due Thursday 24:00.
    assert dated_pings(sent, "〔#1〕") == [
        ("Thu 11-26 20:00", "wang"),  # -4h
        ("Thu 11-26 22:00", "wang"),  # -1h is 23:00
        ("Fri 11-27 07:00", "wang", "feng", "qian"),  # 0 and +4h
        ("Fri 11-27 12:00", "wang"),
        ("Sat 11-28 07:00", "wang", "zhao"),  # +1d
    ]
    assert [stamp(one.at) for one in sent if "〔#1〕" in one.text and "列入通报" in one.text] == ["Sat 11-28 07:00"]


async def test_major_missed(story: Story) -> None:
    await found_at(story, MAJOR)
    sent = await story.until(monday("23:00", 2))
    # The report due Tuesday 24:00, the answer and the result Wednesday 24:00.
    assert dated_pings(sent, "〔#1〕") == [
        ("Tue 11-24 20:00", "li"),
        ("Tue 11-24 22:00", "li"),
        ("Wed 11-25 07:00", "li", "feng", "qian"),
        ("Wed 11-25 12:00", "li"),
        ("Wed 11-25 20:00", "wang"),
        ("Wed 11-25 22:00", "wang"),
    ]


async def test_critical_is_chased_at_any_hour(story: Story) -> None:
    await found_at(story, CRITICAL)
    sent = await story.until(monday("13:30", 1))
    # The report due Monday 13:05; +1d on Tuesday reaches the chief.
    assert dated_pings(sent, "【上报】") == [
        ("Mon 11-23 12:05", "li"),
        ("Mon 11-23 13:05", "li", "feng"),
        ("Mon 11-23 17:05", "li", "qian"),
        ("Mon 11-23 21:05", "li"),
        ("Tue 11-24 01:05", "li"),
        ("Tue 11-24 05:05", "li"),
        ("Tue 11-24 09:05", "li"),
        ("Tue 11-24 13:05", "li", "zhao"),
    ]
    sent = await story.until(monday("00:30", 2))
    # The answer and the result due Tuesday 24:00.
    assert dated_pings(sent, "【办结】") == [
        ("Tue 11-24 20:00", "li", "wang"),
        ("Tue 11-24 23:00", "wang"),
        ("Wed 11-25 00:00", "li", "wang", "feng"),
    ]


async def test_the_result_ends_it_but_for_the_report(story: Story) -> None:
    await story.opened()
    await published(story)
    assert await owed(story) == {"report": "Wed 11-25 00:00", "resolve": "Fri 11-27 00:00"}
    await story.say("wang", "办结 1 已停用该批次并更换供货商")
    assert await owed(story) == {"report": "Wed 11-25 00:00"}


@pytest.mark.demand("tiered.log")
async def test_a_day_s_browsing_is_logged(story: Story) -> None:
    await story.settle()
    # At the close of business; the weekly bulletin on Friday is not opened yet.
    assert await owed(story, None) == {"check-in": "Mon 11-23 17:30, Tue 11-24 17:30"}
    await story.until(monday("13:00"))
    await story.say("zhou", "巡查 无异常")
    story.expect("按时")
    assert await owed(story, None) == {"check-in": "Tue 11-24 17:30"}


@pytest.mark.demand("tiered.log")
async def test_a_missing_log_is_chased(story: Story) -> None:
    await story.settle()
    assert dated_pings(await story.until(monday("23:59")), "【巡查】") == [
        ("Mon 11-23 13:30", "zhou"),
        ("Mon 11-23 16:30", "zhou"),
        ("Mon 11-23 17:30", "zhou", "li"),
        ("Mon 11-23 21:30", "zhou", "qian", "sun"),
    ]


@found("2026-11-28 09:00")
async def test_on_a_saturday_too(story: Story) -> None:
    await story.settle()
    assert await owed(story, None) == {"check-in": "Sun 11-29 00:00, Mon 11-30 00:00"}


TWO_OFFICERS = {'name = "李主任"\nroles = ["office"]': 'name = "李主任"\nroles = ["office", "officer"]'}


@found("2026-11-23 10:05", **TWO_OFFICERS)
async def test_one_log_suffices(story: Story) -> None:
    await story.settle()
    assert await owed(story, None) == {"check-in": "Mon 11-23 17:30, Tue 11-24 17:30"}


@found("2026-11-27 09:00")
@pytest.mark.demand("tiered.bulletin")
async def test_a_bulletin_on_friday(story: Story) -> None:
    await story.settle()
    assert (await owed(story, None))["weekly bulletin"] == "Fri 11-27 17:30"
    await story.say("zhou", "巡查 无异常")
    assert dated_pings(await story.until(monday("18:00", 4)), "【周报】") == [
        ("Fri 11-27 13:30", "li"),
        ("Fri 11-27 16:30", "li"),
        ("Fri 11-27 17:30", "li"),
    ]
    await story.say("li", "周报 本周三件，均已办结")
    story.expect("周报已记录")
    assert "weekly bulletin" not in await owed(story, None)


async def test_a_reply_that_holds_off_is_marked(story: Story) -> None:
    await story.opened()
    await story.say("wang", "拟复 1 您的来信收悉，正在核实处理。")
    story.expect("也没有写明何时办成", pinged="qian")


async def test_a_promise_is_owed(story: Story) -> None:
    await story.opened()
    await story.say("wang", DATED)
    await story.say("qian", "同意 1")
    await story.say("zhou", f"已发布 1 {PROOF}")
    assert (await owed(story))["promise"] == "Fri 11-27 00:00"


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
    await published(story)
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("时限不能延期")


async def test_what_has_no_clock(story: Story) -> None:
    regime = regime_of(story)
    assert (regime.name, regime.title, regime.keeps) == (
        "tiered", {"zh": "分级时限", "en": "Tiered limits"}, "3 years"
    )  # fmt: skip
    assert {(rule.kind, rule.owner, rule.met_by) for rule in regime.duty} == {
        ("report", "desk", "reported"), ("reply", "department", "published"), ("resolve", "department", "resolved")
    }  # fmt: skip
    assert {rule.tiers[0]: rule.to for rule in regime.duty if rule.kind == "report"} == {
        "general": ("head",), "major": ("chief",), "critical": ("chief",)
    }  # fmt: skip
