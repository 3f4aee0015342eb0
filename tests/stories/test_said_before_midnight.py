"""What is said before midnight and handled after it, after a fault, means the days of when it was said.

Everything is said on Monday at 23:50 and handled on Tuesday at 00:30.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec import json
from msgspec.structs import replace
from redis.asyncio import Redis

from storage import key_periods, overruns
from storage.tables import Delegation, Duty, Event, Holding, Overrun, Post, Swap
from tests.stories.test_on_duty import TEAMS, WEB
from tests.stories.test_said_in_time import message
from tests.support.regime import local, stamp
from tests.support.story import BotMessage, Story, demonstration, new_story

SAID, HANDLED = local("2026-11-23 23:50"), local("2026-11-24 00:30")
NEW = "@回音 热水时有时无 https://weibo.com/1234567890/Zz1cD2eF4"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    """Matter 1 was opened at 23:40. On duty from 08:00: Zhou on Monday, Li on Tuesday, Chen on Wednesday."""
    config = demonstration(tmp_path, **{WEB: TEAMS})
    async with new_story(tmp_path, redis, local("2026-11-23 23:40"), config=config) as started:
        await started.opened()
        yield started


async def handled_late(story: Story, by: str, words: str) -> list[BotMessage]:
    """Let somebody speak at 23:50 to a bot that is away until 00:30; return its answers."""
    assert story.bot.local
    await story.until(SAID)
    await story.bot.local.say(by, words)
    story.clock.set(HANDLED)
    return await story.settle()


def is_at(at: datetime | None, expected: str) -> bool:
    return at is not None and stamp(at) == expected


async def due(kind: str) -> str:
    duty = await Duty.filter(kind=kind, state="open").order_by("-id").first()
    assert duty
    return stamp(duty.due_at)


LIMITS = (
    ("li", "整改 1 总务处 明天17点前 更换冷链车", "action", "Tue 11-24 17:00"),
    ("li", "整改 1 总务处 2天 更换冷链车", "action", "Thu 11-26 00:00"),
    ("qian", "批办 1 总务处 明天17点前 请查明原因", "resolve", "Tue 11-24 17:00"),
    ("li", "交办 教育局 教办函〔2026〕31号 明天17点前 家长反映校车晚点", "superior", "Tue 11-24 17:00"),
    ("li", "交办 1 教育局 教办函〔2026〕31号 明天前", "superior", "Wed 11-25 00:00"),
)


@pytest.mark.parametrize(("by", "words", "kind", "expected"), LIMITS, ids=[words for _, words, *_ in LIMITS])
async def test_a_limit_is_on_the_day_that_was_meant(
    story: Story, by: str, words: str, kind: str, expected: str
) -> None:
    await handled_late(story, by, words)
    assert await due(kind) == expected


async def test_a_meeting_is_on_the_day_that_was_meant(story: Story) -> None:
    await handled_late(story, "li", "会商 1 明天15:00 第一会议室 王强 研究处置")
    assert is_at((await story.duty("minutes")).started_at, "Tue 11-24 15:00")


async def test_what_a_meeting_decides_is_due_on_the_day_that_was_meant(story: Story) -> None:
    await story.say("li", "会商 1 今天23:45 第一会议室 王强 研究处置")
    await handled_late(story, "li", "纪要 1 到会两人，同意更换。\n决定：总务处 明天17点前 更换冷链车")
    assert await due("action") == "Tue 11-24 17:00"


@pytest.mark.parametrize("words", ["委托 办公室 到明天", "请假 至 明天 由 孙副校长 代", "授权 办公室 1天"])
async def test_nobody_acts_for_others_longer_than_was_said(story: Story, words: str) -> None:
    await handled_late(story, "qian", words)
    assert [stamp(row.until) for row in await Delegation.all()] == ["Wed 11-25 00:00"]


@pytest.mark.parametrize("words", ["重点时段 今天至明天 校庆", "重点时段 明天 校庆"])
async def test_a_key_period_that_began_meanwhile_begins_now(story: Story, words: str) -> None:
    await handled_late(story, "li", words)
    [row] = await key_periods.every()
    assert (stamp(row.since), stamp(row.until)) == ("Tue 11-24 00:30", "Wed 11-25 00:00")


async def test_a_draft_promises_the_day_that_was_meant(story: Story) -> None:
    await handled_late(story, "wang", "拟复 1 已封存留样送检，检测结果将于明天公布。")
    assert "11-24（周二）24:00" in story.expect("检测结果将于明天公布", pinged="qian").text


@pytest.mark.parametrize(
    ("by", "words", "expected"),
    [("li", "换班 明天 周晓", "Tue 11-24 08:00"), ("zhou", "换班 今天 李主任", "Mon 11-23 08:00")],
)
async def test_a_swap_is_of_the_day_that_was_meant(story: Story, by: str, words: str, expected: str) -> None:
    await handled_late(story, by, words)
    assert [stamp(row.shift_at) for row in await Swap.all()] == [expected]


async def test_an_extension_is_until_the_day_that_was_meant_whatever_was_done_since(story: Story) -> None:
    assert story.bot.local
    await story.say("wang", "签收 1")
    await story.say("qian", "批办 1 明天17点前 请查明原因")
    await story.until(SAID)
    await story.bot.local.say("wang", "延期 1 到明天 等检测报告")  # the day on which it is due anyway
    story.clock.set(HANDLED)
    await Duty.filter(kind="acknowledge").update(met_at=HANDLED)  # a colleague's deed, which was handled first
    await story.settle()
    story.expect("请写明延多久")


async def test_a_report_back_was_made_on_the_day_it_was_said(story: Story) -> None:
    await story.say("li", "交办 1 教育局 教办函〔2026〕31号 11-30前")
    await handled_late(story, "li", "已报 1 教育局 书面 育字〔2026〕5号 正在调查")
    [event] = await Event.filter(kind="reported back")
    assert json.decode(event.data)["on"] == "2026-11-23"


@pytest.mark.parametrize(
    ("words", "told"), [("今日", "情况（昨日）"), ("台账 今日", "台账（昨日，"), ("日报 今日", "日报（昨日）")]
)
async def test_figures_are_of_the_day_that_was_asked_for(story: Story, words: str, told: str) -> None:
    await handled_late(story, "li", words)
    assert "收 1" in story.expect(told).text


async def test_a_post_was_found_when_it_was_forwarded(story: Story) -> None:
    await handled_late(story, "zhou", "@回音 热水时有时无，今天 20:15 发布 https://weibo.com/1234567890/Zz1cD2eF4")
    row = await story.incident(2)
    [post] = await Post.filter(incident_id=2)
    reply = await story.duty("reply", 2)
    assert (row.found_at, post.found_at, reply.started_at) == (SAID, SAID, SAID)
    assert is_at(row.posted_at, "Mon 11-23 20:15")
    assert is_at(reply.due_at, "Tue 11-24 01:50")  # the day is over in ten minutes: two hours are the least


async def test_a_post_of_which_the_day_is_over_is_late_from_the_start(story: Story) -> None:
    await story.until(HANDLED)
    await story.deliver(replace(message(local("2026-11-23 21:00"), NEW), sender="zhou"))
    story.expect("【当日回复】已超时 30分钟（原定 11-23（周一）24:00）", pinged="wang")
    assert is_at((await story.duty("reply", 2)).due_at, "Tue 11-24 00:00")
    await overruns.record(story.clock.now())
    assert (await Overrun.get(incident_id=2, kind="reply")).owner == "desk"  # its department could not know of it
    held = [(one.holder, one.since, one.until) for one in await Holding.filter(incident_id=2).order_by("id")]
    found, handled = local("2026-11-23 21:00"), held[0][2]
    assert held == [("desk", found, handled), ("department:总务处", handled, None)]


PASSED = (
    ("li", "整改 1 总务处 今天前 更换冷链车", "“今天前”已经过了，没有办理。请写以后的时间"),
    ("qian", "批办 1 总务处 今天前 请查明原因", "时限“今天前”已过或算不出日子，没有批办"),
    ("li", "交办 教育局 教办函〔2026〕31号 今天前 家长反映校车晚点", "时限（11-23（周一）24:00）已经过了"),
    ("li", "会商 1 今天23:58 第一会议室 王强", "11-23（周一）23:58 已经过了"),
    ("qian", "委托 办公室 到今天", "11-23（周一）24:00 已经过了，没有授权。请写以后的时间"),
    ("qian", "请假 至 今天 由 孙副校长 代", "11-23（周一）24:00 已经过了，没有请假。请写以后的时间"),
    ("li", "重点时段 今天 校庆", "已经过去，没有办理。请写以后的日期"),
    ("wang", "拟复 1 已封存留样送检，检测结果将于今天公布。", "“今天”已经过了（今天是 2026年11-24（周二）），先不送审"),
)


@pytest.mark.parametrize(("by", "words", "told"), PASSED, ids=[words for _, words, _ in PASSED])
async def test_a_time_that_has_passed_meanwhile_is_asked_for_again(
    story: Story, by: str, words: str, told: str
) -> None:
    await handled_late(story, by, words)
    story.expect(told)
    assert not await Delegation.all()
    assert not await key_periods.every()
    assert not await Duty.filter(kind__in=("action", "minutes", "superior")).exists()


async def test_a_platforms_time_moves_a_find_by_a_day_at_most(story: Story) -> None:
    await story.until(HANDLED)
    await story.deliver(replace(message(HANDLED - timedelta(days=9), NEW), sender="zhou"))
    assert (await story.incident(2)).found_at == HANDLED - timedelta(days=1)


@pytest.mark.parametrize(
    ("by", "words", "told"),
    [
        (
            "qian",
            "@huiyin delegate office until today",
            "has passed; nothing changed. Please name a later time: delegate",
        ),
        (
            "qian",
            "@huiyin leave until today, deputy sun",
            "has passed; nothing changed. Please name a later time: leave",
        ),
        ("li", "key period today anniversary", "has passed; nothing was done. Please name later days: key period"),
        ("li", "today", "(yesterday)"),
    ],
)
async def test_english_says_the_same(english: Story, by: str, words: str, told: str) -> None:
    await handled_late(english, by, words)
    english.expect(told)
    assert not await Delegation.all()
