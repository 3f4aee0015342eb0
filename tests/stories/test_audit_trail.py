"""Every event is on record, in a chain that reveals later changes."""

import pytest

from storage import audit
from storage.tables import Event
from tests.support.story import Story


async def test_the_whole_life_of_an_incident_is_there(story: Story) -> None:
    await story.closed()
    assert [(row["actor"], row["kind"]) for row in await audit.history(1)] == [
        ("zhou", "opened"),
        ("wang", "acknowledged"),
        ("wang", "drafted"),
        ("qian", "approved"),
        ("zhou", "published"),
        ("wang", "resolved"),
        ("clock", "form"),  # the archive
    ]
    assert await audit.verify() is None


async def test_reminders_are_there_with_those_who_were_told(story: Story) -> None:
    await story.opened()
    await story.advance("5h")
    rows = [row for row in await audit.history(1) if row["kind"] == "reminded"]
    assert [row["data"]["told"] for row in rows] == [["wang", "feng"], ["wang", "qian"]]
    assert {row["actor"] for row in rows} == {"clock"}


async def test_a_refused_command_leaves_no_trace(story: Story) -> None:
    await story.opened()
    await story.say("chen", "签收 1")
    await story.say("wang", "办结 1")
    assert await Event.all().count() == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor", "zhao"), ("data", "{}"), ("kind", "approved"), ("incident", 2), ("hash", "0" * 64), ("at", 0)],
)
async def test_a_changed_row_is_named(story: Story, column: str, value: object) -> None:
    await story.published()
    await Event.filter(id=3).update(**{column: value})
    broken = await audit.verify()
    assert broken
    assert (broken.id, broken.reason) == (3, "the row was changed")


@pytest.mark.parametrize(("gone", "reason"), [(3, "a row is missing"), (5, "rows are missing at the end")])
async def test_a_deleted_row_is_named(story: Story, gone: int, reason: str) -> None:
    await story.published()
    await Event.filter(id=gone).delete()
    broken = await audit.verify()
    assert broken
    assert (broken.id, broken.reason) == (gone, reason)
