"""What is said in time and handled late, after a fault, counts as done when it was said; nobody can date it back."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from handlers.commands import (
    acknowledge,
    approve,
    assign,
    bounce,
    check_in,
    extend,
    follow_up,
    instruct,
    progress,
    propose,
    publish,
    resolve,
    stand,
    verify,
)
from handlers.rules.language.messages import Message
from handlers.rules.time.said_at import LONGEST_UNDERWAY
from storage import overruns
from storage.tables import Duty, Overrun, Request
from tests.support.broken import broken, locked
from tests.support.regime import PROOF, under
from tests.support.story import FINAL, RESULT, Story, monday

LATE = timedelta(hours=2)
PAGE = "https://weibo.com/1234567890/Xy9zK8wQ9"


async def opened(story: Story) -> None:
    await story.opened()


async def promised(story: Story) -> None:
    await story.published()
    await story.say("wang", f"拟复 1 {FINAL}")
    await story.say("qian", "同意发布 1")


async def remedied(story: Story) -> None:
    await story.answered()
    await story.say("wang", f"办结 1 整改：更换供货商 {PROOF}")


async def raised(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 有人受伤")


async def watched(story: Story) -> None:
    await story.opened()
    await story.say("wang", "拟复 1 经查，已停用该批次，处理意见如下。")
    await story.say("feng", "同意 1")  # in a bureau the head finalises
    await story.publish()


async def calmed(story: Story) -> None:
    await watched(story)
    await story.say("zhou", "续报 1 没有新评论")
    await story.say("zhou", "平息 1 两天没有新评论")


async def unassigned(story: Story) -> None:
    await story.opened(f"@回音 网友反映一件小事 {PROOF}")


async def begun(story: Story) -> None:
    await story.settle()


class Words(NamedTuple):
    """Who says what, when what was done; the handler that a fault stops, and the duty that the words meet."""

    duty: str
    words: str
    by: str
    handler: ModuleType
    before: Callable[[Story], Awaitable[object]]
    regime: str = "standard"


MEETING = (
    Words("acknowledge", "签收 1", "wang", acknowledge, opened),
    Words("reply", f"已发布 1 {PAGE}", "zhou", publish, Story.approved),
    Words("promise", f"已发布 1 {PAGE}", "zhou", publish, promised),
    Words("resolve", f"办结 1 {RESULT}", "wang", resolve, Story.answered),
    Words("resolve", "同意 1", "qian", approve, remedied),
    Words("stand", "仍在 1", "zhou", stand, Story.closed),
    Words("report", "已报 1", "zhou", progress, opened, "bureau"),
    Words("summary", "总结 1 起因、经过、整改", "wang", progress, calmed, "bureau"),
    Words("track", "续报 1 没有新评论", "zhou", follow_up, watched, "bureau"),
    Words("situation", "舆情通报 1 评论区平稳", "li", progress, raised, "company"),
    Words("opinion", "拟办 1 请总务处核实", "li", propose, opened, "university"),
    Words("follow-up", "续报 1 伤者已送医", "wang", follow_up, raised, "bureau"),
    Words("assign", "改派 1 总务处", "li", assign, unassigned, "company"),
    Words("instruct", "批办 1 总务处 3天 请查明原因", "qian", instruct, opened, "university"),
    Words("verify", "核实 1 属实 加热环节有疏漏", "wang", verify, opened, "liaison-form"),
    Words("check-in", "巡查 无异常", "zhou", check_in, begun, "watch"),
    Words("daily report", "日报 今日两件", "zhou", check_in, begun, "watch"),
)
"""Every event that a regime's `met_by` can name, and the duties that no regime names."""


@pytest.fixture
async def story(request: pytest.FixtureRequest, tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    regime = getattr(request, "param", "standard")
    async with under(regime, tmp_path, redis, "2026-11-23 10:05") as started:
        yield started


async def handled_late(story: Story, handler: ModuleType, by: str, words: str, until: datetime) -> datetime:
    """Let somebody say words that storage, which is away, keeps from being handled until a moment; return when."""
    with broken(handler, locked()):
        said = story.clock.now()
        await story.say(by, words)
        await story.until(until)
        await overruns.record(story.clock.now())
    await story.jump(timedelta(seconds=31))
    return said


async def first_open(kind: str, now: datetime) -> Duty:
    duty = await Duty.filter(kind=kind, state="open", due_at__gt=now).order_by("due_at").first()
    assert duty
    return duty


@pytest.mark.parametrize(
    ("story", "one"), [(one.regime, one) for one in MEETING], indirect=["story"], ids=[one.duty for one in MEETING]
)
async def test_it_meets_what_was_due_after_it_was_said(story: Story, one: Words) -> None:
    await one.before(story)
    duty = await first_open(one.duty, story.clock.now())
    await story.until(duty.due_at - timedelta(minutes=1))
    said = await handled_late(story, one.handler, one.by, one.words, duty.due_at + LATE)
    after = await Duty.get(id=duty.id)
    assert (after.state, after.met_at) == ("met", said)
    assert not await Overrun.filter(duty=duty.id).exists()


@pytest.mark.parametrize(
    ("story", "one"), [(one.regime, one) for one in MEETING], indirect=["story"], ids=[one.duty for one in MEETING]
)
async def test_what_was_said_too_late_stays_late(story: Story, one: Words) -> None:
    await one.before(story)
    duty = await first_open(one.duty, story.clock.now())
    await story.until(duty.due_at + timedelta(minutes=1))
    if one.regime == "watch":
        await Duty.filter(incident_id=None, due_at__gt=story.clock.now()).delete()  # else it fills the next slot
    said = await handled_late(story, one.handler, one.by, one.words, duty.due_at + LATE)
    after = await Duty.get(id=duty.id)
    assert (after.state, after.met_at) == ("met", said)
    assert await Overrun.filter(duty=duty.id).exists()


async def test_the_answer_says_that_it_was_in_time(story: Story) -> None:
    await story.approved()
    duty = await first_open("reply", story.clock.now())
    await story.until(duty.due_at - timedelta(minutes=1))
    said = await handled_late(story, publish, "zhou", f"已发布 1 {PAGE}", duty.due_at + LATE)
    story.expect("按时完成")
    assert (await story.incident()).replied_at == said


async def test_an_extension_that_was_asked_for_in_time_is_put_to_the_leader(story: Story) -> None:
    await story.acknowledged()
    duty = await first_open("resolve", story.clock.now())
    await story.until(duty.due_at - timedelta(minutes=1))
    await handled_late(story, extend, "wang", "延期 1 2天 等检测报告", duty.due_at + LATE)
    assert await Request.filter(kind="extension", state="pending").exists()


async def test_an_extension_that_was_granted_in_time_leaves_no_overrun(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "延期 1 2天 等检测报告")
    duty = await first_open("resolve", story.clock.now())
    await story.until(duty.due_at - timedelta(minutes=1))
    await handled_late(story, approve, "qian", "同意 1", duty.due_at + LATE)
    assert (await Duty.get(id=duty.id)).due_at > duty.due_at
    assert not await Overrun.filter(duty=duty.id).exists()


async def test_a_matter_that_was_given_back_in_time_was_not_acknowledged_late(story: Story) -> None:
    await story.opened()
    duty = await first_open("acknowledge", story.clock.now())
    await story.until(duty.due_at - timedelta(minutes=1))
    await handled_late(story, bounce, "wang", "退单 1 不归我们管", duty.due_at + LATE)
    assert (await Duty.get(id=duty.id)).state == "waived"
    assert not await Overrun.filter(duty=duty.id).exists()


def message(said: datetime, text: str = "签收 1") -> Message:
    return Message(channel="local", id=text, conversation="work", sender="wang", sent_at=said, text=text)


@pytest.mark.parametrize(
    ("sent", "counts"),
    [
        (monday("10:06"), monday("11:00", 2) - LONGEST_UNDERWAY),
        (monday("10:30", 2), monday("10:30", 2)),
        (monday("11:00", 9), monday("11:00", 2)),
    ],
    ids=["long before", "a moment before", "in the future"],
)
async def test_the_platforms_time_is_believed_within_a_day_before_the_receipt(
    story: Story, sent: datetime, counts: datetime
) -> None:
    await story.opened()
    await story.until(monday("11:00", 2))
    await story.deliver(message(sent))
    assert (await story.duty("acknowledge")).met_at == counts
    assert await Overrun.filter(kind="acknowledge").exists()


async def test_nothing_is_met_before_it_began(story: Story) -> None:
    began = story.clock.now()
    await story.opened()
    await story.deliver(message(began - timedelta(minutes=20)))
    assert (await story.duty("acknowledge")).met_at == (await story.incident()).acknowledged_at == began


async def test_a_publication_counts_from_the_approval_of_what_it_publishes(story: Story) -> None:
    await story.drafted()
    duty = await first_open("reply", story.clock.now())
    await story.until(duty.due_at + timedelta(minutes=10))
    await story.say("qian", "同意")
    approved = story.clock.now()
    await story.deliver(replace(message(duty.due_at - timedelta(minutes=5), f"已发布 1 {PAGE}"), sender="zhou"))
    assert (await Duty.get(id=duty.id)).met_at == approved
    assert await Overrun.filter(duty=duty.id).exists()


async def test_of_several_matters_each_counts_from_its_own_last_deed(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 食堂没有热水 https://weibo.com/1234567890/Ab1cD2eF4")
    await story.advance("20m")
    said = story.clock.now()
    await story.advance("25m")
    await story.say("feng", "拟复 2 热水器已修好，11月26日前公布检修情况。")
    later = story.clock.now()
    await overruns.record(later)
    await story.deliver(message(said, "签收 1 2"))
    assert (await story.duty("acknowledge", 1)).met_at == said
    assert (await story.incident(1)).acknowledged_at == said
    assert not await Overrun.filter(incident_id=1, kind="acknowledge").exists()
    assert (await story.incident(2)).acknowledged_at == later
