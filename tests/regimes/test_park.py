"""Business park 园区: the leader instructs; the department answers in three days, at most five; else the bulletin."""

from collections.abc import Sequence

import pytest

from tests.support.regime import DATED, PROOF, dated_pings, found, local, owed, regime_of, state
from tests.support.story import BotMessage, Story

REGIME = "park"


def named_late(sent: Sequence[BotMessage]) -> list[BotMessage]:
    """Return the messages that say of the matter that the bulletin names it."""
    return [one for one in sent if "〔#1〕" in one.text and "列入通报" in one.text]


@pytest.mark.demand("park.told")
async def test_on_receipt_the_leader_hears_it_and_three_days_run(story: Story) -> None:
    opened = await story.opened()
    assert opened.say.mentions == ("wang", "qian")  # the department, and the leader, who has to instruct
    assert await owed(story) == {
        "instruct": "Tue 11-24 00:00",  # the day of receipt
        "reply": "Fri 11-27 00:00",  # Tue, Wed, Thu: the third day ends Thursday 24:00
        "resolve": "Fri 11-27 00:00",  # the same
    }


@found("2026-09-30 16:00")
async def test_over_the_national_day_it_rolls_to_the_first_working_day(story: Story) -> None:
    await story.opened()
    # The third day is Sat 10-03; the holiday of Oct 1-7 ends on Wednesday: Thu 10-08 24:00.
    assert await owed(story) == {
        "instruct": "Thu 10-01 00:00",
        "reply": "Fri 10-09 00:00",
        "resolve": "Fri 10-09 00:00",
    }


@found("2026-09-30 16:00")
async def test_over_the_national_day_there_is_no_room_to_extend(story: Story) -> None:
    await story.opened()
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("延期总共不能超过 10-08（周四）24:00")  # the fifth day, Mon 10-05, rolls to the 8th too
    story.expect("已经到顶")


@found("2026-11-23 23:10")
async def test_a_late_find_leaves_the_leader_two_hours(story: Story) -> None:
    await story.opened()
    assert (await owed(story))["instruct"] == "Tue 11-24 01:10"


@pytest.mark.demand("park.told")
async def test_the_leaders_instruction_names_the_department(story: Story) -> None:
    opened = await story.opened("@回音 上报 反映的问题一直没有人管，请尽快给个说法")
    assert opened.say.mentions == ("li", "qian", "sun")  # not assigned yet: the desk, and every leader
    await story.say("qian", "批办 1 总务处 请查明原因")
    story.expect("钱副校长 批办，由总务处办理", pinged="wang")
    assert (await story.incident()).department == "总务处"
    assert await state(story, "instruct") == "met"


async def test_the_leader_is_reminded_to_instruct(story: Story) -> None:
    await story.opened()
    sent = await story.until(local("2026-11-23 20:00"))
    assert dated_pings(sent, "〔#1〕") == [("Mon 11-23 20:00", "qian")]  # 24:00 -4h


@pytest.mark.demand("park.finalised")
async def test_the_leader_finalises_and_nobody_else(story: Story) -> None:
    await story.opened()
    await story.say("wang", DATED)
    story.expect("请 @钱副校长 审批", pinged="qian")
    for stranger in ("feng", "li"):
        await story.say(stranger, "同意 1")
        story.expect("您没有审批权限")
    await story.say("zhao", "同意 1")
    story.expect("赵校长 同意发布", pinged="wang")


async def test_from_the_find_to_the_end(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 总务处 请查明")
    await story.say("wang", "拟复 1 经查，已更换供货商。")
    await story.say("qian", "同意 1")
    assert set(await owed(story)) == {"reply", "resolve"}
    await story.say("zhou", f"已发布 1 {PROOF}")
    assert set(await owed(story)) == {"resolve"}
    await story.say("wang", "办结 1 已更换供货商")
    assert [await state(story, kind) for kind in ("instruct", "reply", "resolve")] == ["met"] * 3
    assert not [one for one in await story.advance("240h") if "〔#1〕" in one.text]


@pytest.mark.demand("park.named")
async def test_run_over_it_is_named_in_the_bulletin_in_the_morning(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 请查明")
    sent = await story.until(local("2026-11-28 07:00"))
    assert dated_pings(sent, "〔#1〕") == [  # reply and resolve, both due Thursday 24:00
        ("Thu 11-26 20:00", "wang"),  # -4h
        ("Thu 11-26 22:00", "wang"),  # -1h is 23:00: the evening before
        ("Fri 11-27 07:00", "wang", "feng", "qian"),  # 0 and +4h, put off to the morning
        ("Fri 11-27 12:00", "wang"),
        ("Sat 11-28 07:00", "wang", "zhao"),  # +1d is midnight
    ]
    assert dated_pings(named_late(sent)) == [("Fri 11-27 07:00", "wang", "feng", "qian")]


async def test_by_day_each_step_has_its_own_hour(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 请查明")
    await story.say("wang", "延期 1 12小时 等检测报告")
    await story.say("qian", "同意 1")
    sent = await story.until(local("2026-11-28 12:00"))
    assert dated_pings(sent, "〔#1〕") == [  # Thursday 24:00 and 12 hours: Friday 12:00
        ("Fri 11-27 08:00", "wang"),  # -4h
        ("Fri 11-27 11:00", "wang"),  # -1h
        ("Fri 11-27 12:00", "wang", "feng"),  # 0
        ("Fri 11-27 16:00", "wang", "qian"),  # +4h
        ("Sat 11-28 12:00", "wang", "zhao"),  # +1d
    ]
    assert dated_pings(named_late(sent)) == [("Fri 11-27 12:00", "wang", "feng")]


@pytest.mark.demand("park.named")
async def test_who_asked_in_time_is_not_named(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 请查明")
    await story.say("wang", "延期 1 1天 等检测报告")
    assert named_late(await story.until(local("2026-11-27 07:00"))) == []


@found("2026-11-19 10:05")
@pytest.mark.parametrize(
    ("asked", "answer"),
    [("1天", "请 @钱副校长 审批"), ("2天", "延期总共不能超过 11-24（周二）24:00，您申请的是 11-25（周三）24:00")],
)
@pytest.mark.demand("park.five_days")
async def test_five_days_in_all(story: Story, asked: str, answer: str) -> None:
    await story.opened()
    assert (await owed(story))["reply"] == "Tue 11-24 00:00"  # Thursday's third day is a Sunday: Mon 11-23 24:00
    await story.say("wang", f"延期 1 {asked} 等检测报告")
    story.expect(answer)  # the fifth day is Tue 11-24


async def test_an_extension_puts_off_the_answer_and_the_result(story: Story) -> None:
    await story.opened()
    await story.say("wang", "延期 1 2天 等检测报告")
    await story.say("li", "同意 1")
    story.expect("您没有审批权限")
    await story.say("zhao", "同意 1")
    dues = await owed(story)
    assert (dues["reply"], dues["resolve"]) == ("Tue 12-01 00:00",) * 2  # Sat 11-28 rolls to Mon 11-30 24:00


async def test_neither_passes_five_days_where_the_result_was_wanted_earlier(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 总务处 1天 请抓紧")
    await story.say("wang", "延期 1 6天 等检测报告")
    story.expect("办结时限将改为 11-30（周一）24:00；答复时限将改为 11-30（周一）24:00")
    await story.say("zhao", "同意延期 1")
    story.expect("同意延期（代钱副校长签），办结时限改为 11-30（周一）24:00；答复时限改为 11-30（周一）24:00")
    dues = await owed(story)
    assert (dues["reply"], dues["resolve"]) == ("Tue 12-01 00:00",) * 2  # the fifth day is Sat 11-28: Mon 11-30 24:00


@pytest.mark.demand("park.five_days")
async def test_it_is_asked_for_with_reasons_and_before_it_runs_out(story: Story) -> None:
    await story.opened()
    await story.say("wang", "延期 1 1天")
    story.expect("请写明延期理由")
    await story.until(local("2026-11-27 00:00"))
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("已过，延期要在到期之前申请")


async def test_who_owes_what(story: Story) -> None:
    await story.opened()
    owners = [(await story.duty(kind)).owner for kind in ("instruct", "reply", "resolve")]
    assert owners == ["leader", "department", "department"]
    regime = regime_of(story)
    assert [rule.to for rule in regime.duty] == [(), ("office",), ()]
    assert (regime.name, regime.title) == ("park", {"zh": "园区", "en": "Business park"})
