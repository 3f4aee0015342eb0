"""乡镇: an answer in three hours, a result by the limit of the chief's instruction, three patrols a day."""

import pytest

from storage.tables import Duty
from tests.support.regime import PROOF, calmed, dated_pings, found, local, owed, regime_of, stamp, state
from tests.support.story import Story, monday

REGIME = "township"
TWO_OFFICERS = {'name = "李主任"\nroles = ["office"]': 'name = "李主任"\nroles = ["office", "officer"]'}


async def published(story: Story) -> None:
    await story.say("wang", "拟复 1 经查，该批次已停用，供货商已更换到位。")
    await story.say("qian", "同意 1")
    await story.say("zhou", f"已发布 1 {PROOF}")


async def quiet(story: Story) -> None:
    """Report every patrol of today and tomorrow, so that only the incident causes reminders."""
    await story.settle()
    await Duty.filter(incident_id=None).update(state="met", next_at=None)


@pytest.mark.demand("township.told")
async def test_office_and_chief_hear_of_the_find_at_once(story: Story) -> None:
    opened = await story.opened()
    assert opened.say.mentions == ("wang", "li", "zhao")
    # Three hours after 10:05, also for the instruction. The result has no limit yet.
    assert await owed(story) == {"reply": "Mon 11-23 13:05", "instruct": "Mon 11-23 13:05"}


@found("2026-10-01 23:30")
@pytest.mark.demand("township.reply")
async def test_three_hours_are_three_hours_at_night_and_on_a_holiday(story: Story) -> None:
    await story.opened()
    assert await owed(story) == {"reply": "Fri 10-02 02:30", "instruct": "Fri 10-02 02:30"}


@pytest.mark.demand("township.limit")
async def test_the_instruction_names_the_limit(story: Story) -> None:
    await story.opened()
    await story.say("zhao", "批办 1 3天 请查明原因")
    # Three days after Monday: Thursday 24:00.
    assert await owed(story) == {"reply": "Mon 11-23 13:05", "resolve": "Fri 11-27 00:00"}
    story.expect("限 11-26（周四）24:00 前办成", pinged="wang")


@found("2026-09-30 16:00")
async def test_the_limit_gives_way_to_national_day(story: Story) -> None:
    await story.opened()
    await story.say("zhao", "批办 1 3天 请查明原因")
    # October 3 is in the holiday; the first working day is the 8th.
    assert await owed(story) == {"reply": "Wed 09-30 19:00", "resolve": "Fri 10-09 00:00"}


@found("2026-09-30 16:00")
async def test_working_days_count_the_make_up_saturday(story: Story) -> None:
    await story.opened()
    await story.say("zhao", "批办 1 3个工作日 请查明原因")
    assert (await owed(story))["resolve"] == "Sun 10-11 00:00"  # October 8, 9 and Saturday the 10th


async def test_the_instruction_may_name_another_department(story: Story) -> None:
    await story.opened()
    await story.say("zhao", "批办 1 保卫处 2天 请到现场")
    story.expect("由保卫处办理", pinged="chu")
    assert (await story.incident()).department == "保卫处"
    assert (await owed(story))["resolve"] == "Thu 11-26 00:00"


async def test_an_instruction_without_a_limit_does_not_suffice(story: Story) -> None:
    await story.opened()
    await story.say("zhao", "批办 1 请查明原因")
    assert await state(story, "instruct") == "open"


async def test_an_officer_cannot_instruct(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "批办 1 3天 请查明原因")
    story.expect("只有领导或办公室")


async def test_missed_reply_and_instruction(story: Story) -> None:
    await quiet(story)
    await story.opened()
    sent = await story.until(monday("23:59"))
    # Due 13:05, begun 10:05, so that -4h is past.
    assert dated_pings(sent) == [
        ("Mon 11-23 12:05", "wang", "zhao"),  # the department for the reply, the chief for the instruction
        ("Mon 11-23 13:05", "wang", "feng", "zhao"),  # 0
        ("Mon 11-23 17:05", "wang", "qian", "zhao"),  # +4h
    ]
    assert "【批办】还有 1小时" in sent[0].text


@pytest.mark.demand("township.instructed")
async def test_only_the_chief_is_reminded_to_instruct(story: Story) -> None:
    await quiet(story)
    await story.opened()
    await published(story)
    sent = await story.until(monday("12:30"))
    assert dated_pings(sent) == [("Mon 11-23 12:05", "zhao")]
    assert "请批办：批办 1" in sent[0].text


async def test_a_missed_result_climbs_the_ladder(story: Story) -> None:
    await story.opened()
    await story.say("zhao", "批办 1 3天 请查明原因")
    await published(story)
    await calmed(story)
    await story.say("wang", "总结 1 起因、经过、整改")
    sent = await story.until(monday("12:30", 5))
    # Due Thursday 24:00.
    assert dated_pings(sent, "【办结】") == [
        ("Thu 11-26 20:00", "wang"),  # -4h
        ("Thu 11-26 22:00", "wang"),  # -1h is 23:00
        ("Fri 11-27 07:00", "wang", "feng", "qian"),  # 0 and +4h
        ("Fri 11-27 12:00", "wang"),
        ("Sat 11-28 07:00", "wang", "zhao"),  # +1d
    ]
    assert [stamp(one.at) for one in sent if "列入通报" in one.text and "办结" in one.text] == ["Sat 11-28 07:00"]


async def test_any_leader_signs_for_the_institution(story: Story) -> None:
    await story.opened()
    await story.say("wang", "拟复 1 经查，已停用该批次。")
    story.expect("审批", pinged="qian")
    await story.say("feng", "同意 1")
    story.expect("没有审批权限")
    await story.say("zhao", "同意 1")
    story.expect("赵校长 同意发布", pinged="wang")


@pytest.mark.demand("township.tracked")
async def test_it_is_watched_until_calm_and_then_summed_up(story: Story) -> None:
    await quiet(story)
    await story.opened()
    await published(story)
    assert (await owed(story))["track"] == "Wed 11-25 00:00"  # a look within a day of Monday
    await story.until(monday("10:00", 1))
    await story.say("li", "续报 1 评论区没有新的议论")
    assert (await owed(story))["track"] == "Thu 11-26 00:00"  # and the next one
    assert "summary" not in await owed(story)
    await story.say("li", "平息 1 两天没有新评论")
    # Three days after Tuesday: Friday 24:00.
    assert (await owed(story))["summary"] == "Sat 11-28 00:00"
    assert "track" not in await owed(story)
    await story.say("wang", "总结 1 起因、经过、整改")
    story.expect("已交总结，报", pinged="zhao")


async def test_nothing_is_put_off(story: Story) -> None:
    await story.opened()
    await story.say("zhao", "批办 1 3天 请查明原因")
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("时限不能延期")


async def test_there_are_no_tiers(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 媒体来电")
    story.expect("不分级")


@found("2026-11-23 06:00")
@pytest.mark.demand("township.patrols")
async def test_three_patrols_a_day(story: Story) -> None:
    await story.settle()
    today, tomorrow = ("Mon 11-23 09:00", "15:00", "21:00"), ("Tue 11-24 09:00", "15:00", "21:00")
    assert (await owed(story, None)) == {
        "check-in": ", ".join(
            (today[0], *(f"Mon 11-23 {t}" for t in today[1:]), tomorrow[0], *(f"Tue 11-24 {t}" for t in tomorrow[1:]))
        )
    }


@found("2026-10-03 06:00", **TWO_OFFICERS)
@pytest.mark.demand("township.patrols")
async def test_each_officer_patrols_on_holidays_too(story: Story) -> None:
    await story.settle()
    rows = await Duty.filter(incident_id=None, due_at__lt=local("2026-10-03 10:00")).values_list("person", flat=True)
    assert sorted(rows) == ["li", "zhou"]


@pytest.mark.demand("township.patrols")
async def test_a_missing_patrol_is_chased(story: Story) -> None:
    # The patrol of Monday 15:00, open since 09:00; the story begins at 10:05.
    await story.settle()
    sent = await story.until(monday("16:30"))
    assert dated_pings(sent, "【巡查】") == [
        ("Mon 11-23 11:00", "zhou"),  # -4h
        ("Mon 11-23 14:00", "zhou"),  # -1h
        ("Mon 11-23 15:00", "zhou", "li"),  # at the time, with the desk
    ]
    sent = await story.until(monday("19:30"))
    # 17:00 belongs to the patrol of 21:00; the one of 15:00 reaches the leaders at 19:00.
    assert dated_pings(sent, "【巡查】") == [("Mon 11-23 17:00", "zhou"), ("Mon 11-23 19:00", "zhou", "qian", "sun")]


async def test_nothing_found_is_a_patrol(story: Story) -> None:
    await story.settle()
    await story.until(monday("14:30"))
    await story.say("zhou", "巡查 无异常")
    story.expect("按时")
    assert dated_pings(await story.until(monday("16:30"))) == []


async def test_a_patrol_of_the_past_is_set_down_as_missed(story: Story) -> None:
    await story.settle()
    await story.until(monday("12:00", 2))
    rows = await Duty.filter(incident_id=None, state="missed").order_by("due_at")
    # By Wednesday, Monday 15:00 is more than a day ago; so is Monday 21:00 at Wednesday's first step.
    assert [stamp(row.due_at) for row in rows] == ["Mon 11-23 15:00", "Mon 11-23 21:00"]


async def test_what_has_no_clock(story: Story) -> None:
    regime = regime_of(story)
    assert (regime.name, regime.title, regime.keeps) == ("township", {"zh": "乡镇", "en": "Township"}, "3 years")
    assert regime.rule("resolve").starts == "instructed"
