"""Hospital 医院: the department's head and then the office sign the material within the given limit; published."""

from collections.abc import Sequence

import pytest

from tests.support.regime import PROOF, dated_pings, found, local, owed, regime_of, state
from tests.support.story import BotMessage, Story, monday

REGIME = "hospital"
MATERIAL = "拟复 1 经查，已更换供货商。"


def named_late(sent: Sequence[BotMessage]) -> list[BotMessage]:
    """Return the messages that say of the matter that the bulletin names it."""
    return [one for one in sent if "〔#1〕" in one.text and "列入通报" in one.text]


@pytest.mark.demand("hospital.told")
async def test_on_receipt_the_limit_is_asked_for(story: Story) -> None:
    opened = await story.opened()
    assert opened.say.mentions == (
        "wang",
        "qian",
        "li",
    )  # the department, its leader, and the office, which sets the limit
    assert await owed(story) == {"instruct": "Tue 11-24 00:00"}  # the day of receipt; there is no other limit yet


@found("2026-11-23 23:10")
async def test_a_late_find_leaves_two_hours(story: Story) -> None:
    await story.opened()
    assert await owed(story) == {"instruct": "Tue 11-24 01:10"}


async def test_an_instruction_without_a_limit_says_that_it_lacks_one(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 总务处 请说明情况")
    story.expect("批示里还没有，“批办”这一项还没有完成，请补上：批办 1 3天")
    assert await state(story, "instruct") == "open"
    await story.say("li", "批办 1 当日答复")
    assert (await owed(story))["reply"] == "Tue 11-24 00:00"


async def test_the_office_is_reminded_to_instruct(story: Story) -> None:
    await story.opened()
    sent = await story.until(local("2026-11-23 20:00"))
    assert dated_pings(sent, "〔#1〕") == [("Mon 11-23 20:00", "li")]  # 24:00 -4h


@pytest.mark.demand("hospital.limit")
async def test_the_limit_given_is_that_of_the_answer_and_of_the_result(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 总务处 2个工作日 请说明情况")
    story.expect("限 11-25（周三）24:00 前办成", pinged="wang")
    assert await owed(story) == {"reply": "Thu 11-26 00:00", "resolve": "Thu 11-26 00:00"}  # Tue, Wed


@found("2026-11-25 10:05")
async def test_a_limit_in_days_rolls_over_the_weekend(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 3天 请说明情况")
    assert (await owed(story))["reply"] == "Tue 12-01 00:00"  # Sat 11-28 rolls to Mon 11-30 24:00


async def test_an_instruction_after_the_answer_owes_no_second_one(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 总务处 3天 请查明")
    await story.answer(leaders=("feng", "li"))
    assert await state(story, "reply") == "met"
    await story.say("qian", "批办 1 总务处 2天 请再查")
    assert await state(story, "reply") == "met"
    assert "reply" not in await owed(story)


@found("2026-09-30 16:00")
async def test_a_limit_in_working_days_counts_the_make_up_saturday(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 3个工作日 请说明情况")
    assert (await owed(story))["resolve"] == "Sun 10-11 00:00"  # Oct 8, 9 and Sat Oct 10


@pytest.mark.demand("hospital.two_steps")
async def test_its_head_signs_first_then_the_office(story: Story) -> None:
    await story.opened()
    await story.say("wang", MATERIAL)
    story.expect("请 @冯处长 审批", pinged="feng")
    for early in ("li", "qian", "zhao", "zheng"):  # the office, leader, chief, another department's head
        await story.say(early, "同意 1")
        story.expect("您没有审批权限")
    await story.say("feng", "同意 1")
    story.expect("冯处长 已签", pinged="li")
    for wrong in ("feng", "qian", "zhao"):
        await story.say(wrong, "同意 1")
        story.expect("您没有审批权限")
    await story.say("zhou", f"已发布 1 {PROOF}")
    story.expect("回复稿还在等领导审批")
    await story.say("li", "同意 1")
    story.expect("李主任 同意发布", pinged="wang")


async def test_either_step_sends_it_back(story: Story) -> None:
    await story.opened()
    await story.say("wang", MATERIAL)
    await story.say("feng", "不同意 1 写清原因")
    story.expect("写清原因", pinged="wang")
    await story.say("wang", MATERIAL)
    await story.advance("1m")
    await story.say("feng", "同意 1")
    await story.say("li", "不同意 1 语气生硬")
    story.expect("语气生硬", pinged="wang")
    await story.say("wang", MATERIAL)
    story.expect("请 @冯处长 审批", pinged="feng")  # from the first step again


async def test_from_the_find_to_the_end(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 2天 请说明情况")
    await story.say("wang", MATERIAL)
    await story.say("feng", "同意 1")
    await story.say("li", "同意 1")
    assert set(await owed(story)) == {"reply", "resolve"}
    await story.say("zhou", f"已发布 1 {PROOF}")
    assert set(await owed(story)) == {"resolve"}
    await story.say("wang", "办结 1 已停用该批次并更换供货商")
    assert [await state(story, kind) for kind in ("instruct", "reply", "resolve")] == ["met"] * 3
    assert not [one for one in await story.advance("240h") if "〔#1〕" in one.text]


async def test_each_step_of_a_missed_limit(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 6小时 请说明情况")
    sent = await story.until(local("2026-11-24 16:05"))
    assert dated_pings(sent, "〔#1〕") == [  # 10:05 and 6 hours: due 16:05
        ("Mon 11-23 12:05", "wang"),  # -4h
        ("Mon 11-23 15:05", "wang"),  # -1h
        ("Mon 11-23 16:05", "wang", "feng"),  # 0
        ("Mon 11-23 20:05", "wang", "qian"),  # +4h
        ("Tue 11-24 08:30", "wang"),
        ("Tue 11-24 16:05", "wang", "zhao"),  # +1d
    ]
    assert dated_pings(named_late(sent)) == [("Tue 11-24 16:05", "wang", "zhao")]


async def test_at_night_it_waits(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 1天 请说明情况")
    sent = await story.until(local("2026-11-25 07:00"))
    assert dated_pings(sent, "〔#1〕") == [  # due Tue 24:00
        ("Tue 11-24 20:00", "wang"),
        ("Tue 11-24 22:00", "wang"),  # -1h is 23:00
        ("Wed 11-25 07:00", "wang", "feng", "qian"),  # 0 and +4h
    ]


async def test_it_grants_no_extension_but_a_new_limit_may_be_set(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 1天 请说明情况")
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("时限不能延期")
    await story.say("li", "批办 1 2天 同意再延一天")
    assert await owed(story) == {"reply": "Thu 11-26 00:00", "resolve": "Thu 11-26 00:00"}


async def test_it_knows_no_tiers(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 媒体来电")
    story.expect("本单位规则不分级")


async def test_who_owes_what(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 2天 请说明情况")
    owners = [(await story.duty(kind)).owner for kind in ("instruct", "reply", "resolve")]
    assert owners == ["desk", "department", "department"]
    regime = regime_of(story)
    assert [rule.to for rule in regime.duty] == [(), ("office",), ()]
    assert (regime.name, regime.title) == ("hospital", {"zh": "医院", "en": "Hospital"})


async def test_where_the_head_may_not_sign_a_leader_does(story: Story) -> None:
    await story.opened()
    await story.say("li", "涉及 1 冯处长")
    await story.say("zhou", "拟复 1 已送检，11月26日前公布。")
    story.expect("审批", pinged="qian")
    await story.say("feng", "同意 1")
    story.expect("反映的事情与您有关")
    await story.say("qian", "同意 1")
    story.expect("请继续审批", pinged="li")


async def test_nobody_signs_the_second_step_in_the_place_of_another_after_the_first(story: Story) -> None:
    await story.opened()
    await story.say("li", "请假 至 周五 由 冯处长 代")
    await story.say("wang", "拟复 1 已送检，11月26日前公布。")
    await story.say("feng", "同意 1")
    story.expect("请继续审批", pinged="li")
    await story.say("feng", "同意 1")
    story.expect("您没有审批权限")


@found("2026-11-27 09:00")
@pytest.mark.demand("hospital.sites")
async def test_named_sites_are_watched_every_day_also_on_days_of_rest(story: Story) -> None:
    await story.settle()
    # Friday at the close; Saturday and Sunday have none and end at midnight.
    assert await owed(story, None) == {"check-in": "Fri 11-27 17:30, Sun 11-29 00:00"}
    sent = await story.until(monday("14:00", 4))
    assert dated_pings(sent, "要看：本院网站和公众号留言、人民网留言板") == [("Fri 11-27 13:30", "zhou")]
    await story.say("zhou", "巡查 发现 候诊区没有座位")
    story.expect("按时（时限 11-27（周五）17:30）：本院网站和公众号留言、人民网留言板")
    story.expect("候诊区没有座位")  # what was found there is a matter
    await story.until(monday("10:00", 5))
    await story.say("zhou", "巡查 无异常")
    story.expect("按时（时限 11-28（周六）24:00）：本院网站和公众号留言、人民网留言板")
    missed = await story.until(monday("08:00", 7))
    late = next(one for one in dated_pings(missed, "【巡查】") if one[0].startswith("Mon"))
    assert late[1:] == ("zhou", "li", "qian", "sun")  # due at midnight, and four hours late by the morning
