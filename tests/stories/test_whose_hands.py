"""`时间线` lists the holders of an incident to the minute; `依据` who approved what, where, and at which second."""

from storage import reports
from tests.support.story import Story


async def test_every_minute_belongs_to_somebody(story: Story) -> None:
    await story.opened()
    await story.advance("35m")
    await story.say("wang", "签收 1")
    await story.say("wang", "拟复 1 已送检，11月26日前公布。")
    await story.advance("20m")
    await story.say("qian", "同意")
    await story.advance("5m")
    answer = (await story.say("wang", "时间线 1"))[-1].text
    assert "11-23 10:05 总务处 35分钟\n11-23 10:40 钱副校长 20分钟\n11-23 11:00 总务处 5分钟" in answer
    assert "合计：总务处 40分钟、钱副校长 20分钟" in answer
    assert "公众时钟：11-23 10:05 起，已 1小时，不停表" in answer


async def test_the_minutes_add_up_to_the_age(story: Story) -> None:
    await story.drafted()
    await story.advance("3h")
    await story.say("qian", "不同意 1 再改")
    await story.advance("2h")
    rows = await reports.holdings([1])
    held = sum(((row["until"] or story.clock.now()) - row["since"]).total_seconds() for row in rows)
    assert held == (story.clock.now() - (await story.incident()).found_at).total_seconds() == 5 * 3600


async def test_the_ledger_totals_it(story: Story) -> None:
    await story.drafted()
    await story.advance("2h")
    await story.say("li", "台账")
    story.expect("各方用时：钱副校长 2小时")


async def test_what_was_approved_is_on_record(story: Story) -> None:
    await story.drafted("已封存留样，联系电话 13812345678，11月26日前公布。")
    await story.say("qian", "同意，请今天发出")
    story.expect("附言：请今天发出", pinged="wang")
    answer = (await story.say("li", "依据 1"))[-1].text
    assert "2026-11-23 10:05:00 钱副校长 同意答复第 1 稿，网页群聊，附言：请今天发出" in answer
    assert "「已封存留样，联系电话 13812345678，11月26日前公布。」" in answer


async def test_nothing_decided_says_so(story: Story) -> None:
    await story.opened()
    await story.say("li", "依据 1")
    story.expect("还没有审批过")
