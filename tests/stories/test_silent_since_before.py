"""A matter that an earlier version left open without anything owed speaks again after the next start."""

from handlers.timed import nothing_owed
from storage.tables import Duty, Event
from tests.support.story import Story, monday


async def silent(story: Story, *kept: str) -> None:
    """Let the open duties of matter 1 end, but for those of the kinds `kept`, as earlier versions did."""
    await Duty.filter(incident_id=1, state="open").exclude(kind__in=list(kept)).update(state="waived", next_at=None)


async def owing(story: Story) -> list[str]:
    return [row.kind for row in await Duty.filter(incident_id=1, state="open").order_by("id")]


async def test_its_closing_is_owed_and_reminded_of(story: Story) -> None:
    await story.published()
    await silent(story)
    assert await nothing_owed.settle(story.bot.office, story.clock.now()) == 1
    assert await owing(story) == ["closing"]
    assert await Event.filter(kind="owed again").exists()
    sent = await story.until(monday("12:00", 4))
    assert any("结案" in one.text and "wang" in one.say.mentions for one in sent)


async def test_a_check_of_the_answer_alone_is_not_enough(story: Story) -> None:
    await story.published()
    await silent(story, "stand")
    assert await nothing_owed.settle(story.bot.office, story.clock.now()) == 1
    assert await owing(story) == ["stand", "stand", "closing"]


async def test_a_second_start_changes_nothing(story: Story) -> None:
    await story.published()
    await silent(story)
    await nothing_owed.settle(story.bot.office, story.clock.now())
    assert await nothing_owed.settle(story.bot.office, story.clock.now()) == 0
    assert await owing(story) == ["closing"]


async def test_nor_does_a_matter_that_owes_something_or_has_ended(story: Story) -> None:
    await story.closed()
    await story.say("zhou", "@回音 补课太多 https://www.zhihu.com/question/12345")
    assert await nothing_owed.settle(story.bot.office, story.clock.now()) == 0
