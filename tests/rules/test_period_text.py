"""The grammar of periods: in a regime, as people type it, and what is refused."""

import pytest

from handlers.rules.time.periods import Period, PeriodError, parse
from tests.support.each import for_each

CANONICAL = ["30m", "2h", "72h", "same day", "half day", "3d", "3wd", "end of workday", "day of resolve"]


@pytest.mark.parametrize("text", [*CANONICAL, "30m in business hours", "4h in business hours"])
def test_canonical_forms_come_back(text):
    assert str(parse(text)) == text


@for_each(
    ("typed", "canonical"),
    [
        ("2天", "2d"),
        (" ２ 天 ", "2d"),
        ("三天内", "3d"),
        ("3日内", "3d"),
        ("三日之内", "3d"),
        ("两天", "2d"),
        ("十五天", "15d"),
        ("二十天以内", "20d"),
        ("一百二十天", "120d"),
        ("一周", "7d"),
        ("2个星期", "14d"),
        ("3个工作日", "3wd"),
        ("三个工作日内", "3wd"),
        ("3工作日", "3wd"),
        ("半天", "half day"),
        ("半个工作日", "half day"),
        ("30分钟", "30m"),
        ("半小时", "30m"),
        ("2小时", "2h"),
        ("2个小时", "2h"),
        ("当天", "same day"),
        ("当日", "same day"),
        ("下班前", "end of workday"),
        ("办结当日", "day of resolve"),
        ("工作时间30分钟", "30m in business hours"),
        ("工作时间内2小时", "2h in business hours"),
        ("30分钟（工作时间内）", "30m in business hours"),
        ("3 working days", "3wd"),
        ("3 Business Days", "3wd"),
        ("within 2 hours", "2h"),
        ("45 min", "45m"),
        ("half a day", "half day"),
        ("half an hour", "30m"),
        ("366d", "366d"),
    ],
)
def test_what_people_type(typed, canonical):
    assert str(parse(typed)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3",
        "d",
        "0d",
        "-1d",
        "1.5h",
        "26日",
        "3x",
        "30m 2h",
        "soon",
        "3d in business hours",
        "工作时间",
        "1个月",
    ],
)
def test_bad_periods_name_what_is_accepted(text):
    with pytest.raises(PeriodError, match=r'3wd, "same day".*3个工作日'):
        parse(text)


@pytest.mark.parametrize("text", ["367d", "367wd", "8785h", "99999天"])
def test_no_period_is_longer_than_a_year(text):
    with pytest.raises(PeriodError, match="longer than a year"):
        parse(text)


@pytest.mark.parametrize("wrong", [("d", 0), ("same day", 1), ("y", 1), ("d", 3, True), ("half day", 0, True)])
def test_a_period_makes_sense(wrong):
    with pytest.raises(PeriodError):
        Period(*wrong)
