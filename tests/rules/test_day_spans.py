"""A span of days, as people type it for a key period."""

from datetime import datetime

import pytest

from handlers.rules.time.day_spans import read_day_span
from tests.support.cases import INSTITUTION
from tests.support.story import SHANGHAI

NOW = datetime(2026, 11, 23, 10, 5, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "since", "until", "rest"),
    [
        ("12-20 至 01-05 校庆", "2026-12-20 00:00", "2027-01-06 00:00", "校庆"),
        ("12月20日至1月5日，校庆", "2026-12-20 00:00", "2027-01-06 00:00", "校庆"),
        ("从12.20到12.22 校庆", "2026-12-20 00:00", "2026-12-23 00:00", "校庆"),
        ("2026-12-20 08:00 至 2026-12-22 18:30 校庆", "2026-12-20 08:00", "2026-12-22 18:30", "校庆"),
        ("12-20 8点 至 12-22 24:00 校庆", "2026-12-20 08:00", "2026-12-23 00:00", "校庆"),
        ("今天 至 明天 暴雨", "2026-11-23 10:05", "2026-11-25 00:00", "暴雨"),
        ("明天 暴雨", "2026-11-24 00:00", "2026-11-25 00:00", "暴雨"),
        ("11-23 至 11-24 暴雨", "2026-11-23 10:05", "2026-11-25 00:00", "暴雨"),
        ("11-23 08:00 至 11-24 暴雨", "2026-11-23 08:00", "2026-11-25 00:00", "暴雨"),
        ("01-05 至 01-07 期末", "2027-01-05 00:00", "2027-01-08 00:00", "期末"),
        ("11-20 至 11-25 过去", "2026-11-20 00:00", "2026-11-26 00:00", "过去"),
        ("11-26 至 11-24 倒着", "2026-11-26 00:00", "2026-11-25 00:00", "倒着"),
        ("20 Dec to 5 Jan 2027 anniversary", "2026-12-20 00:00", "2027-01-06 00:00", "anniversary"),
        ("today until tomorrow storm", "2026-11-23 10:05", "2026-11-25 00:00", "storm"),
        ("12-20", "2026-12-20 00:00", "2026-12-21 00:00", ""),
    ],
)
def test_it_is_read_so(text: str, since: str, until: str, rest: str) -> None:
    found = read_day_span(text, NOW, INSTITUTION.calendar)
    assert found
    local = [f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for at in (found.since, found.until)]
    assert (*local, found.rest) == (since, until, rest)


@pytest.mark.parametrize(
    "text", ["", "校庆", "2月30日 至 3月1日 校庆", "下周 校庆", "3天 校庆", "13-40 至 14-01", "12"]
)
def test_this_is_none(text: str) -> None:
    assert read_day_span(text, NOW, INSTITUTION.calendar) is None


def test_the_29th_of_february_is_that_of_the_year_that_has_one() -> None:
    leap = datetime(2028, 2, 1, 9, 0, tzinfo=SHANGHAI)
    found = read_day_span("2月29日 值守", leap, INSTITUTION.calendar)
    assert found
    assert f"{found.since.astimezone(SHANGHAI):%Y-%m-%d}" == "2028-02-29"
