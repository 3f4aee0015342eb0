"""Due times: the regimes' worked examples, and others."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.rules.time.calendar import Calendar, Interval
from handlers.rules.time.periods import DeadlineTrace, PeriodError, due, extend, parse
from tests.support.each import for_each

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = (Interval.parse("08:30-12:00"), Interval.parse("14:00-17:30"))
CALENDAR = Calendar(SHANGHAI, OFFICE)
NO_HOURS = Calendar(SHANGHAI)
CLOSING = {"ends_at": "close of business"}


def local(text: str) -> datetime:
    """ "2026-11-23 24:00" is the next midnight, as offices write it."""
    day, clock = text.split()
    hour, minute = map(int, clock.split(":"))
    return datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=SHANGHAI) + timedelta(hours=hour, minutes=minute)


def due_at(rule: str, start: str, calendar: Calendar = CALENDAR, **options) -> datetime:
    return due(parse(rule), local(start), calendar, **options).at


WORKED_EXAMPLES = [
    ("2026-11-23 10:05", "same day", {}, "2026-11-23 24:00"),
    ("2026-11-23 23:10", "same day", {"same_day_at_least": timedelta(hours=2)}, "2026-11-24 01:10"),
    ("2026-11-23 10:05", "3d", {}, "2026-11-26 24:00"),
    ("2026-11-25 10:05", "3d", {"roll_over": True}, "2026-11-30 24:00"),
    ("2026-11-25 10:05", "3d", {"roll_over": False}, "2026-11-28 24:00"),
    ("2026-09-30 16:00", "3wd", {}, "2026-10-10 24:00"),
    ("2026-09-28 09:00", "3d", {"roll_over": True}, "2026-10-08 24:00"),
    ("2026-11-27 15:30", "half day", {}, "2026-11-30 10:30"),
    ("2026-11-26 11:00", "2h", {}, "2026-11-26 13:00"),
    ("2026-12-29 10:00", "3wd", {}, "2027-01-04 24:00"),
]


@pytest.mark.parametrize(("start", "rule", "options", "expected"), WORKED_EXAMPLES)
def test_worked_examples(start, rule, options, expected):
    found = due(parse(rule), local(start), CALENDAR, **options)
    assert found.at == local(expected)
    assert found.at.tzinfo is UTC
    assert found.provisional == (start == "2026-12-29 10:00")


@for_each(
    ("start", "rule", "options", "expected"),
    [
        ("2026-11-28 10:00", "same day", {}, "2026-11-28 24:00"),  # the day of the find, even a Saturday
        ("2026-11-23 20:00", "same day", CLOSING, "2026-11-23 24:00"),
        ("2026-11-23 22:00", "same day", {"same_day_at_least": timedelta(hours=2)}, "2026-11-23 24:00"),
        ("2026-11-23 23:10", "3d", {"same_day_at_least": timedelta(hours=90)}, "2026-11-26 24:00"),
        ("2026-11-23 10:05", "3d", CLOSING, "2026-11-26 17:30"),
        ("2026-11-25 10:05", "3d", CLOSING, "2026-11-30 17:30"),
        ("2026-11-25 10:05", "3d", CLOSING | {"roll_over": False}, "2026-11-28 24:00"),
        ("2026-11-25 10:05", "3wd", CLOSING, "2026-11-30 17:30"),
        ("2026-10-07 10:00", "3d", {}, "2026-10-10 24:00"),  # a make-up Saturday is no day of rest
        ("2026-10-07 10:00", "72h", {}, "2026-10-10 10:00"),  # hours never roll over
        ("2026-11-26 11:00", "30m", {}, "2026-11-26 11:30"),
        ("2026-11-26 13:00", "half day", {}, "2026-11-27 09:00"),
        ("2026-11-26 12:00", "half day", {}, "2026-11-27 09:00"),
        ("2026-11-26 06:00", "half day", {}, "2026-11-26 14:30"),
        ("2026-11-26 10:00", "half day", {}, "2026-11-26 16:00"),
        ("2026-11-26 11:30", "half day", {}, "2026-11-26 17:30"),  # not 08:30 of the next day
        ("2026-11-27 17:20", "30m in business hours", {}, "2026-11-30 08:50"),
        ("2026-11-27 22:00", "2h in business hours", {}, "2026-11-30 10:30"),
        ("2026-09-30 17:29", "30m in business hours", {}, "2026-10-08 08:59"),
        ("2026-11-23 10:00", "end of workday", {}, "2026-11-23 17:30"),
        ("2026-11-23 17:30", "end of workday", {}, "2026-11-24 17:30"),
        ("2026-11-27 18:00", "end of workday", {}, "2026-11-30 17:30"),
        ("2026-11-28 10:00", "end of workday", {}, "2026-11-30 17:30"),
        (
            "2026-11-23 10:00",
            "day of resolve",
            {"resolve_due": local("2026-11-26 24:00")},
            "2026-11-26 24:00",
        ),
        (
            "2026-11-23 10:00",
            "day of resolve",
            {"resolve_due": local("2026-11-26 09:12")},
            "2026-11-26 24:00",
        ),
    ],
)
def test_more_due_times(start, rule, options, expected):
    assert due_at(rule, start, **options) == local(expected)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("half day", "2026-11-28 14:00"),
        ("30m in business hours", "2026-11-28 10:30"),
        ("end of workday", "2026-11-30 24:00"),
        ("1wd", "2026-11-30 24:00"),
    ],
)
def test_without_business_hours_the_clock_runs(rule, expected):
    assert due_at(rule, "2026-11-28 10:00", NO_HOURS, **CLOSING) == local(expected)


def test_local_days_count():
    calendar = Calendar(SHANGHAI, OFFICE, days_off={date(2026, 11, 26): "校庆"})
    assert due_at("3d", "2026-11-23 10:05", calendar) == local("2026-11-27 24:00")
    assert due_at("3wd", "2026-11-23 10:05", calendar) == local("2026-11-27 24:00")


@pytest.mark.parametrize(
    ("start", "rule", "options", "provisional"),
    [
        ("2027-03-01 10:00", "3d", {}, True),
        ("2027-03-01 10:00", "3d", {"roll_over": False}, False),
        ("2027-03-01 10:00", "3d", CLOSING | {"roll_over": False}, True),
        ("2027-03-01 10:00", "2h", {}, False),
        ("2027-03-01 10:00", "same day", {}, False),
        ("2027-03-01 10:00", "half day", {}, True),
        ("2027-03-01 10:00", "end of workday", {}, True),
        ("2026-12-24 10:00", "3d", {"roll_over": False}, False),
        ("2026-12-23 10:00", "3wd", {}, False),
        ("2026-12-26 10:00", "10d", {}, True),
    ],
)
def test_provisional_only_if_an_open_day_matters(start, rule, options, provisional):
    found = due(parse(rule), local(start), CALENDAR, **options)
    assert found.provisional == found.trace.provisional == provisional


def test_days_before_the_last_one_do_not_make_it_provisional():
    calendar = Calendar(SHANGHAI, OFFICE, working_days={date(2027, 3, 4): "settled"})
    assert not due(parse("3d"), local("2027-03-01 10:00"), calendar).provisional
    assert due(parse("3wd"), local("2027-03-01 10:00"), calendar).provisional


def test_hours_are_added_on_the_real_clock():
    calendar = Calendar(ZoneInfo("America/New_York"))
    before = datetime(2026, 3, 7, 12, tzinfo=calendar.zone)
    assert due(parse("24h"), before, calendar).at == datetime(2026, 3, 8, 17, tzinfo=UTC)
    assert due(parse("1d"), before, calendar, roll_over=False).at == datetime(2026, 3, 9, 4, tzinfo=UTC)


def test_day_of_resolve_needs_to_know_it():
    with pytest.raises(ValueError, match="needs the resolve due time"):
        due_at("day of resolve", "2026-11-23 10:00")


def test_naive_moments_are_refused():
    with pytest.raises(ValueError, match="no time zone"):
        due(parse("3d"), datetime(2026, 11, 23, 10), CALENDAR)  # noqa: DTZ001
    with pytest.raises(ValueError, match="no time zone"):
        extend(datetime(2026, 11, 23, 10), parse("3d"), CALENDAR)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("was", "by", "options", "expected"),
    [
        ("2026-11-23 24:00", "2d", {}, "2026-11-25 24:00"),
        ("2026-11-26 24:00", "2d", {}, "2026-11-30 24:00"),
        ("2026-11-26 24:00", "2d", {"roll_over": False}, "2026-11-28 24:00"),
        ("2026-11-26 24:00", "2wd", {}, "2026-11-30 24:00"),
        ("2026-11-26 17:30", "2wd", CLOSING, "2026-11-30 17:30"),
        ("2026-11-26 24:00", "2h", {}, "2026-11-27 02:00"),
        ("2026-11-26 24:00", "half day", {}, "2026-11-27 14:30"),
    ],
)
def test_an_extension_counts_from_the_day_after_the_last(was, by, options, expected):
    longer = extend(local(was), parse(by), CALENDAR, **options)
    assert longer.at == local(expected)
    assert longer.trace.extends
    assert longer.trace.start == local(was)


@pytest.mark.parametrize("by", ["same day", "end of workday", "day of resolve"])
def test_an_extension_is_a_length(by):
    with pytest.raises(PeriodError, match="does not extend"):
        extend(local("2026-11-26 24:00"), parse(by), CALENDAR)


@pytest.mark.parametrize(("start", "rule", "options", "expected"), WORKED_EXAMPLES)
def test_a_trace_survives_json(start, rule, options, expected):
    found = due(parse(rule), local(start), CALENDAR, **options)
    again = DeadlineTrace.from_dict(json.loads(json.dumps(found.trace.to_dict())))
    assert again == found.trace
    assert again.at == found.at
