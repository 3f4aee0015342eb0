"""整改事项 and 案例: out of a matter come actions with owner and time, and a case that every department reads."""

import pytest

from storage.tables import Duty, Incident, Overrun
from tests.support.regime import dated_pings, owed, state
from tests.support.story import Story, monday

REGIME = "duty-office"


async def resolved(story: Story) -> None:
    """Close incident 1 of 总务处 on Monday at 10:05."""
    await story.opened()
    await story.say("qian", "批办 1 3天 请查明原因")
    await story.answered()
    await story.say("wang", "办结 1 已更换筛网并公布检测结果")
    assert (await story.incident()).stage == "resolved"


async def alone(*kinds: str) -> None:
    """Let only duties of these kinds sound."""
    await Duty.exclude(kind__in=kinds).update(state="met", next_at=None)


@pytest.mark.demand("C4.actions")
async def test_it_is_owed_by_the_time_that_is_named(story: Story) -> None:
    await resolved(story)
    await story.say("li", "整改 1 总务处 12-20前 更换冷链车")
    told = story.expect("整改第 1 项（总结，李主任）：更换冷链车，总务处负责，12-20（周日）24:00 前", pinged="wang")
    assert "已整改 1" in told.text
    assert (await owed(story))["action"] == "Mon 12-21 00:00"
    await story.say("li", "查 1")
    story.expect("整改 1：更换冷链车（总务处，12-20（周日）24:00，未完成）")
    await story.say("li", "为何 1")
    story.expect("【整改（总务处）】12-20（周日）24:00 到期：整改事项写明的时间")


async def test_a_person_may_owe_it_and_it_may_come_from_a_meeting(story: Story) -> None:
    await resolved(story)
    await story.say("qian", "整改 1 会议：王强 3天 建立晨检台账")
    # Three days after Monday: Thursday 24:00.
    story.expect("整改第 1 项（会议，钱副校长）：建立晨检台账，王强负责，11-26（周四）24:00 前", pinged="wang")
    await story.say("feng", "已整改 1 台账已建立并启用")
    story.expect("没有等您或您的部门做的整改事项")
    await story.say("wang", "已整改 1 台账已建立并启用")
    story.expect("整改第 1 项做完")


async def test_it_is_chased_like_a_duty(story: Story) -> None:
    await resolved(story)
    await story.say("li", "整改 1 总务处 12-03前 更换冷链车")
    await alone("action")
    sent = await story.until(monday("08:00", 11))
    # Due Thursday 3 December 24:00.
    assert dated_pings(sent, "【整改（总务处）】") == [
        ("Thu 12-03 20:00", "wang"), ("Thu 12-03 23:00", "wang"), ("Fri 12-04 00:00", "wang", "feng"),
        ("Fri 12-04 04:00", "wang", "qian"),
    ]  # fmt: skip
    assert "请整改，再回复：已整改 1 做了什么" in sent[0].text
    assert [(one.kind, one.owner) for one in await Overrun.filter(kind="action")] == [("action", "department:总务处")]


@pytest.mark.demand("C4.actions")
async def test_done_by_its_owner_and_confirmed_by_the_desk(story: Story) -> None:
    await resolved(story)
    await story.say("li", "整改 1 总务处 12-20前 更换冷链车")
    await story.say("chu", "已整改 1 冷链车已更换并验收")
    story.expect("没有等您或您的部门做的整改事项")
    for no_deed in ("收到，抓紧办", "供应商不同意更换", "已报领导"):
        await story.say("wang", f"已整改 1 {no_deed}")
        story.expect("请写明做了什么")
    await story.say("wang", "已整改 1 冷链车已更换并验收")
    story.expect("请核对（11-25（周三）24:00 前）：确认整改 1", pinged="li")
    assert await state(story, "action") == "met"
    assert (await owed(story))["confirm"] == "Thu 11-26 00:00"  # two working days after Monday
    await story.say("wang", "确认整改 1")
    story.expect("由值守台")
    await story.say("li", "确认整改 1 现场看过")
    story.expect("整改第 1 项已确认（李主任）：现场看过")
    assert "confirm" not in await owed(story)
    await story.say("li", "查 1")
    story.expect("已确认")


async def test_what_is_not_done_is_owed_again_by_the_same_time(story: Story) -> None:
    await resolved(story)
    await story.say("li", "整改 1 总务处 12-20前 更换冷链车")
    await story.say("wang", "已整改 1 冷链车已更换并验收")
    await story.say("li", "整改不实 1")
    story.expect("请写明哪里没有做到")
    await story.say("li", "整改不实 1 现场仍是旧车")
    story.expect("仍按原定 12-20（周日）24:00 前", pinged="wang")
    assert (await owed(story))["action"] == "Mon 12-21 00:00"
    await story.say("wang", "已整改 1 新车已到位并投入使用")
    await story.say("li", "确认整改 1")
    story.expect("已确认")


async def test_of_several_the_item_is_named(story: Story) -> None:
    await resolved(story)
    await story.say("li", "整改 1 总务处 12-20前 更换冷链车")
    await story.say("li", "整改 1 总务处 12-10前 建立晨检台账")
    story.expect("整改第 2 项")
    await story.say("wang", "已整改 1 台账已建立并启用")
    story.expect("请写明第几项")
    await story.say("wang", "已整改 1 第2项 台账已建立并启用")
    story.expect("整改第 2 项做完")
    await story.say("li", "确认整改 1")
    story.expect("整改第 2 项已确认")


@pytest.mark.parametrize(
    ("who", "said", "answer"),
    [
        ("wang", "整改 1 总务处 12-20前 更换冷链车", "由值守台"),
        ("li", "整改 1 12-20前 更换冷链车", "请写明一个负责的部门或人"),
        ("li", "整改 1 总务处 更换冷链车", "请写明何时前完成"),
        ("li", "整改 1 总务处 11-20前 更换冷链车", "已经过了"),
        ("li", "整改 1 总务处 12-20前", "请写明做什么"),
        ("li", "整改 1 总务处 12-20前 更", "请写明做什么"),
        ("li", "确认整改 1", "没有等着确认的整改事项"),
    ],
)
async def test_what_is_no_action(story: Story, who: str, said: str, answer: str) -> None:
    await resolved(story)
    await story.say(who, said)
    story.expect(answer)
    assert await Duty.filter(kind="action").count() == 0


async def test_it_stays_owed_when_the_matter_is_opened_again(story: Story) -> None:
    await resolved(story)
    await story.say("li", "整改 1 总务处 12-20前 更换冷链车")
    await story.say("li", "重办 1 家长说异物又出现了")
    assert (await owed(story))["action"] == "Mon 12-21 00:00"
    await story.say("wang", "已整改 1 冷链车已更换并验收")
    story.expect("整改第 1 项做完")


async def test_it_goes_with_a_matter_that_is_merged(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 食堂又吃出异物 https://weibo.com/1234567890/Ab1cD2eF5")
    await story.say("li", "整改 2 总务处 12-20前 更换冷链车")
    await story.say("li", "整改 2 总务处 12-22前 建立晨检台账")
    await story.say("li", "合并 1 2")
    assert (await Incident.get(number=2)).stage == "merged"
    assert (await owed(story))["action"] == "Mon 12-21 00:00, Wed 12-23 00:00"
    assert "action" not in await owed(story, 2)
    await story.say("wang", "已整改 1 第2项 台账已建立并启用")
    story.expect("整改 #2 第 2 项做完")


@pytest.mark.parametrize("words", ["确认整改 1 现场看过", "整改不实 1 现场还是旧车"])
async def test_what_was_reported_done_before_is_judged_after_a_merger(story: Story, words: str) -> None:
    await story.opened()
    await story.say("zhou", "@回音 食堂又吃出异物 https://weibo.com/1234567890/Ab1cD2eF5")
    await story.say("li", "整改 2 总务处 12-20前 更换冷链车")
    await story.say("wang", "已整改 2 车辆已更换并启用")
    await story.say("li", "合并 1 2")
    await story.say("zhou", words)
    confirmed = words.startswith("确认")
    assert ("action" in await owed(story)) is not confirmed
    assert "confirm" not in await owed(story)


async def test_an_open_matter_still_owes_its_end(story: Story) -> None:
    await story.opened()
    await story.say("li", "整改 1 总务处 12-20前 更换冷链车")
    assert {*(await owed(story))} >= {"action", "instruct"}


async def test_nobody_confirms_their_own(story: Story) -> None:
    await resolved(story)
    await story.say("li", "整改 1 李主任 3天 建立晨检台账")
    await story.say("li", "已整改 1 台账已建立并启用")
    story.expect("请核对", pinged="qian")
    await story.say("li", "确认整改 1")
    story.expect("由别人来确认")
    await story.say("zhou", "确认整改 1")
    story.expect("由领导来确认")
    await story.say("qian", "确认整改 1")
    story.expect("已确认（钱副校长）")


async def test_what_is_about_somebody_is_issued_to_nobody(story: Story) -> None:
    await resolved(story)
    await Incident.filter(number=1).update(about=["person:chen"])
    await story.say("li", "印发 1 请各部门对照自查")
    story.expect("不作案例印发")
    assert await Duty.filter(kind="read").count() == 0


async def test_undone_nothing_is_owed(story: Story) -> None:
    await resolved(story)
    await story.say("li", "整改 1 总务处 12-20前 更换冷链车")
    await story.say("li", "撤回")
    assert "action" not in await owed(story)
    await story.say("li", "查 1")
    assert "更换冷链车" not in story.fresh[-1].text


@pytest.mark.demand("C4.case")
@pytest.mark.demand("duty-office.cases")
async def test_a_case_is_read_by_every_department(story: Story) -> None:
    await resolved(story)
    await story.say("wang", "印发 1")
    story.expect("由值守台")
    await story.say("li", "印发 1 请各部门对照自查")
    issued = story.expect("案例印发（李主任）", pinged="chu")
    assert {"wang", "wu", "chu", "wei"} <= {*issued.say.mentions}
    await story.say("li", "印发 1")
    story.expect("已经印发过")
    await story.say("chu", "已阅 1")
    story.expect("已阅")
    assert "保卫处" not in story.fresh[-1].text.partition("还没看的")[2]
    await story.say("chu", "已阅 1")
    story.expect("已经说过已阅")
    await story.say("zhao", "已阅 1")
    story.expect("没有印发给您的部门")
    await story.say("li", "查 1")
    story.expect("案例还没看的部门：")
    await alone("read")
    sent = await story.until(monday("08:00", 4))
    # Three working days after Monday: Thursday 24:00; 保卫处 is not reminded.
    named = [one for one in sent if "阅知案例" in one.text]
    assert named
    assert all("chu" not in one.say.mentions for one in named)
    assert "请看案例（查 1），再回复：已阅 1" in named[0].text


async def test_what_is_no_case(story: Story) -> None:
    await story.opened()
    await story.say("li", "印发 1")
    story.expect("还没有办结")


async def test_it_is_owed_after_the_calm(story: Story) -> None:
    await resolved(story)
    await story.say("li", "续报 1 评论区没有新的议论")
    await story.say("li", "平息 1 两天没有新评论")
    # Five working days after Monday the 23rd: Monday the 30th, 24:00.
    assert (await owed(story))["issue"] == "Tue 12-01 00:00"
    await story.say("li", "印发 1 请各部门对照自查")
    assert "issue" not in await owed(story)


@pytest.mark.demand("C4.effect")
async def test_the_heat_before_the_answer_and_after_it_is_shown(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 3天 请查明原因")
    await story.say("li", "热度 1 阅读 3500 评论 520")
    await story.advance("2h")
    await story.answered()
    await story.say("li", "查 1")
    assert "效果：" not in story.fresh[-1].text
    await story.advance("20h")
    await story.say("li", "热度 1 阅读 3600 评论 525 转发 9")
    await story.say("li", "查 1")
    # Counted before at 10:05 and after on Tuesday at 08:05; reposts were not known before.
    story.expect("效果：答复前 阅读 3500 评论 520（11-23 10:05），最近 阅读 3600 评论 525（11-24 08:05）")


async def test_authority_to_sign_is_none_to_report_a_deed(story: Story) -> None:
    await story.opened()
    await story.say("li", "整改 1 总务处 12-20前 更换冷链车")
    await story.say("feng", "授权 李主任 3天")
    await story.say("li", "已整改 1 车辆已更换并启用")
    assert "action" in await owed(story)
