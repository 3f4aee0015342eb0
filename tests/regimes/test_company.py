"""企业: the department is informed in two hours and handles it in three days; heat and lack of calm raise the tier."""

import asyncio
from datetime import timedelta

import pytest

from handlers.timed import tier_rise
from storage import duties
from storage.tables import Duty
from tests.support.regime import DATED, POST, PROOF, calmed, dated_pings, found, owed, regime_of, stamp, state
from tests.support.story import Story, monday

REGIME = "company"
UNKNOWN = f"@回音 网友反映一件小事 {POST}"


async def published(story: Story) -> None:
    await story.opened()
    await story.say("wang", "拟复 1 经查，已停用该批次。")
    await story.say("qian", "同意 1")
    await story.say("zhou", f"已发布 1 {PROOF}")


async def test_a_matter_whose_department_is_known_has_been_told(story: Story) -> None:
    opened = await story.opened()
    assert opened.say.mentions == ("wang",)
    # Three days after Monday: Thursday 24:00, for the answer, the result, and for calm.
    assert await owed(story) == {"reply": "Fri 11-27 00:00", "resolve": "Fri 11-27 00:00", "calm": "Fri 11-27 00:00"}


@pytest.mark.demand("company.told")
async def test_else_the_desk_tells_it_within_two_hours(story: Story) -> None:
    opened = await story.opened(UNKNOWN)
    assert opened.say.mentions == ("li",)
    assert (await owed(story))["assign"] == "Mon 11-23 12:05"
    await story.say("li", "改派 1 总务处")
    story.expect("总务处", pinged="wang")
    assert await state(story, "assign") == "met"


async def test_a_department_that_is_not_told_in_time(story: Story) -> None:
    await story.opened(UNKNOWN)
    # Due 12:05, begun 10:05. Nobody is in charge yet, so the desk and all leaders are reminded.
    assert dated_pings(await story.until(monday("21:00"))) == [
        ("Mon 11-23 11:05", "li"),
        ("Mon 11-23 12:05", "li"),
        ("Mon 11-23 16:05", "li", "qian", "sun"),
    ]


async def test_a_raise_does_not_ask_to_tell_it_again(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 媒体来电")
    assert "assign" not in await owed(story)


@found("2026-09-28 09:00")
@pytest.mark.demand("company.three_days")
async def test_three_days_give_way_to_national_day(story: Story) -> None:
    await story.opened()
    # October 1 is the third day; the holiday ends on the 7th.
    assert set((await owed(story)).values()) == {"Fri 10-09 00:00"}


@pytest.mark.parametrize(
    ("seen", "tier"),
    [
        ("阅读 999 评论 99 转发 0", "general"),
        ("阅读 1000", "major"), ("阅读 2999", "major"), ("阅读 3000", "critical"),
        ("评论 100", "major"), ("评论 499", "major"), ("评论 500", "critical"),
        ("转发 1", "major"), ("转发 4", "major"), ("转发 5", "critical"),
        ("阅读 10 评论 10 转发 5", "critical"),
    ],
)  # fmt: skip
@pytest.mark.demand("company.heat")
async def test_the_tier_goes_by_heat(story: Story, seen: str, tier: str) -> None:
    await story.opened()
    await story.say("zhou", f"热度 1 {seen}")
    assert (await story.incident()).tier == tier


async def told_above(story: Story) -> None:
    """Report the matter to both superiors of the configuration, with what proves it."""
    for body in ("区教育局", "区网信办"):
        await story.say("li", f"已报 1 {body} 书面 育字〔2026〕5号")


@pytest.mark.parametrize("seen", ["阅读 1000", "阅读 3000"])
@pytest.mark.demand("company.group")
async def test_the_leading_group_hears_at_once_of_major_and_critical(story: Story, seen: str) -> None:
    await story.opened()
    await story.until(monday("11:00"))
    rose = (await story.say("zhou", f"热度 1 {seen}"))[-1]
    assert rose.say.mentions == ("wang", "qian", "zhao", "li")  # the desk owes the bulletin
    # Three days from then are the same Thursday. The tier has risen, because it was not calm.
    # A situation bulletin is owed a day from then.
    assert await owed(story) == {
        "situation": "Wed 11-25 00:00", "reply": "Fri 11-27 00:00", "resolve": "Fri 11-27 00:00",
        "material": "Mon 11-23 13:00, Mon 11-23 13:00",  # two hours, to each of the two superiors
    }  # fmt: skip


async def test_it_never_falls(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "热度 1 阅读 3000")
    await story.say("zhou", "热度 1 阅读 1000")
    assert (await story.incident()).tier == "critical"


@pytest.mark.demand("company.grows")
async def test_what_does_not_calm_becomes_major_by_itself(story: Story) -> None:
    await published(story)
    await story.until(monday("23:59", 3))
    assert (await story.incident()).tier == "general"
    sent = await story.until(monday("07:00", 4))  # three days end at 24:00; announced in the morning
    assert dated_pings(sent, "自动升级") == [("Fri 11-27 07:00", "wang", "qian", "zhao", "li")]
    assert (await story.incident()).tier == "major"
    assert await state(story, "calm") == "waived"
    # Two hours after the rise, to each of the two superiors.
    assert (await owed(story))["material"] == "Fri 11-27 09:00, Fri 11-27 09:00"


async def test_it_rises_by_one_tier_though_two_processes_raise_it(story: Story) -> None:
    await published(story)
    duty = await Duty.get(kind="calm")
    now = duty.due_at + timedelta(hours=8)
    rows = [row for row in await duties.due([duty.id], now) if row.id == duty.id]
    office = story.bot.office
    done = await asyncio.gather(*(tier_rise.on_due(office, rows[0], now) for _ in range(3)))
    assert sorted(done, key=str) == [None, None, []]
    assert (await story.incident()).tier == "major"


async def test_the_desk_is_asked_whether_it_has_calmed(story: Story) -> None:
    await published(story)
    await story.until(monday("10:00", 2))
    await story.say("li", "续报 1 还有人在转")
    sent = await story.until(monday("21:00", 3))
    # The department owes the result, the desk calm, and its look of Thursday.
    assert dated_pings(sent) == [("Thu 11-26 20:00", "wang", "li")]
    assert "平息了请回复：平息 1 依据" in sent[0].text


@pytest.mark.demand("company.summary")
async def test_calm_in_time_it_stays_general(story: Story) -> None:
    await published(story)
    await calmed(story)
    assert await state(story, "calm") == "met"
    # Monday and three days, for the result and for the summary of the whole.
    assert await owed(story) == {"resolve": "Fri 11-27 00:00", "summary": "Fri 11-27 00:00"}
    await story.until(monday("23:00", 9))
    assert (await story.incident()).tier == "general"


@pytest.mark.demand("company.tracked")
async def test_a_result_does_not_end_the_watch(story: Story) -> None:
    await published(story)
    await story.say("wang", "办结 1 已停用该批次并更换供货商")
    assert await owed(story) == {"track": "Wed 11-25 00:00", "calm": "Fri 11-27 00:00"}
    await calmed(story)
    await story.say("li", "总结 1 起因、经过、评估")
    assert await owed(story) == {}
    assert await story.advance("200h") == []


async def test_once_published_the_result_and_calm_are_owed(story: Story) -> None:
    await published(story)
    # A look is owed a day after the answer: Tuesday 24:00.
    assert await owed(story) == {"track": "Wed 11-25 00:00", "resolve": "Fri 11-27 00:00", "calm": "Fri 11-27 00:00"}


async def test_a_missed_answer_is_the_department_s(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "平息 1 没有人再说起")
    story.expect("还没有公开答复，不能算平息")
    assert dated_pings(await story.until(monday("21:00", 3)), "【答复】") == [("Thu 11-26 20:00", "wang", "li")]


async def test_a_missed_result_climbs_the_ladder(story: Story) -> None:
    await published(story)
    await calmed(story)
    await story.say("li", "总结 1 起因、经过、评估")
    sent = await story.until(monday("12:30", 5))
    # Due Thursday 24:00.
    assert dated_pings(sent) == [
        ("Thu 11-26 20:00", "wang"),  # -4h
        ("Thu 11-26 22:00", "wang"),  # -1h is 23:00
        ("Fri 11-27 07:00", "wang", "feng", "qian"),  # 0 and +4h
        ("Fri 11-27 12:00", "wang"),
        ("Sat 11-28 07:00", "wang", "zhao"),  # +1d
    ]
    assert [stamp(one.at) for one in sent if "列入通报" in one.text] == ["Sat 11-28 07:00"]


async def test_major_waits_for_the_morning(story: Story) -> None:
    await published(story)
    await story.say("li", "升级 1 重大 媒体来电")
    await told_above(story)
    await calmed(story)
    await story.say("li", "总结 1 起因、经过、评估")
    assert dated_pings(await story.until(monday("07:30", 4)))[-2:] == [
        ("Thu 11-26 22:00", "wang"),
        ("Fri 11-27 07:00", "wang", "feng", "qian"),
    ]


async def test_critical_is_chased_at_any_hour(story: Story) -> None:
    await published(story)
    await story.say("li", "升级 1 特别重大 央媒报道")
    await told_above(story)
    await calmed(story)
    await story.say("li", "总结 1 起因、经过、评估")
    assert dated_pings(await story.until(monday("08:30", 4))) == [
        ("Thu 11-26 20:00", "wang"),
        ("Thu 11-26 23:00", "wang"),
        ("Fri 11-27 00:00", "wang", "feng"),
        ("Fri 11-27 04:00", "wang", "qian"),
        ("Fri 11-27 08:00", "wang"),
    ]


async def test_raised_in_the_night_it_is_chased_in_the_night(story: Story) -> None:
    await published(story)
    await story.until(monday("22:30", 3))
    await story.say("li", "升级 1 特别重大 央媒报道")
    await told_above(story)
    assert dated_pings(await story.until(monday("00:30", 4)), "【办结】")[-1:] == [("Fri 11-27 00:00", "wang", "feng")]


async def test_a_promise_is_owed(story: Story) -> None:
    await story.opened()
    await story.say("wang", DATED.replace("26日", "25日"))
    await story.say("qian", "同意 1")
    await story.say("zhou", f"已发布 1 {PROOF}")
    assert (await owed(story))["promise"] == "Thu 11-26 00:00"


async def test_the_chief_signs_too_the_head_does_not(story: Story) -> None:
    await story.opened()
    await story.say("wang", DATED)
    story.expect("审批", pinged="qian")
    await story.say("feng", "同意 1")
    story.expect("没有审批权限")
    await story.say("zhao", "同意 1")
    story.expect("赵校长 同意发布")


async def test_nothing_is_put_off(story: Story) -> None:
    await published(story)
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("时限不能延期")


async def test_what_has_no_clock(story: Story) -> None:
    regime = regime_of(story)
    assert (regime.name, regime.title, regime.keeps) == ("company", {"zh": "企业", "en": "Company"}, "3 years")
    assert [(rule.kind, rule.owner, rule.to) for rule in regime.duty] == [
        ("assign", "desk", ()), ("reply", "department", ("office",)), ("resolve", "department", ("office",)),
        ("track", "desk", ()), ("situation", "desk", ("leader", "chief")), ("summary", "desk", ("leader", "chief")),
    ]  # fmt: skip


async def test_a_major_matter_goes_to_the_superiors_with_material(story: Story) -> None:
    await story.opened()
    assert "material" not in await owed(story)
    await story.say("li", "升级 1 重大 媒体来电")
    assert (await owed(story))["material"] == "Mon 11-23 12:05, Mon 11-23 12:05"
    await story.say("wang", "已报 1 区教育局 书面 育字〔2026〕5号")
    story.expect("按规则由值守台")
    await story.say("li", "已报 1 区教育局 书面 育字〔2026〕5号")
    story.expect("还要反馈：书面材料 区网信办")
    assert (await owed(story))["material"] == "Mon 11-23 12:05"
    await story.say("li", "为何 1")
    story.expect("报区网信办：规则“2小时”")
    await story.until(monday("12:06"))
    story.expect("【书面材料（区网信办）】已到时限", pinged="li")


@pytest.mark.demand("company.spokesman")
async def test_one_spokesman_says_what_was_signed(story: Story) -> None:
    await story.acknowledged()
    await story.say("qian", "发言人 1 孙副校长")
    await story.say("zhou", "媒体询问 1 晨报问检测结果何时公布")
    await story.say("sun", "答媒体 1 检测结果周五公布。")
    story.expect("还没有审定的口径，没有办理")
    await story.say("zhou", "口径 1 检测结果周五公布。")
    await story.say("qian", "同意 1")
    story.expect("同意口径第 1 稿", pinged="sun")
    await story.say("zhou", "答媒体 1 检测结果周五公布。")
    story.expect("对外由 孙副校长 一人发言")
    await story.say("sun", "答媒体 1 检测结果周五公布。")
    story.expect("已答媒体询问 1")


async def test_of_two_reports_due_together_each_body_is_named(story: Story) -> None:
    await story.acknowledged()
    await story.say("li", "升级 1 重大 有人受伤")
    await story.until(monday("12:30"))
    asked = story.expect("【", pinged="li").text
    for body in ("区教育局", "区网信办"):
        assert f"请报{body}，再回复：已报 1 {body}" in asked
