"""When something will be, as people write it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.rules.time.coming_words import coming_moment
from tests.support.cases import INSTITUTION

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 5, tzinfo=ZONE)  # a Monday


@pytest.mark.parametrize(
    ("words", "at", "rest"),
    [
        ("明天15:00 第一会议室", "11-24 15:00", "第一会议室"),
        ("明天下午3点半 第一会议室", "11-24 15:30", "第一会议室"),
        ("12-01 15:00 第一会议室", "12-01 15:00", "第一会议室"),
        ("12月1日上午9:30", "12-01 09:30", ""),
        ("周五 9:30 王强", "11-27 09:30", "王强"),
        ("下周一 9点", "11-30 09:00", ""),
        ("14:00 第一会议室", "11-23 14:00", "第一会议室"),
        ("第一会议室 今天16:00 王强", "11-23 16:00", "第一会议室 王强"),
        ("tomorrow 15:00 room 1", "11-24 15:00", "room 1"),
        ("Friday 3 pm room 1", "11-27 15:00", "room 1"),
        ("tomorrow at 9 am", "11-24 09:00", ""),
    ],
)
def test_it_is_read(words: str, at: str, rest: str) -> None:
    found = coming_moment(words, NOW, INSTITUTION.calendar)
    assert found
    assert (f"{found.at.astimezone(ZONE):%m-%d %H:%M}", found.rest) == (at, rest)


@pytest.mark.parametrize("words", ["第一会议室 王强", "", "明天", "2-30 15:00", "会议室 301"])
def test_no_time_of_a_day(words: str) -> None:
    assert coming_moment(words, NOW, INSTITUTION.calendar) is None
