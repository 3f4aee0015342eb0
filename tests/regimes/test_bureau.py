"""市直部门: report in two hours, in half an hour if urgent; opinion the same day; summary once it is calm."""

import pytest

from tests.support.regime import DATED, POST, PROOF, calmed, dated_pings, found, owed, regime_of, stamp, state
from tests.support.story import Story, monday

REGIME = "bureau"
URGENT = f"@回音 食堂疑似食物中毒 {POST}"


async def published(story: Story) -> None:
    await story.opened()
    await story.say("wang", "拟复 1 经查，已停用该批次，处理意见如下。")
    await story.say("feng", "同意 1")
    await story.say("zhou", f"已发布 1 {PROOF}")


async def resolved(story: Story) -> None:
    """Bring a general incident to a report and an answer on Monday, and to its result on Thursday at 16:00."""
    await published(story)
    await story.say("zhou", "已报 1")
    await story.until(monday("16:00", 3))
    await story.say("wang", "办结 1 已停用该批次并更换供货商")


@pytest.mark.demand("bureau.report")
async def test_a_general_matter_is_reported_in_two_hours_and_answered_the_same_day(story: Story) -> None:
    opened = await story.opened()
    assert opened.say.mentions == ("wang",)
    # 10:05 and two hours; Monday 24:00.
    assert await owed(story) == {"report": "Mon 11-23 12:05", "reply": "Tue 11-24 00:00"}


@found("2026-11-23 23:10")
@pytest.mark.demand("bureau.opinion")
async def test_a_late_find(story: Story) -> None:
    await story.opened()
    assert await owed(story) == {"report": "Tue 11-24 01:10", "reply": "Tue 11-24 01:10"}


@found("2026-10-01 10:00")
async def test_the_holiday_stops_neither(story: Story) -> None:
    await story.opened()
    assert await owed(story) == {"report": "Thu 10-01 12:00", "reply": "Fri 10-02 00:00"}


@pytest.mark.demand("bureau.report")
async def test_a_missed_report_climbs_the_ladder(story: Story) -> None:
    await story.opened()
    sent = await story.until(monday("19:00"))
    # Due 12:05, begun 10:05.
    assert dated_pings(sent) == [
        ("Mon 11-23 11:05", "wang"),  # -1h
        ("Mon 11-23 12:05", "wang", "feng"),  # 0
        ("Mon 11-23 16:05", "wang", "qian"),  # +4h
    ]
    assert "【上报】" in sent[0].text
    assert "请回复：已报 1" in sent[0].text


async def test_once_reported_only_the_reply_is_chased(story: Story) -> None:
    await story.opened()
    await story.say("wang", "已报 1")
    assert await state(story, "report") == "met"
    sent = await story.until(monday("12:30", 2))
    # Due Monday 24:00.
    assert dated_pings(sent) == [
        ("Mon 11-23 20:00", "wang"),  # -4h
        ("Mon 11-23 22:00", "wang"),  # -1h is 23:00
        ("Tue 11-24 07:00", "wang", "feng", "qian"),  # 0 and +4h
        ("Tue 11-24 12:00", "wang"),
        ("Wed 11-25 07:00", "wang", "zhao"),  # +1d
    ]
    assert all("【当日回复】" in one.text for one in sent)
    assert [stamp(one.at) for one in sent if "列入通报" in one.text] == ["Wed 11-25 07:00"]


@pytest.mark.parametrize(
    "word",
    [
        "伤亡",
        "中毒",
        "火灾",
        "坍塌",
        "群体性",
        "several students have food poisoning",
        "fire and injuries in the dormitory",
    ],
)
@pytest.mark.demand("bureau.urgent")
async def test_an_urgent_matter_is_told_at_once_and_written_in_half_an_hour(story: Story, word: str) -> None:
    opened = await story.opened(f"@回音 食堂{word}事件 {POST}")
    assert opened.say.mentions == ("wang", "li", "feng")  # orally: the office and the department's head
    assert (await story.incident()).tier == "major"
    assert await owed(story) == {"report": "Mon 11-23 10:35", "reply": "Tue 11-24 00:00"}


async def test_a_missed_written_report(story: Story) -> None:
    await story.opened(URGENT)
    # Due 10:35.
    assert dated_pings(await story.until(monday("19:00"))) == [
        ("Mon 11-23 10:35", "wang", "feng"),
        ("Mon 11-23 14:35", "wang", "qian"),
    ]


async def test_what_becomes_urgent_is_written_in_half_an_hour_from_then(story: Story) -> None:
    await story.opened()
    await story.until(monday("11:00"))
    rose = (await story.say("zhou", "升级 1 重大 家长聚集"))[-1]
    assert rose.say.mentions == ("wang", "li", "feng")
    assert await owed(story) == {
        "report": "Mon 11-23 11:30", "follow-up": "Mon 11-23 11:30", "reply": "Tue 11-24 00:00"
    }  # fmt: skip


async def test_a_due_time_never_moves_later(story: Story) -> None:
    await story.opened()
    await story.until(monday("11:50"))
    await story.say("zhou", "升级 1 重大 家长聚集")
    assert (await owed(story))["report"] == "Mon 11-23 12:05"


@pytest.mark.demand("bureau.followed")
async def test_a_change_after_the_report_is_followed_up(story: Story) -> None:
    await story.opened()
    await story.say("wang", "已报 1")
    await story.say("zhou", "升级 1 重大 家长聚集")
    assert (await owed(story))["follow-up"] == "Mon 11-23 10:35"
    sent = await story.until(monday("11:00"))
    assert dated_pings(sent, "【续报】") == [("Mon 11-23 10:35", "wang", "feng")]
    assert "续报 1" in sent[0].text
    await story.say("wang", "续报 1 家长已散去")
    assert await state(story, "follow-up") == "met"


async def test_news_is_recorded_at_any_time(story: Story) -> None:
    await story.opened()
    await story.say("wang", "续报 1 样品已送检")
    story.expect("续报（王强）：样品已送检")


async def test_critical_is_unknown_here(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 特别重大 死亡")
    assert (await story.incident()).tier == "general"


@pytest.mark.demand("bureau.result")
async def test_the_result_is_told_to_the_public_on_the_day_of_resolve(story: Story) -> None:
    await resolved(story)
    # Thursday 24:00; the look is late since Tuesday 24:00.
    assert await owed(story) == {"track": "Wed 11-25 00:00", "follow-up": "Fri 11-27 00:00"}
    await story.say("zhou", "已报 1 结果已在原帖公开")  # an internal report tells the public nothing
    assert await state(story, "follow-up") == "open"
    await story.say("zhou", f"已发布 1 {PROOF}")
    story.expect("之前已经报过")  # the page of Monday's opinion
    assert await state(story, "follow-up") == "open"
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Rs1tU2vW3")
    story.expect("结果已向公众公布")
    # The result is no calm. The third day after the calm, on Thursday, is a Sunday: Monday the 30th, 24:00.
    assert await owed(story) == {"track": "Wed 11-25 00:00"}
    await calmed(story)
    assert await owed(story) == {"summary": "Tue 12-01 00:00"}


@pytest.mark.demand("bureau.result")
async def test_an_answer_of_the_same_day_is_the_result(story: Story) -> None:
    await published(story)
    await story.say("zhou", "已报 1")
    await story.until(monday("16:00"))
    await story.say("wang", "办结 1 已停用该批次并更换供货商")
    assert "follow-up" not in await owed(story)


async def test_a_new_answer_on_the_day_of_resolve_is_the_result(story: Story) -> None:
    await published(story)
    await story.until(monday("15:00", 3))
    await story.say("wang", "拟复 1 经查，已停用该批次并更换供货商，检测合格。")
    await story.say("feng", "同意 1")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Rs1tU2vW3")
    await story.say("wang", "办结 1 已停用该批次并更换供货商")
    assert "follow-up" not in await owed(story)


async def test_a_missed_result_is_chased(story: Story) -> None:
    await resolved(story)
    await calmed(story)
    sent = await story.until(monday("07:30", 4))
    # -4h is 20:00.
    assert dated_pings(sent) == [
        ("Thu 11-26 20:00", "wang"),
        ("Thu 11-26 22:00", "wang"),
        ("Fri 11-27 07:00", "wang", "feng", "qian"),
    ]
    assert "【续报】" in sent[0].text


@pytest.mark.demand("bureau.summary")
async def test_the_summary_runs_from_calm(story: Story) -> None:
    await published(story)
    await story.say("wang", "已报 1")
    await story.until(monday("10:00", 1))
    await calmed(story)
    # Tuesday and three days: Friday 24:00. The result on Thursday does not restart the count.
    assert await owed(story) == {"summary": "Sat 11-28 00:00"}
    await story.until(monday("16:00", 3))
    await story.say("wang", "办结 1 已停用该批次并更换供货商")
    assert await owed(story) == {"follow-up": "Fri 11-27 00:00", "summary": "Sat 11-28 00:00"}


@found("2026-09-28 09:00")
async def test_the_summary_gives_way_to_national_day(story: Story) -> None:
    await published(story)
    await calmed(story)
    # October 1 is the third day; the holiday ends on the 7th.
    assert (await owed(story))["summary"] == "Fri 10-09 00:00"


async def test_calm_is_said_once(story: Story) -> None:
    await published(story)
    await calmed(story)
    await story.say("wang", "总结 1 起因、经过、整改")
    assert await state(story, "summary") == "met"
    await story.say("li", "平息 1 还是没有新评论")
    story.expect("没有待办的“平息”")


async def test_a_missed_summary_is_chased(story: Story) -> None:
    await resolved(story)
    await story.say("zhou", "已报 1")
    await calmed(story)
    assert dated_pings(await story.until(monday("07:30", 8)), "【总结】") == [
        ("Mon 11-30 20:00", "wang"),
        ("Mon 11-30 22:00", "wang"),
        ("Tue 12-01 07:00", "wang", "feng", "qian"),
    ]


async def test_a_promise_is_kept_on_record(story: Story) -> None:
    await story.opened()
    await story.say("wang", DATED)
    await story.say("feng", "同意 1")
    await story.say("zhou", f"已发布 1 {PROOF}")
    assert (await owed(story))["promise"] == "Fri 11-27 00:00"


async def test_a_reply_that_holds_off_is_marked(story: Story) -> None:
    await story.opened()
    await story.say("wang", "拟复 1 您的来信收悉，正在核实处理。")
    story.expect("也没有写明何时办成", pinged="feng")


@pytest.mark.demand("bureau.heads")
async def test_the_head_finalises_and_no_leader(story: Story) -> None:
    await story.opened()
    await story.say("wang", DATED)
    story.expect("请 @冯处长 审批", pinged="feng")
    for other in ("qian", "zhao", "li", "zheng"):
        await story.say(other, "同意 1")
        story.expect("没有审批权限")
    await story.say("feng", "同意 1")
    story.expect("冯处长 同意发布", pinged="wang")


async def test_where_the_head_wrote_it_or_is_concerned_a_leader_finalises(story: Story) -> None:
    await story.opened()
    await story.say("feng", DATED)
    story.expect("请 @钱副校长 审批", pinged="qian")
    await story.say("li", "涉及 1 冯处长")
    await story.say("zhou", DATED)
    story.expect("请 @钱副校长 审批", pinged="qian")
    await story.advance("2m")
    await story.say("qian", "同意 1")
    story.expect("同意发布")


async def test_without_a_department_a_leader_finalises(story: Story) -> None:
    await story.opened("@回音 上报 反映的问题一直没有人管，请尽快给个说法")
    await story.say("zhou", DATED)
    assert (await story.incident()).department is None
    story.expect("审批", pinged="qian")


async def test_a_head_strikes_out_no_report_about_the_own_department(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "误报 1 说的是另一所学校")
    story.expect("审批", pinged="qian")
    await story.say("feng", "同意 1")
    story.expect("没有审批权限")


async def test_nothing_is_put_off(story: Story) -> None:
    await published(story)
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("时限不能延期")


async def test_what_has_no_clock(story: Story) -> None:
    regime = regime_of(story)
    assert (regime.name, regime.title, regime.keeps) == ("bureau", {"zh": "市直部门", "en": "Bureau"}, "3 years")
    assert {rule.met_by for rule in regime.duty if rule.kind == "report"} == {"reported"}
    assert [rule.to for rule in regime.duty if rule.kind == "report"] == [("office", "head"), ("office", "head")]
    assert [(rule.starts, rule.met_by, rule.to) for rule in regime.duty if rule.kind in {"follow-up", "summary"}] == [
        ("raised", "followed up", ("office",)), ("resolved", "published", ()), ("calm", "summarised", ("office",))
    ]  # fmt: skip
