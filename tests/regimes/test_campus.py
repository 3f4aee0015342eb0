"""Campus 校园: the unit reports to office and leader, the office to the chief; the office finalises and circulates."""

import pytest

from storage.tables import Duty
from tests.support.regime import found, local, owed, regime_of, state
from tests.support.story import Story

REGIME = "campus"
ANSWER = "经查，筛网破损，已经更换，旧批次已停用。"


async def test_who_hears_what_at_once_and_what_is_owed(story: Story) -> None:
    opened = await story.opened()
    assert opened.say.mentions == ("wang", "li", "qian")  # the unit, the office, the leader in charge
    assert await owed(story) == {
        "report": "Mon 11-23 12:05",  # two hours after 10:05
        "opinion": "Mon 11-23 14:05",  # four
        "reply": "Tue 11-24 00:00",  # the same day
        "resolve": "Fri 11-27 00:00",  # Tue, Wed, Thu: nothing is promised yet
    }


@pytest.mark.demand("campus.reported")
async def test_the_unit_reports_and_the_office_proposes_to_the_chief(story: Story) -> None:
    await story.opened()
    await story.say("wang", "已报 1")
    assert await state(story, "report") == "met"
    await story.say("li", "拟办 1 建议总务处今天封存留样并答复")
    story.expect("建议总务处今天封存留样并答复", pinged="zhao")
    assert await state(story, "opinion") == "met"


@pytest.mark.demand("campus.finalised")
async def test_the_office_alone_finalises_what_goes_out(story: Story) -> None:
    await story.opened()
    await story.say("wang", f"拟复 1 {ANSWER}")
    story.expect("请 @李主任 审批")
    await story.advance("2m")
    await story.say("qian", "同意 1")
    assert (await story.incident()).holder == "approver:li"
    await story.say("li", "同意 1")
    await story.publish()
    assert (await story.incident()).stage == "replied"


@pytest.mark.demand("campus.circulated")
async def test_the_whole_course_to_the_circulated_result(story: Story) -> None:
    await story.opened()
    await story.say("wang", "已报 1")
    await story.say("li", "拟办 1 建议总务处今天封存留样并答复")
    await story.answer(text=ANSWER, leaders=("li",))
    # The answer is public on Monday; the office looks a day after it: the day does not count, Tuesday 24:00.
    assert (await owed(story))["track"] == "Wed 11-25 00:00"
    await story.say("wang", f"办结 1 {ANSWER}")
    assert (await story.incident()).stage == "resolved"
    assert (await owed(story))["follow-up"] == "Tue 11-24 00:00"  # the day of the result
    await story.say("wang", "舆情通报 1 处理完了")
    assert await state(story, "follow-up") == "open"  # the office circulates, not the unit
    await story.say("li", "舆情通报 1")
    story.expect("请写上通报的内容：舆情通报 1 目前的情况")
    await story.say("li", "舆情通报 1 总务处已更换筛网并公开答复，请各单位自查")
    assert await state(story, "follow-up") == "met"
    await story.say("wang", "平息 1 没有人再说了")
    assert "summary" not in await owed(story)  # nobody of the unit says that it is calm
    await story.until(local("2026-11-24 15:00"))
    await story.say("li", "续报 1 两个平台都没有新的评论")
    await story.say("li", "平息 1 两个平台今天没有新帖，热度回落")
    # Calm on Tuesday the 24th: Wed, Thu, Fri. The third day ends on Friday at 24:00.
    assert (await owed(story))["summary"] == "Sat 11-28 00:00"
    await story.say("wang", "总结 1 起因：筛网破损；整改：更换并每周检查")
    assert await state(story, "summary") == "met"
    open_now = await Duty.filter(state="open", incident_id=1).values_list("kind", flat=True)
    assert set(open_now) <= {"stand"}


async def test_nothing_closes_on_an_opinion_alone(story: Story) -> None:
    await story.opened()
    await story.answer(text="已收悉，我们将尽快核实，11月26日前公布结果。", leaders=("li",))
    await story.say("wang", "办结 1 正在核实")
    assert (await story.incident()).stage == "replied"


@found("2026-11-23 10:05", language="en")
async def test_it_is_shown_in_english(story: Story) -> None:
    assert regime_of(story).title["en"] == "Campus"
    await story.opened()
    await story.say("wang", "why 1")
    story.expect("(regime: Campus)")
