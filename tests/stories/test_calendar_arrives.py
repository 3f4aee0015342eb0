"""A changed calendar moves the due times of open incidents, and the bot announces which. Promises stay."""

from datetime import date, datetime
from pathlib import Path

from redis.asyncio import Redis

from bot.app import build
from handlers.timed import calendar_change
from tests.support.story import SHANGHAI, Story, demonstration, new_story

TUESDAY = datetime(2026, 12, 29, 10, 0, tzinfo=SHANGHAI)
OFF = '"2026-11-06" = "校运动会"'


async def arrives(story: Story, directory: Path, days: str) -> int:
    """Restart the bot with another [calendar]."""
    config = demonstration(directory, **{OFF: days})
    bot = build(config, story.clock, story.bot.timers)
    moved = await calendar_change.recompute(bot.office, story.clock.now())
    story.bot = bot
    return moved


def due(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%m-%d %H:%M}"


async def test_a_day_off_moves_the_result_and_is_announced(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, TUESDAY) as story:
        await calendar_change.recompute(story.bot.office, story.clock.now())  # recorded at the first start
        await story.opened()
        # Found Tue Dec 29, three days: Dec 30, 31, Jan 1. New Year's Day is a holiday, the 2nd and 3rd are
        # a weekend: Monday Jan 4 is the last day, provisionally.
        duty = await story.duty("resolve")
        assert (due(duty.due_at), duty.provisional) == ("01-05 00:00", True)
        assert await arrives(story, tmp_path, '"2027-01-04" = "元旦调休"') == 1
        announcement = (await story.settle())[-1]
        assert "放假安排有变" in announcement.text
        assert "办结 2027-01-04（周一）24:00 改为 2027-01-05（周二）24:00" in announcement.text
        assert announcement.say.mentions == ("wang",)
        assert due((await story.duty("resolve")).due_at) == "01-06 00:00"


async def test_when_the_year_is_published_it_is_final(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, TUESDAY) as story:
        await calendar_change.recompute(story.bot.office, story.clock.now())
        await story.opened()
        complete = f"{OFF} }}\ncomplete_years = [2027]\nworking_days = {{"
        config = demonstration(tmp_path, **{f"{OFF} }}\nworking_days = {{": complete})
        story.bot = build(config, story.clock, story.bot.timers)
        assert await calendar_change.recompute(story.bot.office, story.clock.now()) == 0  # nothing moved
        assert await story.settle() == []
        assert not (await story.duty("resolve")).provisional


async def test_published_after_new_year_it_is_final_too(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, TUESDAY) as story:
        await calendar_change.recompute(story.bot.office, story.clock.now())
        await story.opened()
        story.clock.set(datetime(2027, 1, 2, 9, 0, tzinfo=SHANGHAI))
        complete = f"{OFF} }}\ncomplete_years = [2027]\nworking_days = {{"
        config = demonstration(tmp_path, **{f"{OFF} }}\nworking_days = {{": complete})
        story.bot = build(config, story.clock, story.bot.timers)
        await calendar_change.recompute(story.bot.office, story.clock.now())
        assert not (await story.duty("resolve")).provisional
        version = (await story.incident()).version
        await calendar_change.recompute(story.bot.office, story.clock.now())
        assert (await story.incident()).version == version


async def test_an_unchanged_calendar_moves_nothing(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, TUESDAY) as story:
        await calendar_change.recompute(story.bot.office, story.clock.now())
        await story.opened()
        version = (await story.incident()).version
        assert await calendar_change.recompute(story.bot.office, story.clock.now()) == 0
        assert (await story.incident()).version == version


async def test_what_was_promised_stays(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, TUESDAY) as story:
        await calendar_change.recompute(story.bot.office, story.clock.now())
        await story.opened()
        await story.say("wang", "拟复 1 已停用该批食材，2027年1月4日前公布检测结果。")
        await story.say("qian", "同意")
        await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
        promised = (await story.duty("promise")).due_at
        assert promised.astimezone(SHANGHAI).date() == date(2027, 1, 5)  # 24:00 of the 4th
        await arrives(story, tmp_path, '"2027-01-04" = "元旦调休"')
        assert (await story.duty("promise")).due_at == promised
