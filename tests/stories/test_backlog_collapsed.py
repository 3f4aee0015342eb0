"""After an outage, each incident's missed steps make one message."""

from datetime import timedelta

import pytest
from redis.asyncio import Redis

from storage import duties
from storage.tables import Duty
from tests.support.story import Story, monday


async def backlog(story: Story, count: int) -> None:
    """Open incidents whose first duties are overdue in the order of their numbers, and all second duties later."""
    for number in range(1, count + 1):
        await story.opened(f"@回音 食堂有异物 https://weibo.com/1234567890/Ab1cD2e{number:03}")
    for number in range(1, count + 1):
        at = monday("11:00") + timedelta(seconds=number)
        await Duty.filter(incident_id=number, kind="acknowledge").update(next_at=at)


@pytest.mark.parametrize("redis_is_back", [True, False])
async def test_one_message_for_an_incident_whose_steps_lie_in_two_batches(
    story: Story, redis: Redis, monkeypatch: pytest.MonkeyPatch, redis_is_back: bool
) -> None:
    monkeypatch.setattr("bot.engine.timekeeper.BATCH", 2)
    await backlog(story, 3)
    if not redis_is_back:
        await redis.flushall()
    story.clock.set(monday("23:30"))
    sent = await story.settle()
    assert sorted(one.text[:4] for one in sent) == ["〔#1〕", "〔#2〕", "〔#3〕"]
    assert all("【签收】已超时" in one.text and "【当日回复】还有" in one.text for one in sent)
    assert await duties.overdue(story.clock.now(), 9) == []
