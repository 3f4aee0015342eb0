"""A patrol that was missed does not make later ones late: each report fills the slot of its own time."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Duty, Overrun
from tests.support.story import Story, monday, new_story

WATCH = {'regime = "standard"': 'regime = "watch"'}


@pytest.fixture(name="watched")
async def _watched(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with new_story(tmp_path, redis, **WATCH) as story:
        await story.settle()
        yield story


async def slots(kind: str, day: datetime) -> list[str]:
    """Return the states of a day's slots, in order."""
    query = Duty.filter(incident_id=None, kind=kind, due_at__gt=day, due_at__lte=day + timedelta(days=1))
    return [str(state) for state in await query.order_by("due_at").values_list("state", flat=True)]


async def test_tuesdays_report_fills_tuesdays_slot(watched: Story) -> None:
    await watched.until(monday("09:00", days=1))
    await watched.say("zhou", "日报 今日两件")
    watched.expect("日报")
    assert await slots("daily report", monday("00:00")) == ["open"]
    assert await slots("daily report", monday("00:00", days=1)) == ["met"]
    assert await Overrun.filter(kind="daily report").count() == 1


async def test_a_report_after_the_days_last_due_time_is_a_late_one(watched: Story) -> None:
    await watched.until(monday("19:00"))
    await watched.say("zhou", "日报 今日两件")
    assert await slots("daily report", monday("00:00")) == ["met"]
    row = await Overrun.get(kind="daily report")
    assert (row.incident_id, row.owner.split(":")[0]) == (None, "person")


async def test_a_missed_patrol_leaves_the_next_in_time(watched: Story) -> None:
    first, second, *_ = await Duty.filter(kind="check-in", due_at__gt=watched.now).order_by("due_at").limit(3)
    watched.clock.set(first.due_at + timedelta(minutes=20))
    await watched.say("zhou", "巡查 无异常")
    assert [(await Duty.get(id=one.id)).state for one in (first, second)] == ["open", "met"]
    assert await Overrun.filter(kind="check-in").values_list("duty", flat=True) == [first.id]
