"""A date of another year is written with its year, so that 2029-12-31 is never confirmed as 12-31."""

from collections.abc import Callable
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.texts.filters import filters, written_at
from tests.support.cases import INSTITUTION, ZONE
from tests.support.story import SHANGHAI, Story

NOW = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
FAR = datetime(2030, 1, 1, tzinfo=SHANGHAI).astimezone(UTC)
"""24:00 of 2029-12-31."""


def spelt(language: str, now: datetime | None, name: str, value: Any) -> str:
    def spell() -> str:
        if now is not None:
            written_at(now)
        spelling: Callable[[Any], str] = filters(language, INSTITUTION, {})[name]
        return spelling(value)

    return copy_context().run(spell)


@pytest.mark.parametrize(
    ("language", "name", "value", "expected"),
    [
        ("zh", "when", FAR, "2029-12-31（周一）24:00"),
        ("zh", "end", FAR, "2029-12-31 24:00"),
        ("zh", "clock", FAR - timedelta(minutes=1), "2029-12-31 23:59"),
        ("zh", "date", FAR, "2030-01-01"),
        ("zh", "day", FAR.astimezone(ZONE).date(), "2030-01-01（周二）"),
        ("zh", "start", FAR, "2030-01-01（周二）00:00"),
        ("zh", "when", NOW, "11-23（周一）10:00"),
        ("zh", "date", NOW, "11-23"),
        ("en", "when", FAR, "Mon 31 Dec 2029 24:00"),
        ("en", "clock", FAR, "2030-01-01 00:00"),
        ("en", "when", NOW, "Mon 23 Nov 10:00"),
        ("zh", "clock", datetime(2025, 12, 31, 9, tzinfo=SHANGHAI), "2025-12-31 09:00"),
    ],
)
def test_it_has_its_year(language: str, name: str, value: Any, expected: str) -> None:
    assert spelt(language, NOW, name, value) == expected


def test_the_year_is_the_institutions_and_changes_with_it() -> None:
    eve = datetime(2029, 12, 31, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    assert spelt("zh", eve, "when", FAR) == "12-31（周一）24:00"
    assert spelt("zh", eve + timedelta(minutes=1), "when", FAR) == "2029-12-31（周一）24:00"


async def test_a_matter_found_on_the_last_day_is_due_in_another_year(story: Story) -> None:
    story.clock.set(datetime(2026, 12, 31, 10, tzinfo=SHANGHAI))
    await story.opened()
    due = (await story.duty("resolve")).due_at.astimezone(SHANGHAI)
    assert due.year == 2027
    said = (await story.say("li", "查 1"))[-1].text
    assert "2027-01-" in said
    assert "当日回复 12-31（周四）24:00" in said
