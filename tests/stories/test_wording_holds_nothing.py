"""Wording that waits for its signature moves nothing: who owes the answer keeps it in hand, and is late alone."""

from storage.tables import Overrun
from tests.support.story import Story


async def test_who_writes_wording_stays_late(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "口径 1 热水已报修，正在抢修。")
    assert (await story.incident()).holder == "department:总务处"
    await story.advance("36h")
    rows = await Overrun.filter(kind="reply")
    assert [row.holder for row in rows] == ["department:总务处"]
    await story.say("qian", "同意口径 1")
    assert (await story.incident()).holder == "department:总务处"


async def test_a_reply_that_waits_stays_with_its_signer(story: Story) -> None:
    await story.drafted()
    holder = (await story.incident()).holder
    await story.say("wang", "口径 1 热水已报修，正在抢修。")
    assert (await story.incident()).holder == holder == "approver:qian"
    await story.say("qian", "不同意口径 1 再核实")
    assert (await story.incident()).holder == holder


async def test_where_a_spokesman_is_named_nobody_else_answers_the_press(story: Story) -> None:
    await story.opened()
    await story.say("zhao", "发言人 1 孙副校长")
    await story.say("zhou", "媒体询问 1 晚报问何时公布结果")
    await story.say("qian", "答媒体 1 结果下周公布")
    story.expect("对外由 孙副校长 一人发言，要换人请领导或值守台说：发言人 1 姓名，没有办理")
    await story.say("sun", "答媒体 1 结果下周公布")
    story.expect("已答媒体询问 1（孙副校长）")


async def test_a_refused_request_for_more_time_counts_none(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "延期 1 1天 等配件")
    await story.say("qian", "不同意延期 1 不用等")
    await story.say("li", "今日")
    assert "延期 0" in story.expect("收件 1").text
    await story.say("wang", "延期 1 1天 等检测报告")
    await story.say("qian", "同意延期 1")
    await story.say("li", "今日")
    assert "延期 1" in story.expect("收件 1").text


async def test_a_limit_for_nothing_that_is_owed_is_told(story: Story) -> None:
    await story.acknowledged()
    await story.say("qian", "批办 1 今晚8点前 报进展")
    told = story.expect("批办里的时限没有对应的办理项")
    assert "前办成" not in told.text
    assert "要计时的请写明办什么：批办 1 3天 公开答复" in told.text
