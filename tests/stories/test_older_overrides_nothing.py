"""A decision that was said before the newest one on the same thing never overrides it, whichever is handled first."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from redis.asyncio import Redis

from handlers.commands import (
    approve,
    assign,
    bounce,
    delegate,
    escalate,
    instruct,
    kind,
    lead,
    leave,
    reply,
    swap,
    undo,
    verify,
)
from handlers.rules.language.messages import Message, Reply
from storage import audit, clock_doubts
from storage.tables import Delegation, Draft, Event, Inbox, Incident, Request, Swap
from tests.stories.test_on_duty import TEAMS, WEB
from tests.support.broken import broken, locked
from tests.support.story import Story, demonstration, new_story

DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    """A school whose desk has a roster: Zhou is on duty on Monday, Li on Tuesday, Chen on Wednesday."""
    async with new_story(tmp_path, redis, config=demonstration(tmp_path, **{WEB: TEAMS})) as started:
        await started.settle()
        yield started


async def _department() -> object:
    return (await Incident.get(number=1)).department


async def _kind() -> object:
    return (await Incident.get(number=1)).kind


async def _tier() -> object:
    return (await Incident.get(number=1)).tier


async def _verdict() -> object:
    return (await Incident.get(number=1)).verdict


async def _requests() -> object:
    return await Request.all().order_by("id").values_list("kind", "state", "decided_by")


async def _drafts() -> object:
    return await Draft.all().order_by("edition").values_list("text", flat=True)


async def _authority() -> object:
    return await Delegation.filter(ended_at=None).values_list("taker", "why")


async def _swaps() -> object:
    return await Swap.all().order_by("id").values_list("taker", "state")


class Race(NamedTuple):
    """What is said `before`; the older words, which a fault of storage holds up; the newer ones; what stays."""

    what: str
    before: Sequence[tuple[str, str]]
    handler: ModuleType
    older: tuple[str, str]
    newer: tuple[str, str]
    stays: Any


RACES = (
    Race("a no behind a yes", [("wang", DRAFT)], approve, ("qian", "不同意 1 语气生硬"), ("qian", "同意 1"), _requests),
    Race("a yes behind a no", [("wang", DRAFT)], approve, ("qian", "同意 1"), ("qian", "不同意 1 语气生硬"), _requests),
    Race("another's no", [("wang", DRAFT)], approve, ("zhao", "不同意 1 语气生硬"), ("qian", "同意 1"), _requests),
    Race("an assignment", [], assign, ("li", "改派 1 保卫处"), ("zhao", "改派 1 教务处"), _department),
    Race("an instruction", [], instruct, ("qian", "批办 1 保卫处 3天 请查明"), ("zhao", "改派 1 教务处"), _department),
    Race("an assignment behind an instruction", [], assign, ("li", "改派 1 保卫处"), ("qian", "批办 1 教务处 3天 查"),
         _department),
    Race("a kind", [], kind, ("li", "类别 1 意见建议"), ("zhou", "类别 1 信息失实"), _kind),
    Race("a tier", [], escalate, ("li", "升级 1 特别重大 有人受伤"), ("qian", "升级 1 重大 媒体来电"), _tier),
    Race("an undo", [("wang", DRAFT)], undo, ("qian", "撤回 1"), ("qian", "同意 1"), _requests),
    Race("an authority", [], delegate, ("qian", "授权 李主任 3天"), ("qian", "授权 孙副校长 3天"), _authority),
    Race("an authority that was ended", [("qian", "授权 李主任 1天")], delegate, ("qian", "授权 孙副校长 3天"),
         ("qian", "收回授权"), _authority),
    Race("a leave", [], leave, ("qian", "请假 至 后天 由 孙副校长 代"),
         ("qian", "请假 至 明天 由 李主任 代"), _authority),
    Race("a draft", [], reply, ("wang", "拟复 1 一切正常，11月25日前公布结果。"), ("feng", DRAFT), _drafts),
    Race("a verdict", [], verify, ("wang", "核实 1 属实 有疏漏"), ("feng", "核实 1 不属实 查无此事"), _verdict),
    Race("a return behind an acknowledgement", [], bounce, ("wang", "退单 1 不归我们管，是保卫处的事"),
         ("feng", "签收 1"), _department),
    Race("an assignment behind a draft", [("wang", "签收 1")], assign, ("li", "改派 1 保卫处"), ("wang", DRAFT),
         _department),
    Race("a lead behind an acknowledgement", [], lead, ("li", "牵头 1 保卫处"), ("wang", "签收 1"), _department),
    Race("an assignment behind an approval", [("wang", DRAFT)], assign, ("li", "改派 1 保卫处"), ("qian", "同意 1"),
         _department),
    Race("a draft behind an approval", [("wang", DRAFT)], reply, ("feng", "拟复 1 一切正常，11月25日前公布结果。"),
         ("qian", "同意 1"), _drafts),
    Race("a swap", [], swap, ("li", "换班 11-24 周晓"), ("li", "换班 11-24 陈老师"), _swaps),
)  # fmt: skip


@pytest.mark.parametrize("race", RACES, ids=[one.what for one in RACES])
async def test_the_newer_stands_and_the_older_is_told(story: Story, race: Race) -> None:
    await story.opened()
    for person, words in race.before:
        await story.say(person, words)
    await story.advance("1m")
    await raced(story, race)
    stood = await race.stays()
    await story.jump(timedelta(seconds=31))
    assert await race.stays() == stood
    told = story.expect("没有照办，已记录")
    assert "请现在再说一次" in told.text
    assert await Event.filter(kind="overtaken", actor=race.older[0]).count() == 1
    await story.advance("1m")
    if race.handler not in (approve, undo, swap, escalate):
        await story.say(*race.older)
        assert await race.stays() != stood


async def test_the_text_that_was_approved_meanwhile_can_be_published(story: Story) -> None:
    await story.drafted()
    await story.advance("1m")
    older = ("feng", "拟复 1 一切正常，11月25日前公布结果。")
    await raced(story, Race("", [], reply, older, ("qian", "同意 1"), _drafts))
    await story.jump(timedelta(seconds=31))
    await story.publish()
    assert (await story.incident()).stage == "replied"


async def raced(story: Story, race: Race) -> None:
    """Let the older words wait behind a fault in one conversation; say the newer ones in another, 5 s later."""
    with broken(race.handler, locked()):
        await story.say(*race.older, private=True)
    await Inbox.filter(state="new").update(lease_until=story.clock.now() + timedelta(seconds=30))  # later tries failed
    story.clock.advance(timedelta(seconds=5))
    newer = Message(
        channel="local", id="newer", conversation="work", sender=race.newer[0], sent_at=story.clock.now(),
        text=race.newer[1], addressed=True,
    )  # fmt: skip
    story.clock.advance(timedelta(milliseconds=100))
    await story.deliver(newer)


@pytest.mark.parametrize(
    ("apart", "conversation", "done", "says"),
    [
        (-40, "work", False, "比它晚，只是先办了"),
        (0, "work", True, ""),
        (3, "work", True, ""),
        (-3, "elsewhere", False, "比它晚，只是先办了"),
        (0, "elsewhere", False, "分不清先后"),
        (3, "elsewhere", True, ""),
    ],
)
async def test_the_platforms_time_decides_within_one_platform(
    story: Story, apart: float, conversation: str, done: bool, says: str
) -> None:
    await story.opened()
    await story.advance("1m")
    said = story.clock.now()
    await story.say("zhao", "改派 1 教务处")
    await story.advance("1m")
    late = Message(
        channel="local", id="late", conversation="work" if conversation == "work" else "@li", sender="li",
        sent_at=said + timedelta(seconds=apart), text="改派 1 保卫处", private=conversation != "work",
    )  # fmt: skip
    await story.deliver(late)
    assert (await _department() == "保卫处") is done
    if says:
        story.expect(says)


def from_li(id: str, sent_at: datetime, text: str = "改派 1 保卫处") -> Message:
    return Message(id=id, sent_at=sent_at, channel="local", conversation="work", sender="li", text=text)


async def test_who_was_told_may_say_it_again_where_the_platforms_clock_is_known_to_differ(story: Story) -> None:
    behind = timedelta(minutes=10)
    await story.opened()
    notice, now = story.bot.office.to_group(Reply(text="钟差")), story.clock.now()
    await clock_doubts.differs("local", clock_doubts.ClockDifference(behind, now), notice, now)
    await story.advance("1m")
    await story.say("zhao", "改派 1 教务处")
    await story.advance("1m")
    await story.deliver(from_li("first", story.clock.now() - behind))
    await story.deliver(from_li("said before it was told", story.clock.now() - behind - timedelta(seconds=2)))
    assert await _department() == "教务处"
    await story.advance("1m")
    await story.deliver(from_li("said again", story.clock.now() - behind))
    assert await _department() == "保卫处"


async def test_who_was_told_said_it_again_only_if_it_was_said_after_that(story: Story) -> None:
    """What an impatient person had said twice, and what else they had said before they were told, is overtaken too."""
    await story.opened()
    await story.advance("1m")
    said = story.clock.now()
    await story.advance("1m")
    await story.say("zhao", "改派 1 教务处")
    await story.advance("1m")
    for n, text in enumerate(("改派 1 保卫处", "改派 1 保卫处", "改派 1 财务处")):
        await story.deliver(from_li(f"late {n}", said + timedelta(seconds=n), text))
        await story.advance("1m")
    assert await _department() == "教务处"
    await story.deliver(from_li("again", story.clock.now()))
    assert await _department() == "保卫处"


async def test_a_telling_covers_the_decision_that_it_named_and_no_later_one(story: Story) -> None:
    await story.opened()
    await story.advance("1m")
    said = story.clock.now()
    await story.advance("1m")
    await story.say("zhao", "改派 1 教务处")
    await story.advance("1m")
    await story.deliver(from_li("late", said))
    await story.advance("1m")
    again = story.clock.now()
    await story.advance("1m")
    await story.say("zhao", "改派 1 德育处")
    await story.advance("1m")
    await story.deliver(from_li("said again, but late", again))
    assert await _department() == "德育处"


async def test_of_several_matters_only_the_overtaken_one_stays(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 食堂没有热水 https://weibo.com/1234567890/Ab1cD2eF4")
    for number in (1, 2):
        await story.say("wang", f"拟复 {number} 已封存留样送检，11月26日前公布结果。")
    await story.advance("1m")
    said = story.clock.now()
    await story.advance("1m")
    await story.say("zhao", "同意 1")
    await story.advance("1m")
    late = {"channel": "local", "conversation": "work", "sender": "qian", "text": "不同意 1 2 请写明日期"}
    await story.deliver(Message(id="late", sent_at=said, **late))
    states = await Request.all().order_by("id").values_list("incident_id", "state")
    assert list(states) == [(1, "approved"), (2, "rejected")]
    story.expect("〔#1〕")


async def test_a_report_is_overtaken_by_nothing(story: Story) -> None:
    await story.opened()
    await story.advance("1m")
    said = story.clock.now()
    await story.advance("1m")
    await story.say("feng", "备注 1 已联系家长")
    await story.advance("1m")
    words = {"channel": "local", "conversation": "work", "sender": "wang", "text": "签收 1"}
    await story.deliver(Message(id="late", sent_at=said, **words))
    assert (await story.incident()).acknowledged_at == said
    assert not [line for line in await audit.history(1) if line["kind"] == "overtaken"]
