"""What one person's messages fail on rings the desk once at night, and in growing pauses by day; what is urgent rings.

The morning hears how many there were.
"""

from datetime import datetime, timedelta

from bot.engine.failure_notices import FailureNotices
from handlers.commands import todo
from tests.support.broken import broken
from tests.support.story import BotMessage, Story, monday


async def failing(story: Story, people: tuple[str, ...], times: int) -> list[BotMessage]:
    """Let people say in turn what fails; return the notices that the desk got."""
    assert story.bot.local
    with broken(todo):
        for n in range(times):
            await story.bot.local.say(people[n % len(people)], "待办")
        await story.settle()
    return notices(story)


def notices(story: Story) -> list[BotMessage]:
    return [one for one in story.fresh if "没有办成：" in one.text]


async def until(story: Story, moment: datetime) -> list[BotMessage]:
    await story.until(moment)
    return notices(story)


async def test_one_person_all_night_rings_once_and_the_morning_has_the_count(story: Story) -> None:
    await story.until(monday("23:30"))
    assert len(await failing(story, ("wang",), 9)) == 0
    assert len(await failing(story, ("wang",), 3)) == 1
    for hour in ("23:50", "23:59"):
        await story.until(monday(hour))
        assert not await failing(story, ("wang",), 12)
    story.bot.failure_notices = FailureNotices(story.bot.office, story.clock)  # as after a restart
    await story.until(monday("03:00", 1))
    assert not await failing(story, ("wang",), 12)
    assert not await until(story, monday("06:59", 1))
    [told] = await until(story, monday("07:01", 1))
    assert "有 36 项没有办成" in told.text
    assert told.text.count("王强") == 1
    assert "同类共 36 项" in told.text


async def test_many_people_at_night_ring_each_time(story: Story) -> None:
    await story.until(monday("23:30"))
    assert len(await failing(story, ("wang",), 10)) == 1
    await story.until(monday("02:00", 1))
    assert len(await failing(story, ("wang", "sun", "qian"), 12)) == 1
    await story.until(monday("03:00", 1))
    [told] = await failing(story, ("wang", "sun", "qian"), 12)
    assert told.text.count("同类共 4 项") == 3


async def test_by_day_the_pauses_of_a_burst_grow_and_another_person_is_told_at_once(story: Story) -> None:
    found: list[BotMessage] = []
    with broken(todo):
        for _ in range(36):
            await story.say("wang", "待办")
            found += notices(story)
            await story.until(story.now + timedelta(seconds=31))
            found += notices(story)
        assert 4 <= len(found) <= 6
        await story.say("sun", "待办")
        [told] = notices(story)
    assert "孙副校长" in told.text
    assert "王强" in told.text
    counted = sum(int(one.text.partition("有 ")[2].partition(" 项")[0]) for one in [*found, told])
    assert counted == 37


async def test_after_calm_a_burst_is_told_within_a_minute_again(story: Story) -> None:
    for _ in range(6):
        await failing(story, ("wang",), 1)
        await story.advance("1m")
    assert not await failing(story, ("wang",), 1)
    assert len(await until(story, story.now + timedelta(hours=3))) == 1
    await story.until(story.now + timedelta(seconds=31))
    assert len(await failing(story, ("wang",), 1)) == 1
