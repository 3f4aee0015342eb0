"""A closed incident is reopened in a new cycle; the public due times were never suspended."""

from itertools import pairwise

from storage.tables import Duty, Holding
from tests.support.story import Story


async def test_its_duties_run_anew_and_an_old_approval_is_worth_nothing(story: Story) -> None:
    await story.closed()
    await story.advance("1d")
    await story.say("zhou", "重办 1 家长说又出现了")
    announcement = story.expect("重新办理（周晓）：家长说又出现了", pinged="wang")
    assert "距发现已 1天" in announcement.text
    incident = await story.incident()
    assert (incident.cycle, incident.stage, incident.replied_at, incident.outcome) == (2, "assigned", None, None)
    assert {duty.kind for duty in await Duty.filter(cycle=2, state="open")} == {"acknowledge", "reply", "resolve"}
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    story.expect("还没有经领导同意的回复稿")
    await story.say("wang", "办结 1 已答复")
    story.expect("还没有公开答复，不能办结")


async def test_the_whole_loop_goes_again(story: Story) -> None:
    await story.closed()
    await story.say("li", "重办 1 又来")
    await story.say("wang", "签收 1")
    asked = (await story.say("wang", "拟复 1 已更换供货商，留样复检合格。"))[-1]
    assert "与上一稿相比" in asked.text
    await story.say("qian", "同意 1")
    await story.say("wang", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ2")
    await story.say("wang", "办结 1 已更换供货商，留样复检合格")
    assert (await story.incident()).stage == "resolved"


async def test_the_time_between_is_nobodys(story: Story) -> None:
    await story.closed()
    closed_at = story.clock.now()
    await story.advance("2h")
    await story.say("li", "重办 1 又来")
    await story.advance("1h")
    rows = await Holding.all().order_by("id")
    assert [row.holder for row in rows if row.until is None or row.until > closed_at] == ["closed", "department:总务处"]
    assert all(row.until == after.since for row, after in pairwise(rows))


async def test_more_time_counts_from_the_reopening(story: Story) -> None:
    await story.closed()
    await story.advance("20d")
    await story.say("li", "重办 1 又来")
    await story.say("wang", "延期 1 1天 等报告")
    story.expect("申请延期 1天")


async def test_who_may_and_when(story: Story) -> None:
    await story.opened()
    await story.say("li", "重办 1 又来")
    story.expect("本来就在办理，没有变动")
    await story.closed()
    await story.say("wang", "重办 1 又来")
    story.expect("只有值守台（办公室、信息员）或领导能重办")
    await story.say("li", "重办 1")
    story.expect("请写明为什么重办")
    await story.say("wang", "续报 1 供货商已停用")
    story.expect("续报（王强）：供货商已停用")


async def test_the_former_answer_is_shown_as_the_former_one(story: Story) -> None:
    await story.closed()
    assert "已公开答复：https://" in (await story.say("wang", "查 1"))[-1].text
    await story.say("li", "重办 1 又出现了")
    shown = (await story.say("wang", "查 1"))[-1].text
    assert "原来的公开答复（现在要重新答复）：https://" in shown
    assert "已公开答复" not in shown
