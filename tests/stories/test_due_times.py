"""The answer to a forwarded post gives the due times, counted by the institution's rules."""

from datetime import datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.story import SHANGHAI, Story, new_story


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# Business hours 08:30-12:00 and 14:00-17:30; Friday 2026-11-06 is the school's sports day.
CASES = {
    # Monday morning: half an hour, the day's end, three days after the find.
    "2026-11-23T10:05": ("11-23（周一）10:35", "11-23（周一）24:00", "11-26（周四）24:00"),
    # Ten minutes before the lunch break, twenty after it.
    "2026-11-23T11:50": ("11-23（周一）14:20", "11-23（周一）24:00", "11-26（周四）24:00"),
    # Late in the evening: two hours at least for the reply; business begins at 08:30.
    "2026-11-23T23:10": ("11-24（周二）09:00", "11-24（周二）01:10", "11-26（周四）24:00"),
    # The third day is a Saturday, so the Monday after it is the last.
    "2026-11-25T10:05": ("11-25（周三）10:35", "11-25（周三）24:00", "11-30（周一）24:00"),
    # Ten minutes left on Friday, twenty more on Monday.
    "2026-11-27T17:20": ("11-30（周一）08:50", "11-27（周五）24:00", "11-30（周一）24:00"),
    # The sports day is no business day; the third day after Thursday is a Sunday.
    "2026-11-05T17:20": ("11-09（周一）08:50", "11-05（周四）24:00", "11-09（周一）24:00"),
    # Found on a Sunday: due on the same terms.
    "2026-11-22T20:00": ("11-23（周一）09:00", "11-22（周日）24:00", "11-25（周三）24:00"),
}


@pytest.mark.parametrize("found", CASES)
async def test_the_due_times_are_listed_at_forwarding(tmp_path: Path, redis: Redis, found: str) -> None:
    acknowledge, reply, resolve = CASES[found]
    async with new_story(tmp_path, redis, local(found)) as story:
        opened = await story.opened()
        assert f"签收 {acknowledge}" in opened.text
        assert f"当日回复 {reply}" in opened.text
        assert f"办结 {resolve}" in opened.text


async def test_the_rows_hold_what_was_listed(story: Story) -> None:
    await story.opened()
    dues = {kind: (await story.duty(kind)).due_at.astimezone(SHANGHAI) for kind in ("acknowledge", "reply", "resolve")}
    assert dues == {
        "acknowledge": local("2026-11-23T10:35"),
        "reply": local("2026-11-24T00:00"),
        "resolve": local("2026-11-27T00:00"),
    }


async def test_acknowledging_lists_what_is_owed_next(story: Story) -> None:
    acknowledged = await story.acknowledged()
    assert "接下来：当日回复 11-23（周一）24:00 · 办结 11-26（周四）24:00" in acknowledged.text
