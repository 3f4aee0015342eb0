"""Between platforms whose clocks are known to differ, nobody's words are refused as certainly the older ones."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import json
from redis.asyncio import Redis

from handlers.rules.language.messages import Message, Reply
from storage import clock_doubts
from storage.tables import Event
from tests.support.story import Story, demonstration, new_story

LI = 'id = "li"'


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    config = demonstration(tmp_path, **{LI: f'{LI}\naccounts = {{ dingtalk = "li-1" }}'})
    async with new_story(tmp_path, redis, config=config) as started:
        await started.settle()
        yield started


async def _from_dingtalk(story: Story, text: str, behind: timedelta) -> None:
    id = f"d-{story.clock.now().isoformat()}"
    said = {"channel": "dingtalk", "conversation": "@li-1", "sender": "li-1"}
    sent_at = story.clock.now() - behind
    await story.deliver(Message(id=id, sent_at=sent_at, text=text, private=True, addressed=True, **said))


@pytest.mark.parametrize("behind", [timedelta(seconds=40), timedelta(minutes=10)])
async def test_it_is_in_doubt_and_may_be_said_again(story: Story, behind: timedelta) -> None:
    await story.opened()
    for _ in range(5):
        await story.advance("1m")
        await _from_dingtalk(story, "大家好", behind)
    if behind > timedelta(minutes=3):
        notice, now = story.bot.office.to_group(Reply(text="钟差")), story.clock.now()
        await clock_doubts.differs("dingtalk", clock_doubts.ClockDifference(behind, now), notice, now)
    await story.say("zhao", "改派 1 教务处")
    story.clock.advance(timedelta(seconds=20))
    await _from_dingtalk(story, "改派 1 保卫处", behind)
    [data] = await Event.filter(kind="overtaken").values_list("data", flat=True)
    assert json.decode(str(data))["doubtful"] is True
    story.clock.advance(timedelta(seconds=20))
    await _from_dingtalk(story, "改派 1 保卫处", behind)
    assert (await story.incident()).department == "保卫处"
