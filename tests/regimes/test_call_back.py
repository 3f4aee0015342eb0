"""回访: somebody who had no part in it asks whether the public is satisfied; the leader decides if it is not."""

import pytest

from storage.tables import Duty, Event, Incident, Outbox
from tests.support.regime import dated_pings, found, owed, stamp, state
from tests.support.story import Story, monday

REGIME = "township"
RESOLVED = "办结 1 已更换筛网并公布检测结果"


async def resolved(story: Story) -> None:
    """Close incident 1 on Monday morning; the desk, 李主任, had no part in it."""
    await story.opened()
    await story.say("qian", "批办 1 3天 请查明原因")
    await story.answered()
    await story.say("wang", RESOLVED)


async def call_backs() -> int:
    return await Event.filter(kind="called back").count()


async def test_it_is_owed_after_the_result_in_five_working_days(story: Story) -> None:
    await resolved(story)
    # The result on Monday the 23rd: five working days are the 24th to the 27th and Monday the 30th, until its end.
    assert (await owed(story))["call-back"] == "Tue 12-01 00:00"
    await story.say("li", "为何 1")
    story.expect("【回访】11-30（周一）24:00 到期：规则“5个工作日”")


async def test_the_desk_is_reminded_of_it(story: Story) -> None:
    await resolved(story)
    await Duty.filter(kind__in=("track", "check-in", "stand", "summary")).update(state="met", next_at=None)
    sent = await story.until(monday("23:00", 7))
    assert dated_pings(sent, "【回访】") == [("Mon 11-30 20:00", "li"), ("Mon 11-30 22:00", "li")]
    assert "请回访：回访 1 满意（或 基本满意、不满意、未接通）电话" in sent[-1].text


@pytest.mark.demand("C5")
async def test_satisfied_by_phone_meets_it(story: Story) -> None:
    await resolved(story)
    await story.advance("1h")
    await story.say("li", "回访 1 满意 电话 说已经换了，没有再出现")
    story.expect("回访（李主任，电话）：满意")
    assert await state(story, "call-back") == "met"
    await story.say("li", "查 1")
    story.expect("回访：满意（电话，11-23 11:05，李主任）")


async def test_who_did_the_work_does_not_ask_about_it(story: Story) -> None:
    await resolved(story)
    for who, words in (("wang", "回访由值守台"), ("feng", "回访由值守台"), ("chen", "回访由值守台")):
        await story.say(who, "回访 1 满意 电话")
        story.expect(words)
    assert await call_backs() == 0
    assert await state(story, "call-back") == "open"


async def test_who_wrote_the_answer_does_not_ask_about_it(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 3天 请查明原因")
    await story.answer(by="li")
    await story.say("wang", RESOLVED)
    await story.say("li", "回访 1 满意 电话")
    story.expect("办这件事的部门和人不能回访自己办的事")
    await story.say("zhou", "回访 1 满意 电话")
    story.expect("满意")
    assert await call_backs() == 1


async def test_it_says_how_and_never_guesses(story: Story) -> None:
    await resolved(story)
    for said, answer in (
        ("回访 1 满意", "是怎么问的没有写"),
        ("回访 1 电话打了", "请写明一种"),
        ("回访 1 满意度高 电话", "请写明一种"),
        ("回访 1 满意 电话 其实不满意", "请写明一种"),
        ("回访 1 满意 明天再打电话", "还没有问到本人"),
        ("回访 1 满意 电话 听部门说的", "还没有问到本人"),
        ("回访 1 满意 电话拒接", "没有问到请说：回访 1 未接通 电话"),
        ("回访 1 基本满意 微信 对方未回", "没有问到请说：回访 1 未接通 电话"),
        ("回访 1 满意 电话 11-22 15:00", "要在办结"),
        ("回访 1 满意 电话 今天23:00", "要在办结"),
        ("回访 1 不满意 电话", None),
    ):
        await story.say("li", said)
        if answer:
            story.expect(answer)
    assert await Event.filter(kind="called back", data__contains='"satisfied"').count() == 0


async def test_a_question_and_forwarded_words_are_no_answer(story: Story) -> None:
    await resolved(story)
    before = await call_backs()
    await story.say("li", "回访 1 满意了吗")
    await story.say("li", "转：王强说“回访 1 满意 电话”")
    await story.say("zhou", "满意")
    assert await call_backs() == before


@pytest.mark.demand("C5")
async def test_not_satisfied_asks_the_leader_who_opens_it_again(story: Story) -> None:
    await resolved(story)
    await story.advance("1h")
    await story.say("li", "回访 1 不满意 电话 昨天又吃到异物，请拨13812345678")
    asked = story.expect("决定是否重办（11-24（周二）24:00 前）", pinged="qian")
    assert "13812345678" not in asked.text
    assert asked.labels == ["同意", "不同意"]
    assert (await owed(story))["decide"] == "Wed 11-25 00:00"
    assert (await story.incident()).holder == "closed"
    await story.press("qian", asked, "同意")
    story.expect("钱副校长 同意重办")
    story.expect("重新办理", pinged="wang")
    incident = await story.incident()
    assert (incident.stage, incident.cycle, incident.holder) == ("assigned", 2, "department:总务处")
    assert [duty.state for duty in await Duty.filter(kind="decide")] == ["met"]
    # It begins again on Monday at about 11:15: the reply in three hours, the chief's instruction too.
    assert {*(await owed(story))} >= {"reply", "instruct"}
    assert "call-back" not in await owed(story)


async def test_not_opening_it_again_needs_a_reason(story: Story) -> None:
    await resolved(story)
    await story.say("li", "回访 1 不满意 电话 赔偿太少")
    asked = story.expect("决定是否重办", pinged="qian")
    await story.press("qian", asked, "不同意")
    story.expect("不重办要写明理由")
    await story.say("wang", "同意重办 1")
    story.expect("没有审批权限")
    await story.say("qian", "不同意重办 1 赔偿按规定办理，已当面说明")
    story.expect("不重办，原结果不变")
    incident = await story.incident()
    assert (incident.stage, incident.holder) == ("resolved", "closed")
    assert [duty.state for duty in await Duty.filter(kind="decide")] == ["met"]


async def test_the_leader_is_chased_for_the_decision(story: Story) -> None:
    await resolved(story)
    await Duty.filter(kind__in=("track", "check-in", "stand", "summary")).update(state="met", next_at=None)
    await story.say("li", "回访 1 不满意 电话 又出现了")
    sent = await story.until(monday("08:00", 2))
    assert dated_pings(sent, "【是否重办】") == [
        ("Tue 11-24 20:00", "qian"), ("Tue 11-24 22:00", "qian"), ("Wed 11-25 07:00", "qian", "feng"),
    ]  # fmt: skip
    assert "请决定是否重办：同意 1" in sent[0].text or "同意重办 1" in sent[0].text


async def test_not_reached_is_tried_on_three_days_and_counted_by_itself(story: Story) -> None:
    await resolved(story)
    await story.until(monday("09:00", 7))  # the last day
    await story.say("li", "回访 1 未接通 电话")
    story.expect("没有问到不算满意，请再回访：12-01（周二）24:00 前")
    await story.say("li", "回访 1 未接通 电话")  # twice on one day is one try
    assert (await owed(story))["call-back"] == "Wed 12-02 00:00"
    await story.until(monday("09:00", 8))
    await story.say("li", "回访 1 未接通 电话")
    assert await state(story, "call-back") == "open"
    await story.until(monday("09:00", 9))
    await story.say("li", "回访 1 未接通 电话")
    story.expect("记为未接通，不算满意")
    assert await state(story, "call-back") == "met"
    await story.say("li", "本月")
    await story.say("li", "今日")
    story.expect("未接通 1")


async def test_days_cannot_be_made_up(story: Story) -> None:
    await resolved(story)
    await story.until(monday("09:00", 3))
    for when in ("前天", "昨天", "今天"):
        await story.say("li", f"回访 1 未接通 电话 {when}")
    assert await state(story, "call-back") == "open"


async def test_a_leader_takes_back_the_reopening(story: Story) -> None:
    await resolved(story)
    await story.say("li", "回访 1 不满意 电话 又出现了")
    await story.say("qian", "同意重办 1")
    assert (await story.incident()).stage == "assigned"
    await story.say("qian", "撤回")
    incident = await story.incident()
    assert (incident.stage, incident.holder, incident.cycle) == ("resolved", "closed", 1)
    assert "decide" in await owed(story)
    await story.say("qian", "不同意重办 1 已当面解释清楚")
    story.expect("不重办，原结果不变")


async def test_reopened_by_the_desk_nobody_decides_any_more(story: Story) -> None:
    await resolved(story)
    await story.say("li", "回访 1 不满意 电话 又出现了")
    await story.say("li", "重办 1 家长说异物又出现了")
    assert "decide" not in await owed(story)
    await story.say("qian", "同意重办 1")
    assert (await story.incident()).cycle == 2


async def test_a_later_answer_is_a_new_record_and_the_leader_hears(story: Story) -> None:
    await resolved(story)
    await story.say("li", "回访 1 不满意 电话 又出现了")
    await story.say("qian", "不同意重办 1 已当面解释清楚")
    await story.advance("1h")
    await story.say("zhou", "回访 1 满意 电话 接受解释")
    story.expect("此前记的是“不满意”，那条记录保留", pinged="qian")
    assert await call_backs() == 2
    await story.say("li", "回访 1 未接通 电话")
    story.expect("此前问到的“满意”不变")
    await story.say("li", "本周")
    story.expect("回访：满意 1、基本满意 0、不满意 0，满意率 100%（n=1）")


async def test_undone_it_is_owed_again_and_the_request_is_gone(story: Story) -> None:
    await resolved(story)
    await story.say("li", "回访 1 不满意 电话 又出现了")
    await story.say("li", "撤回")
    assert await state(story, "call-back") == "open"
    assert await Duty.filter(kind="decide").count() == 0
    await story.say("qian", "同意重办 1")
    assert (await story.incident()).stage == "resolved"
    await story.say("li", "本周")
    assert "满意率" not in story.fresh[-1].text


@found("2026-11-23 10:05")
async def test_it_is_of_the_result_and_owed_for_the_next_one_too(story: Story) -> None:
    await story.opened()
    await story.say("li", "回访 1 满意 电话")
    story.expect("还没有办结")
    await story.say("qian", "批办 1 3天 请查明原因")
    await story.answered()
    await story.say("wang", RESOLVED)
    await story.say("li", "重办 1 家长说异物又出现了")
    assert "call-back" not in await owed(story)
    await story.say("wang", "签收 1")
    await story.say("qian", "批办 1 3天 请查明原因")
    await story.answer(text="经核实，食堂供货商已经更换，并重新检测合格。")
    await story.say("wang", "办结 1 供货商已更换，检测合格并公布")
    assert "call-back" in await owed(story)


@pytest.mark.demand("C5")
@pytest.mark.demand("township.satisfied")
async def test_the_sums_are_those_of_the_answers(story: Story) -> None:
    await resolved(story)
    await story.say("zhou", "@回音 校门口保安态度差 https://weibo.com/1234567890/Ab1cD2eF7")
    await story.say("li", "改派 2 保卫处")
    await story.say("qian", "批办 2 3天 请查明原因")
    await story.answer(2, text="经核实，保安已道歉并调离岗位，今后将加强培训。", by="chu")
    await story.say("chu", "办结 2 保安已道歉并调离岗位")
    assert (await Incident.get(number=2)).stage == "resolved"
    await story.say("li", "回访 1 基本满意 电话")
    await story.say("li", "回访 2 不满意 私信 保安没有道歉")
    await story.say("li", "本周")
    # Two answered: one basically satisfied, one not: 1 of 2.
    text = story.fresh[-1].text
    assert "回访：满意 0、基本满意 1、不满意 1，满意率 50%（n=2）" in text
    assert "总务处：满意 0、基本满意 1、不满意 0，满意率 100%（n=1）" in text
    assert "保卫处：满意 0、基本满意 0、不满意 1，满意率 0%（n=1）" in text
    assert stamp((await Outbox.all().order_by("-id").first()).planned_at).startswith("Mon")


async def test_nobody_turns_their_own_record_without_having_spoken_again(story: Story) -> None:
    await resolved(story)
    await story.say("li", "回访 1 不满意 电话 又出现了")
    await story.advance("1h")
    for answer in ("满意", "基本满意"):
        await story.say("li", f"回访 1 {answer} 电话 接受解释")
        story.expect("您上次记的是“不满意”")
    assert await call_backs() == 1
    await story.say("li", "联系 1 电话 再次解释，家长接受")
    await story.say("li", "回访 1 满意 电话 接受解释")
    story.expect("此前记的是“不满意”，那条记录保留")
    assert await call_backs() == 2


async def test_a_record_that_was_taken_back_was_one_too(story: Story) -> None:
    await resolved(story)
    await story.say("li", "回访 1 不满意 电话 又出现了")
    await story.say("li", "撤回 1")
    await story.say("li", "回访 1 满意 电话 接受解释")
    story.expect("您上次记的是“不满意”")
    assert await call_backs() == 1


async def test_a_contact_of_who_did_the_work_frees_no_other_answer(story: Story) -> None:
    await resolved(story)
    await story.say("li", "回访 1 不满意 电话 又出现了")
    await story.say("wang", "联系 1 电话 家长说不用再管了")
    await story.say("li", "回访 1 满意 电话 接受解释")
    story.expect("您上次记的是“不满意”")


@pytest.mark.parametrize(
    "words",
    [
        "满意 电话 谈不上满意",
        "满意 电话 但对方说并没有解决，很生气",
        "满意 电话 由总务处王强代打",
        "基本满意 电话 实际不够满意",
    ],
)
async def test_an_answer_that_its_own_words_deny_is_none(story: Story, words: str) -> None:
    await resolved(story)
    await story.say("li", f"回访 1 {words}")
    assert await call_backs() == 0


async def test_who_has_no_objection_is_satisfied(story: Story) -> None:
    await resolved(story)
    await story.say("li", "回访 1 满意 电话 家长没有意见")
    assert await call_backs() == 1
