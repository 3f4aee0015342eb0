"""Watch 值守日报: three patrols in working time, a report even if nothing was found, a summary at the month's end."""

import pytest

from storage.tables import Duty
from tests.support.regime import dated_pings, found, local, owed, regime_of, stamp, state
from tests.support.story import Story

REGIME = "watch"


async def slots(story: Story, kind: str) -> list[tuple[str, str]]:
    """Return the due time and state of each routine duty of a kind."""
    return [(stamp(d.due_at), d.state) for d in await Duty.filter(incident_id=None, kind=kind).order_by("due_at")]


async def fill(story: Story, *words: str) -> None:
    for said in words:
        await story.say("zhou", said)


@found("2026-11-23 06:00")
@pytest.mark.demand("watch.patrols")
async def test_three_patrols_a_day_and_a_report_on_working_days(story: Story) -> None:
    await story.settle()
    assert await owed(story, None) == {
        # 08:30-12:00 and 14:00-17:30 are seven hours: a patrol each 2 h 20.
        "check-in": "Mon 11-23 10:50, Mon 11-23 15:10, Mon 11-23 17:30, "
        "Tue 11-24 10:50, Tue 11-24 15:10, Tue 11-24 17:30",
        "daily report": "Mon 11-23 17:30, Tue 11-24 17:30",  # business closes at 17:30
    }


@found("2026-10-01 06:00")
async def test_on_a_holiday_nothing_is_owed(story: Story) -> None:
    await story.settle()
    assert await owed(story, None) == {}  # Oct 1 and 2


@found("2026-10-10 06:00")
async def test_a_make_up_saturday_has_its_report(story: Story) -> None:
    await story.settle()
    assert (await owed(story, None))["daily report"] == "Sat 10-10 17:30"  # and none on Sunday the 11th


@found("2026-11-23 06:00")
async def test_patrols_are_logged_in_their_order(story: Story) -> None:
    await story.settle()
    await story.until(local("2026-11-23 09:00"))
    await story.say("zhou", "巡查 无异常")
    story.expect("周晓 的巡查已记录，按时（时限 11-23（周一）10:50）")
    await story.say("zhou", "巡查 又看一遍")
    story.expect("现在没有待交的巡查")  # the next begins at 10:50
    await story.until(local("2026-11-23 15:09"))
    await story.say("zhou", "巡查 无异常")
    story.expect("时限 11-23（周一）15:10")


async def test_each_step_of_a_missed_patrol(story: Story) -> None:
    await story.settle()
    sent = await story.until(local("2026-11-24 15:10"))
    steps = [one for one in sent if "11-23（周一）15:10" in one.text]
    assert dated_pings(steps, "【巡查】") == [  # it begins at 10:50
        ("Mon 11-23 14:10", "zhou"),  # -1h; -4h is in the reminder of the patrol before it
        ("Mon 11-23 15:10", "zhou", "li"),  # 0: the officer's head is the desk
        ("Mon 11-23 19:10", "zhou", "qian", "sun"),  # +4h: every leader
        ("Tue 11-24 08:30", "zhou"),
        ("Tue 11-24 15:10", "zhou", "zhao"),  # +1d
    ]


async def test_a_patrol_missed_for_a_day_is_named_in_the_bulletin(story: Story) -> None:
    await story.settle()
    assert dated_pings(await story.until(local("2026-11-24 16:00")), "列入通报")


async def test_in_the_night_nothing_sounds(story: Story) -> None:
    await story.settle()
    sent = await story.until(local("2026-11-24 07:00"))
    assert max(one.at for one in sent) <= local("2026-11-24 07:00")
    assert [one for one in sent if local("2026-11-23 22:00") < one.at < local("2026-11-24 07:00")] == []


@pytest.mark.demand("watch.daily")
async def test_each_step_of_a_missed_daily_report(story: Story) -> None:
    await story.settle()
    sent = await story.until(local("2026-11-23 21:30"))
    assert dated_pings(sent, "【日报】") == [  # due 17:30
        ("Mon 11-23 13:30", "zhou"),
        ("Mon 11-23 16:30", "zhou"),
        ("Mon 11-23 17:30", "zhou", "li"),
        ("Mon 11-23 21:30", "zhou", "qian", "sun"),
    ]


@found("2026-11-23 10:05", **{'"14:00-17:30"': '"14:00-18:30"'})
async def test_the_report_goes_by_the_institutions_hours_and_its_reminders_sleep_from_ten(story: Story) -> None:
    await story.settle()
    sent = await story.until(local("2026-11-24 07:00"))
    assert dated_pings(sent, "（11-23（周一）18:30")[-1] == ("Mon 11-23 18:30", "zhou", "li")
    # +4h is 22:30, for the last patrol and for the report
    assert dated_pings(sent, "原定 11-23（周一）18:30") == [("Tue 11-24 07:00", "zhou", "qian", "sun")] * 2


@pytest.mark.demand("watch.daily")
async def test_a_zero_report_counts(story: Story) -> None:
    await story.settle()
    await story.say("zhou", "零报告")
    story.expect("周晓 的日报已记录（零报告），按时（时限 11-23（周一）17:30）")
    assert dated_pings(await story.until(local("2026-11-23 23:00")), "【日报】") == []


async def test_a_late_report_is_taken_and_said_to_be_late(story: Story) -> None:
    await story.settle()
    await story.until(local("2026-11-23 18:00"))
    await story.say("zhou", "日报 今日两件")
    story.expect("已超时（时限 11-23（周一）17:30）")


async def test_what_never_came_is_set_down_as_missed(story: Story) -> None:
    await story.settle()
    await story.until(local("2026-11-25 07:30"))
    assert (await slots(story, "daily report"))[0] == ("Mon 11-23 17:30", "missed")


@found("2026-11-30 10:05")
@pytest.mark.demand("watch.monthly")
async def test_the_monthly_summary_is_the_offices(story: Story) -> None:
    await story.settle()
    sent = await story.until(local("2026-11-30 17:30"))
    assert dated_pings(sent, "【月报】") == [  # due Mon 11-30 17:30
        ("Mon 11-30 13:30", "li"),
        ("Mon 11-30 16:30", "li"),
        ("Mon 11-30 17:30", "li"),
    ]
    await story.say("li", "月报 本月九件")
    story.expect("李主任 的月报已记录")
    assert (await slots(story, "monthly summary"))[0][1] == "met"


@found("2026-10-30 10:05")
@pytest.mark.demand("B6")
async def test_a_last_day_of_rest_is_owed_before(story: Story) -> None:
    await story.settle()
    # The 31st of October is a Saturday: Fri 10-30.
    assert (await owed(story, None))["monthly summary"] == "Fri 10-30 17:30"


@pytest.mark.parametrize("story", [("2026-11-26 10:05", {}), ("2026-10-31 06:00", {})], indirect=True)
async def test_no_monthly_summary_on_other_days(story: Story) -> None:
    await story.settle()
    assert "monthly summary" not in await owed(story, None)


async def test_a_find_is_in_the_report_of_its_day(story: Story) -> None:
    await story.opened()
    story.expect("承办 总务处", pinged="wang")
    assert await owed(story) == {"report": "Mon 11-23 17:30"}
    await story.say("wang", "签收 1")
    assert await state(story, "report") == "open"
    await story.say("zhou", "已报 1 列入今日日报")
    assert await state(story, "report") == "met"
    assert await owed(story) == {"closing": "Fri 11-27 00:00"}  # nothing else is owed: three days to close it
    await story.closed()
    assert await owed(story) == {}


@found("2026-11-27 18:00")
async def test_a_find_after_hours_is_in_the_next_workdays(story: Story) -> None:
    await story.opened()
    assert await owed(story) == {"report": "Mon 11-30 17:30"}


async def test_a_find_not_reported_climbs(story: Story) -> None:
    await story.opened()
    sent = await story.until(local("2026-11-24 17:30"))
    listening = [(at, *sorted({"feng", "qian", "zhao"} & {*names})) for at, *names in dated_pings(sent, "〔#1〕")]
    assert [line for line in listening if len(line) > 1] == [
        ("Mon 11-23 17:30", "feng"),
        ("Mon 11-23 21:30", "qian"),
        ("Tue 11-24 17:30", "zhao"),
    ]
    assert dated_pings([one for one in sent if "列入通报" in one.text], "〔#1〕") == [("Tue 11-24 17:30", "li", "zhao")]


async def test_the_desk_is_reminded_of_it(story: Story) -> None:
    await story.opened()
    sent = await story.until(local("2026-11-23 13:30"))
    assert dated_pings(sent, "〔#1〕") == [("Mon 11-23 13:30", "li")]


async def test_a_reply_is_a_leaders_to_approve(story: Story) -> None:
    await story.opened()
    await story.say("wang", "拟复 1 经查，已整改。")
    story.expect("请 @钱副校长 审批", pinged="qian")
    await story.say("li", "同意 1")
    story.expect("您没有审批权限")
    await story.say("zhao", "同意 1")
    story.expect("赵校长 同意发布")


async def test_it_knows_neither_tiers_nor_extensions(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 媒体来电")
    story.expect("本单位规则不分级")
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("时限不能延期")


async def test_who_owes_what(story: Story) -> None:
    await story.opened()
    assert (await story.duty("report")).owner == "desk"
    regime = regime_of(story)
    assert [rule.to for rule in regime.duty] == [("leader",)]
    assert (regime.name, regime.title) == ("watch", {"zh": "值守日报", "en": "Watch and daily report"})
