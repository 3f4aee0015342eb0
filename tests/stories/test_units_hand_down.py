"""The office hands a matter down to a unit: own limit, acknowledgement, a proven report, reminders that climb."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Duty
from tests.support.story import monday
from tests.support.units import SECOND, Units, units

ORDER = "交办 1 第二小学 周三17点前 查清楼道积水原因并整改"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        await begun.opened()
        yield begun


@pytest.mark.demand("E")
async def test_the_unit_hears_of_it_in_its_group_and_owes_both(story: Units) -> None:
    await story.say("sun", ORDER)
    assert "签收 1" in story.heard("s2")
    assert "交办报告 1" in story.heard("s2")
    report = await story.duty("unit report")
    assert (report.owner, report.due_at.astimezone(story.now.tzinfo)) == (f"department:{SECOND}", monday("17:00", 2))
    assert (await story.duty("acknowledge")).state == "open"
    row = await story.incident()
    assert (row.unit, row.department) == (None, SECOND)


async def test_reminders_climb_from_liaison_to_head_to_the_offices_leader(story: Units) -> None:
    await story.say("sun", ORDER)
    await story.at("s2", "l2", "签收 1")
    sent = await story.until(monday("22:00", 2))
    told = {id for one in sent if "交办报告" in one.text for id in one.say.mentions}
    assert {"l2", "h2", "sun"} <= told
    called = [one for one in sent if one.conversation == "work" and "sun" in one.say.mentions]
    assert called
    assert any(one.conversation == "s2" and "l2" in one.say.mentions for one in sent)


async def test_why_names_the_limit_that_the_office_set(story: Units) -> None:
    await story.say("sun", ORDER)
    await story.at("s2", "l2", "为何 1")
    assert "办公室交办的时限“周三17点前”" in story.heard("s2")


@pytest.mark.demand("E")
async def test_only_a_proven_report_of_the_unit_meets_it(story: Units) -> None:
    await story.say("sun", ORDER)
    await story.at("s2", "l2", "交办报告 1 都弄好了")
    assert "依据" in story.heard("s2")
    await story.say("wang", "交办报告 1 已整改，总务〔2026〕9号")
    assert "第二小学的人来报" in story.heard("work")
    assert (await story.duty("unit report")).state == "open"
    await story.at("s2", "l2", "交办报告 1 已整改，二小函〔2026〕3号")
    assert "二小函〔2026〕3号" in story.heard("work")
    assert (await story.duty("unit report")).state == "met"


async def test_the_report_stays_owed_after_the_end_and_a_reopening(story: Units) -> None:
    await story.say("sun", ORDER)
    await story.at("s2", "l2", "签收 1")
    await story.at("s2", "l2", "拟复 1 经核实，已更换筛网，留样检测合格，不再有异物。")
    await story.at("s2", "h2", "同意 1")
    await story.at("s2", "l2", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.at("s2", "l2", "办结 1 已更换筛网")
    assert (await story.incident()).stage == "resolved"
    assert (await story.duty("unit report")).state == "open"
    await story.say("sun", "重办 1 又有家长反映")
    assert await Duty.filter(kind="unit report", state="open").count() == 1
    await story.at("s2", "l2", "交办报告 1 已整改，二小函〔2026〕3号")
    assert await Duty.filter(kind="unit report", state="open").count() == 0


async def test_said_with_a_preposition_it_is_the_same(story: Units) -> None:
    await story.say("sun", "交办 1 给第二小学 3个工作日内 查清原因")
    assert (await story.duty("unit report")).owner == f"department:{SECOND}"


async def test_handed_down_answers_what_was_handed_up(story: Units) -> None:
    await story.at("s1", "l1", "@回音 上报 家长反映第二小学的车停满了我校门口，希望说明情况")
    await story.at("s1", "l1", "上交 2 涉及第二小学")
    await story.say("li", "交办 2 第二小学 2个工作日内 查明并答复")
    row = await story.incident(2)
    assert (row.unit, row.department) == ("实验小学", SECOND)
    assert (await story.duty("handed up", 2)).state == "met"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("交办 1 第二小学 查清原因", "没有看到第二小学的时限"),
        ("交办 1 第二小学 11-20前 查清原因", "已经过了"),
        ("交办 1 第三小学 周三17点前 查清原因", "已停用"),
    ],
)
async def test_what_cannot_be_is_refused_with_the_remedy(tmp_path: Path, redis: Redis, words: str, answer: str) -> None:
    async with units(tmp_path, redis, suspended={"s3": True}) as story:
        await story.opened()
        await story.say("sun", words)
        story.expect(answer)
        assert await Duty.filter(kind="unit report").count() == 0


async def test_a_suspended_unit_is_given_nothing_in_any_way(tmp_path: Path, redis: Redis) -> None:
    async with units(tmp_path, redis, suspended={"s3": True}) as story:
        await story.say("zhou", "@回音 上报 家长反映第三小学操场积水，希望学校说明情况 @第三小学")
        assert (await story.incident()).department != "第三小学"
        for words in ("改派 1 第三小学", "批办 1 第三小学 3天 请查明原因", "牵头 1 第三小学"):
            await story.say("sun", words)
            assert (await story.incident()).department != "第三小学"
            story.expect("已停用")
        await story.at("s3", "l3", "@回音 上报 家长反映车棚漏雨，希望学校说明情况")
        row = await story.incident(2)
        assert (row.unit, row.department) == ("第三小学", None)


async def test_two_orders_at_once_are_one(story: Units) -> None:
    await story.say("sun", ORDER)
    await story.say("li", ORDER)
    story.expect("已经交办第二小学")
    assert await Duty.filter(kind="unit report").count() == 1


async def test_a_unit_hands_nothing_down(story: Units) -> None:
    await story.at("s2", "h2", "@回音 上报 家长反映第二小学操场积水，希望学校说明情况")
    await story.at("s2", "h2", "交办 2 第三小学 周三17点前 查清原因")
    assert await Duty.filter(kind="unit report").count() == 0


@pytest.mark.parametrize(
    "words",
    [
        "已受理并正在调查", "已受理并正在调查，二小函〔2026〕3号", "流水线还没整改", "收到，第1号",
        "收到，二小函〔2026〕3号", "第1号", "第3号楼食堂已整改", "待整改，编号：A1234",
        "拒绝整改，二小函〔2026〕2号",
    ],
)  # fmt: skip
async def test_made_up_or_unfinished_it_meets_nothing(story: Units, words: str) -> None:
    await story.say("sun", ORDER)
    await story.at("s2", "l2", f"交办报告 1 {words}")
    assert (await story.duty("unit report")).state == "open"


@pytest.mark.parametrize("words", ["已更换第3号楼筛网，流水号：A12", "已整改二小函第3号", "已整改，编号 A1234"])
async def test_with_a_number_and_a_result_it_is_met(story: Units, words: str) -> None:
    await story.say("sun", ORDER)
    await story.at("s2", "l2", f"交办报告 1 {words}")
    assert (await story.duty("unit report")).state == "met"


async def test_after_the_end_it_says_what_was_done(story: Units) -> None:
    await story.say("sun", ORDER)
    await story.at("s2", "l2", "签收 1")
    await story.at("s2", "l2", "拟复 1 经核实，已更换筛网，留样检测合格，不再有异物。")
    await story.at("s2", "h2", "同意 1")
    await story.at("s2", "l2", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.at("s2", "l2", "办结 1 已更换筛网")
    for words in ("收到", "已受理并正在调查"):
        await story.at("s2", "l2", f"交办报告 1 {words}")
        assert "写办了什么" in story.heard("s2")
        assert (await story.duty("unit report")).state == "open"
    await story.at("s2", "l2", "交办报告 1 已更换筛网")
    assert (await story.duty("unit report")).state == "met"


async def test_of_merged_orders_a_report_meets_one(story: Units) -> None:
    await story.say("sun", ORDER)
    await story.advance("1m")
    await story.say("zhou", "@回音 操场积水没人管 https://weibo.com/1/Zz9")
    await story.say("sun", "交办 2 第二小学 周四17点前 查清操场积水原因并整改")
    await story.say("li", "2 并入 1")
    await story.at("s2", "l2", "交办报告 1 已整改，二小函〔2026〕3号")
    assert "还欠 2 份交办报告" in story.heard("s2")
    assert await Duty.filter(kind="unit report", state="met").count() == 0
    await story.at("s2", "l2", "交办报告 1 11-26 已整改，二小函〔2026〕3号")
    [left] = await Duty.filter(kind="unit report", state="open")
    assert left.due_at == monday("17:00", 2)
    await story.at("s2", "l2", "交办报告 1 已整改，二小函〔2026〕4号")
    assert await Duty.filter(kind="unit report", state="open").count() == 0


async def test_nobody_strikes_it_out_before_the_report(story: Units) -> None:
    await story.say("sun", ORDER)
    await story.say("li", "误报 1 内容不实")
    story.expect("已交办第二小学，报告还没有来，不能作误报撤件")


async def test_handed_down_while_a_withdrawal_waits_it_stays_owed(story: Units) -> None:
    await story.say("li", "误报 1 不是我们学校")
    await story.say("sun", ORDER)
    await story.say("qian", "同意撤件 1")
    assert (await story.duty("unit report")).state == "open"


@pytest.mark.parametrize(("taker", "by", "where"), [("李主任", "li", "work"), ("张平", "l2", "s2")])
async def test_authority_to_sign_is_none_to_report_for_the_unit(story: Units, taker: str, by: str, where: str) -> None:
    await story.opened()
    await story.say("sun", "交办 1 实验小学 周三17点前 查清原因并整改")
    await story.at("s1", "h1", f"授权 {taker} 3天")
    await story.at(where, by, "交办报告 1 已更换筛网，实小函〔2026〕3号")
    assert await Duty.filter(kind="unit report", state="open").exists()


async def test_on_leave_somebody_of_the_office_reports_for_the_head(story: Units) -> None:
    await story.opened()
    await story.say("sun", "交办 1 实验小学 周三17点前 查清原因并整改")
    await story.at("s1", "h1", "请假 至 周五 由 李主任 代")
    await story.say("li", "交办报告 1 已更换筛网，实小函〔2026〕3号")
    assert not await Duty.filter(kind="unit report", state="open").exists()


@pytest.mark.parametrize("person", ["li", "sun", "zhao", "zhou"])
@pytest.mark.parametrize("words", ["帮助", "帮助 全部"])
async def test_the_help_shows_who_may_how_it_is_said(story: Units, person: str, words: str) -> None:
    await story.say(person, f"@回音 {words}")
    line = next(one for one in story.heard("work").splitlines() if "交办下属单位" in one)
    assert "交办 12 实验小学 周三17点前" in line


@pytest.mark.parametrize("person", ["l2", "h2"])
async def test_the_help_shows_a_unit_how_to_answer(story: Units, person: str) -> None:
    await story.at("s2", person, "@回音 帮助")
    heard = story.heard("s2")
    assert "交办报告 12" in heard
    assert "上交 12" in heard
    assert "交办下属单位" not in heard
