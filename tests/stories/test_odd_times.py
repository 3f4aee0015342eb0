"""A clock that is set back, leap days, a change of time zone: nothing sounds twice, nothing is lost."""

from datetime import datetime, timedelta
from pathlib import Path

from redis.asyncio import Redis

from bot.app import build
from storage.tables import Duty
from storage.timers.timers import Timers
from tests.support.story import SHANGHAI, Story, demonstration, monday, new_story, pings


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


async def test_a_clock_set_back_fires_nothing_twice(story: Story) -> None:
    await story.opened()
    assert pings(await story.until(monday("10:40"))) == [("Mon 10:35", "wang", "feng")]
    story.clock.set(monday("09:00"))
    assert [(one.when, "往回拨" in one.text) for one in await story.settle()] == [("Mon 09:00", True)]
    assert pings(await story.until(monday("14:30"))) == []
    assert pings(await story.until(monday("14:40"))) == [("Mon 14:35", "wang", "qian")]


async def test_a_clock_set_back_holds_no_answer_back(story: Story) -> None:
    await story.opened()
    story.clock.set(monday("07:30"))
    await story.say("wang", "签收 1")
    story.expect("#1")


async def test_a_step_claimed_before_the_clock_was_set_back_is_not_lost(story: Story) -> None:
    await story.opened()
    story.clock.set(monday("10:35"))
    dead = Timers(story.bot.timers._redis)
    assert len((await dead.tick(story.clock.now_ms())).claimed) == 1
    await dead.aclose()
    story.clock.set(monday("09:00"))
    assert [(one.when, "往回拨" in one.text) for one in await story.settle()] == [("Mon 09:00", True)]
    assert pings(await story.until(monday("10:40"))) == [("Mon 10:35", "wang", "feng")]


async def test_the_day_that_only_leap_years_have(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, local("2028-02-28 10:05")) as story:
        await story.opened()
        # Monday; the third day after it is Thursday, March 2, because there is a February 29.
        assert (await story.duty("resolve")).due_at == local("2028-03-03 00:00")
        sent = await story.until(local("2028-02-29 08:30"))
        assert [f"{one.at.astimezone(SHANGHAI):%m-%d %H:%M}" for one in sent] == [
            "02-28 10:35", "02-28 14:35", "02-28 20:00", "02-28 22:00", "02-29 07:00",
        ]  # fmt: skip


async def test_the_end_of_the_year(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, local("2026-12-31 10:05")) as story:
        await story.opened()
        resolve = await story.duty("resolve")
        # The third day, January 3, is a Sunday after New Year: Monday the 4th. 2027 is not published yet.
        assert resolve.due_at == local("2027-01-05 00:00")
        assert resolve.provisional
        assert (await story.duty("reply")).due_at == local("2027-01-01 00:00")
        await story.until(local("2026-12-31 23:59"))
        sent = await story.until(local("2027-01-01 07:05"))
        assert [f"{one.at.astimezone(SHANGHAI):%m-%d %H:%M}" for one in sent] == ["01-01 07:00"]


async def test_another_zone_moves_no_due_time(tmp_path: Path, redis: Redis, story: Story) -> None:
    await story.opened()
    before = await Duty.all().order_by("id").values("id", "due_at")
    (tmp_path / "other").mkdir()
    config = demonstration(tmp_path / "other", **{'zone = "Asia/Shanghai"': 'zone = "Asia/Tokyo"'})
    timers = Timers(redis)
    story.bot = build(config, story.clock, timers)
    sent = await story.until(monday("10:05", 1))
    await timers.aclose()
    assert await Duty.all().order_by("id").values("id", "due_at") == before
    # The quiet hours are Tokyo's now, an hour ahead: the last call of the evening, at 22:00 there, is at 21:00 here.
    assert pings(sent)[:5] == [
        ("Mon 10:35", "wang", "feng"), ("Mon 14:35", "wang", "qian"), ("Mon 20:00", "wang"),
        ("Mon 21:00", "wang"), ("Tue 06:00", "wang", "feng", "qian"),
    ]  # fmt: skip
    assert len(sent) == len({(one.at, one.text) for one in sent})
    assert sent[-1].at - sent[0].at < timedelta(days=1)
