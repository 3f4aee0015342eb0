"""A date that a published reply gives is kept by a further publication, or moved once in public; words keep nothing."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Duty, Event
from tests.support.regime import local
from tests.support.story import SHANGHAI, Story, monday, new_story

LATER = "检测仍需时间，结果改为12月1日前公布。"
KEPT = "检测合格，报告已贴在食堂公告栏。"


async def promises() -> list[tuple[str, str]]:
    rows = await Duty.filter(kind="promise").order_by("due_at", "id")
    return [(f"{row.due_at.astimezone(SHANGHAI):%m-%d}", row.state) for row in rows]


async def test_a_final_publication_keeps_it(story: Story) -> None:
    await story.published()
    await story.answer(text=KEPT)
    story.expect("承诺 11-26（周四）24:00 已公开兑现")
    assert await promises() == [("11-27", "met")]


@pytest.mark.parametrize(
    "words",
    [
        "续报 1 检测合格，结果已公布", "备注 1 检测合格", "办结 1 已回复家长检测结果", "办结 1 检测合格，结果已公布",
        "平息 1", "办结 1 已回复",
    ],
)  # fmt: skip
async def test_words_in_the_group_keep_nothing(story: Story, words: str) -> None:
    await story.published()
    await story.say("wang", words)
    assert await promises() == [("11-27", "open")]
    assert (await story.incident()).stage == "replied"


async def test_the_result_names_the_promise_that_is_open(story: Story) -> None:
    await story.published()
    await story.say("wang", "办结 1 检测合格，结果已公布")
    story.expect("对公众的承诺（11-26（周四）24:00）还没有公开兑现，不能办结。请把结果公布出来：拟复 1 结果")


async def test_a_publication_without_a_result_keeps_nothing(story: Story) -> None:
    await story.published()
    await story.answer(text="我们正在等检测报告，请耐心等待。")
    story.expect("承诺 11-26（周四）24:00 还没有公开兑现")
    assert await promises() == [("11-27", "open")]


async def test_a_later_date_moves_it_once_with_the_leaders_word(story: Story) -> None:
    await story.published()
    await story.say("wang", f"拟复 1 {LATER}")
    story.expect("原来的承诺由 11-26（周四）24:00 改到 12-01（周二）24:00（只能改一次）", pinged="qian")
    assert await promises() == [("11-27", "open")]
    await story.say("qian", "同意 1")
    await story.publish()
    story.expect("承诺由 11-26（周四）24:00 改到 12-01（周二）24:00，不能再改")
    assert await promises() == [("12-02", "open")]
    assert await Event.filter(kind="promise moved").exists()


async def test_moving_it_again_needs_the_chief(story: Story) -> None:
    await story.published()
    await story.answer(text=LATER)
    await story.say("wang", "拟复 1 检测仍需时间，结果改为12月3日前公布。")
    story.expect("承诺已改过一次，再改须由主要领导签字", pinged="qian")
    await story.advance("2m")
    await story.say("qian", "同意 1")
    story.expect("请继续审批", pinged="zhao")
    await story.publish()
    story.expect("还在等领导审批")
    await story.say("qian", "同意 1")
    assert (await story.incident()).holder == "approver:zhao"
    await story.say("zhao", "同意 1")
    await story.publish()
    assert await promises() == [("12-04", "open")]


async def test_the_chief_who_signs_in_the_leaders_place_signs_once(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "拟复 1 操场改造12月20日前完成。")
    await story.say("zhao", "同意 1")
    story.expect("同意发布", pinged="wang")


async def test_once_it_has_run_out_it_is_moved_no_more(story: Story) -> None:
    await story.published()
    await story.until(monday("10:00", 4))
    await story.say("wang", f"拟复 1 {LATER}")
    story.expect("原来的承诺 11-26（周四）24:00 已过期，这一稿没有写出结果，不算兑现，也不能再改期")
    await story.say("qian", "同意 1")
    await story.publish()
    assert await promises() == [("11-27", "open"), ("12-02", "open")]
    await story.answer(text=KEPT)
    assert [state for _, state in await promises()] == ["met", "met"]
    assert (await Duty.get(kind="promise", due_at__lt=story.clock.now())).met_at == story.clock.now()


async def test_a_date_that_is_said_again_stays_and_is_not_owed_twice(story: Story) -> None:
    await story.drafted("检测结果11月26日前公布，整改12月2日前完成。")
    await story.say("qian", "同意")
    await story.publish()
    await story.answer(text="检测合格，报告已贴在食堂公告栏；整改12月2日前完成。")
    assert await promises() == [("11-27", "met"), ("12-03", "open")]
    await story.say("wang", "办结 1 检测合格，结果已公布")
    story.expect("12-02（周三）24:00")


async def test_the_same_publication_reported_twice_opens_nothing(story: Story) -> None:
    await story.published()
    await story.publish()
    assert await promises() == [("11-27", "open")]


async def test_a_promise_beyond_the_regimes_bound_needs_the_chief(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "拟复 1 操场改造12月20日前完成。")
    story.expect("承诺超过 15天，须由主要领导签字", pinged="qian")
    await story.say("qian", "同意 1")
    story.expect("请继续审批", pinged="zhao")
    assert (await story.duty("reply")).state == "open"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("已送检，11月20日前公布结果。", "“11月20日前”已经过了（今天是 2026年11-23（周一））"),
        ("11月26日（周五）前公布结果。", "“11月26日（周五）前”与写的星期对不上：2026年11-26（周四）"),
        ("11月31日前公布结果。", "没有“11月31日”这一天"),
        ("将于2025年12月1日前完成。", "“2025年12月1日前”已经过了"),
        ("We will publish it by 20 November.", "已经过了"),
    ],
)
async def test_a_date_that_cannot_be_meant_is_asked_back(story: Story, words: str, told: str) -> None:
    await story.acknowledged()
    await story.say("wang", f"拟复 1 {words}")
    story.expect(told)
    assert (await story.incident()).holder == "department:总务处"


async def test_last_week_is_no_promise(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, local("2026-12-01 10:05")) as story:
        await story.acknowledged()
        await story.say("wang", "拟复 1 已送检，11月26日前公布结果。")
        told = story.expect("“11月26日前”已经过了（今天是 2026年12-01（周二）），先不送审")
        assert "请写今后的日期，是别的年份的请写明年份后再发：拟复 1" in told.text


async def test_another_year_is_written_out(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, local("2026-12-28 10:05")) as story:
        await story.acknowledged()
        await story.say("wang", "拟复 1 检测结果1月5日前公布。")
        story.expect("承诺：1月5日前（2027-01-05（周二）24:00）")


async def test_a_reminder_says_how_to_keep_it(story: Story) -> None:
    await story.published()
    sent = await story.until(monday("23:59", 3))
    asked = [one.text for one in sent if "【承诺事项】" in one.text]
    assert asked
    assert "请把结果公布出来：拟复 1 结果" in asked[-1]
