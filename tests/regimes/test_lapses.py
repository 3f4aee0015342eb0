"""漏报、谎报、瞒报: a leader records them against a unit, which may object once; they count beside late reports."""

import pytest

from storage.tables import Duty, Event
from tests.support.regime import PROOF, dated_pings
from tests.support.story import Story, monday

REGIME = "bureau"
assert PROOF


@pytest.mark.demand("C8")
async def test_a_leader_records_it_and_the_unit_is_told(story: Story) -> None:
    await story.opened()
    await story.say("qian", "漏报 总务处 1 值班电话周日已接到，没有上报，对方电话13812345678")
    told = story.expect("记录 1：总务处漏报", pinged="wang")
    assert "feng" in told.say.mentions
    assert "13812345678" not in told.text
    row = await Event.get(kind="lapse")
    assert (row.incident, row.actor) == (1, "qian")


async def test_without_a_matter_too(story: Story) -> None:
    await story.say("zhao", "瞒报 保卫处 校门口打架三天未报，电视台已播")
    story.expect("记录 1：保卫处瞒报", pinged="chu")
    await story.say("qian", "谎报 值守台 报称已办结，实际未办")
    story.expect("记录 2：值守台谎报", pinged="li")


async def test_nobody_else_records_one(story: Story) -> None:
    for who in ("li", "zhou", "wang", "feng"):
        await story.say(who, "漏报 总务处 值班电话已接到，没有上报")
        story.expect("由领导来记")
    assert await Event.filter(kind="lapse").count() == 0


async def test_it_needs_a_unit_and_a_reason(story: Story) -> None:
    await story.say("qian", "漏报 天文台 没有上报情况")
    story.expect("请写明是哪个单位")
    await story.say("qian", "漏报 总务处 1")
    story.expect("请写明是什么事")
    await story.say("qian", "漏报了吗")
    assert await Event.filter(kind="lapse").count() == 0


async def test_the_unit_objects_once_and_a_leader_decides(story: Story) -> None:
    await story.say("qian", "漏报 总务处 值班电话周日已接到，没有上报")
    await story.say("chu", "异议 1 当时已口头报告")
    story.expect("异议由那里的人来提")
    await story.say("wang", "异议 1 已于周日22:10口头报告值班领导")
    story.expect("请 @钱副校长 在 11-25（周三）24:00 前决定", pinged="qian")
    await story.say("feng", "异议 1 再补充一点情况")
    story.expect("已经提过一次异议")
    await story.say("wang", "撤销漏报 1 已口头报告")
    story.expect("由领导来记、来定")
    await story.say("zhao", "维持 1 口头报告没有记录")
    story.expect("维持（赵校长）", pinged="wang")
    await story.say("sun", "撤销漏报 1 查到通话记录，确已报告")
    story.expect("撤销（孙副校长）", pinged="wang")
    await story.say("sun", "撤销漏报 1 查到通话记录")
    story.expect("已经撤销")


async def test_what_was_never_objected_to_needs_no_upholding(story: Story) -> None:
    await story.say("qian", "漏报 总务处 值班电话周日已接到，没有上报")
    await story.say("qian", "维持 1 情况属实")
    story.expect("没有人提异议")
    await story.say("qian", "维持 9 情况属实")
    story.expect("没有这个编号")


@pytest.mark.demand("C8")
@pytest.mark.demand("bureau.lapses")
async def test_they_count_per_unit_beside_late_reports(story: Story) -> None:
    await story.opened()  # 10:05: reported by 12:05
    await story.say("qian", "漏报 总务处 值班电话周日已接到，没有上报")
    await story.say("qian", "瞒报 总务处 1 两名学生就医一事没有写")
    await story.say("qian", "谎报 保卫处 报称已到场，监控未见")
    await story.say("qian", "漏报 保卫处 门卫登记过的来访没有报")
    await story.say("zhao", "撤销漏报 4 不属舆情，免报")
    await story.until(monday("13:00"))
    await story.say("li", "今日")
    text = story.fresh[-1].text
    # Of 总务处 one report is late since 12:05, one missed and one concealed; of 保卫处 one false, one was lifted.
    assert "总务处 迟报 1、漏报 1、谎报 0、瞒报 1" in text
    assert "保卫处 迟报 0、漏报 0、谎报 1、瞒报 0" in text


async def test_a_unit_sees_its_own(story: Story) -> None:
    await story.say("qian", "漏报 总务处 值班电话周日已接到，没有上报")
    await story.say("qian", "瞒报 保卫处 校门口打架三天未报")
    await story.say("wang", "@回音 漏报")
    assert "总务处漏报" in story.fresh[-1].text
    assert "保卫处" not in story.fresh[-1].text
    await story.say("li", "@回音 漏报")
    assert "保卫处瞒报" in story.fresh[-1].text


async def test_an_objection_is_a_duty_of_the_leader_who_decides_it(story: Story) -> None:
    await story.say("qian", "漏报 总务处 值班电话周日已接到，没有上报")
    await story.say("wang", "异议 1 已于周日22:10口头报告值班领导")
    # Two working days after Monday: Wednesday 24:00. Late on Thursday, and a day later for the chief too.
    sent = await story.until(monday("08:00", 4))
    pings = dated_pings(sent, "【异议】")
    assert pings[0] == ("Wed 11-25 20:00", "qian")
    assert ("Thu 11-26 07:00", "qian") in pings
    assert ("Fri 11-27 07:00", "qian", "zhao") in pings
    await story.say("qian", "待办")
    story.expect("异议待您决定（11-25（周三）24:00 前）：记录 1")
    await story.say("sun", "待办")
    assert "异议" not in story.fresh[-1].text  # the leader who recorded it decides
    await story.say("zhao", "维持 1 口头报告没有记录")
    assert not dated_pings(await story.until(monday("08:00", 7)), "【异议】")
    assert await Duty.filter(kind="objection").values_list("state", flat=True) == ["met"]


async def test_decided_in_time_nobody_is_reminded(story: Story) -> None:
    await story.say("zhao", "漏报 总务处 值班电话周日已接到，没有上报")
    await story.say("wang", "异议 1 已于周日22:10口头报告值班领导")
    story.expect("请 @赵校长 在", pinged="zhao")
    await story.say("zhao", "撤销漏报 1 查到通话记录，确已报告")
    assert not [one for one in await story.until(monday("08:00", 4)) if "【异议】" in one.text]
