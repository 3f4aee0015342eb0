"""Properties of every due time, in time zones whose clocks change at midnight, by half an hour, or by a day."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.rules.time.calendar import Calendar, Interval
from handlers.rules.time.periods import DeadlineTrace, due, extend, parse
from tests.support.thinned import drawn

ZONES = [
    "Asia/Shanghai",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
]
HOURS = [
    (),
    ("08:30-12:00", "14:00-17:30"),
    ("00:00-24:00",),
    ("01:30-02:10", "02:40-03:00", "20:00-24:00"),  # inside the hours that daylight saving skips or doubles
]
WORDS = ["same day", "half day", "end of workday", "day of resolve"]

days = st.dates(date(2004, 1, 1), date(2035, 12, 31))
moments = st.datetimes(datetime(2004, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
counted = st.builds(lambda length, unit: f"{length}{unit}", st.integers(1, 15), st.sampled_from(["d", "wd"]))
clocked = st.builds(
    lambda length, unit, end: f"{length}{unit}{end}",
    st.integers(1, 100),
    st.sampled_from(["m", "h"]),
    st.sampled_from(["", " in business hours"]),
)
rules = st.one_of(st.sampled_from(WORDS), counted, clocked)
calendars = st.builds(
    lambda zone, hours, off, work: Calendar(
        ZoneInfo(zone),
        tuple(map(Interval.parse, hours)),
        dict.fromkeys(off, "off"),
        dict.fromkeys(work - off, "work"),
    ),
    st.sampled_from(ZONES),
    st.sampled_from(HOURS),
    st.sets(days, max_size=3),
    st.sets(days, max_size=3),
)
options = st.fixed_dictionaries(
    {
        "roll_over": st.booleans(),
        "ends_at": st.sampled_from(["midnight", "close of business"]),
        "same_day_at_least": st.one_of(st.none(), st.timedeltas(timedelta(minutes=1), timedelta(hours=5))),
        "resolve_due": st.just(datetime(2035, 12, 31, tzinfo=UTC)),
    }
)


@given(rules)
def test_parse_reads_what_str_writes(rule):
    assert str(parse(rule)) == rule
    assert parse(str(parse(rule))) == parse(rule)


@settings(max_examples=drawn(400), deadline=None)
@given(rules, moments, calendars, options)
def test_every_due_time_lies_ahead_and_is_explained(rule, start, calendar, options):
    found = due(parse(rule), start, calendar, **options)
    trace = found.trace
    assert found.at > start
    assert found.at.tzinfo is UTC
    assert (trace.at, trace.start, trace.rule) == (found.at, start, rule)
    assert DeadlineTrace.from_dict(json.loads(json.dumps(trace.to_dict()))) == trace


@settings(max_examples=drawn(400), deadline=None)
@given(
    rules,
    moments,
    st.one_of(st.timedeltas(timedelta(0), timedelta(hours=3)), st.timedeltas(timedelta(0), timedelta(days=20))),
    calendars,
    options,
)
def test_a_later_event_is_never_due_earlier(rule, start, gap, calendar, options):
    period = parse(rule)
    assert due(period, start, calendar, **options).at <= due(period, start + gap, calendar, **options).at


@settings(max_examples=drawn(200), deadline=None)
@given(counted, moments, calendars, st.sampled_from(["midnight", "close of business"]))
def test_rolling_over_never_ends_on_a_day_of_rest(rule, start, calendar, ends_at):
    trace = due(parse(rule), start, calendar, roll_over=True, ends_at=ends_at).trace
    assert calendar.is_working(trace.last_day)


@settings(max_examples=drawn(200), deadline=None)
@given(st.integers(1, 15), moments, calendars)
def test_days_are_counted_after_the_day_of_the_event(length, start, calendar):
    trace = due(parse(f"{length}d"), start, calendar, roll_over=False).trace
    found_on = start.astimezone(calendar.zone).date()
    assert trace.counted == tuple(found_on + timedelta(days=n + 1) for n in range(length))
    assert trace.at == calendar.end_of(found_on + timedelta(days=length))


@settings(max_examples=drawn(200), deadline=None)
@given(st.integers(1, 30), moments, calendars)
def test_working_days_equal_a_naive_count(length, start, calendar):
    day, left = start.astimezone(calendar.zone).date(), length
    while left:
        day += timedelta(days=1)
        left -= 1 if calendar.is_working(day) else 0
    found = due(parse(f"{length}wd"), start, calendar)
    assert found.at == calendar.end_of(day)
    assert len(found.trace.counted) == length
    assert found.trace.counted[-1] == found.trace.last_day == day


@settings(max_examples=drawn(300), deadline=None)
@given(counted, moments, calendars, options)
def test_counted_days_agree_with_the_due_time(rule, start, calendar, options):
    trace = due(parse(rule), start, calendar, **options).trace
    shown = [day.day for day in trace.days]
    assert shown == [shown[0] + timedelta(days=n) for n in range(len(shown))]
    assert shown[-1] == trace.last_day
    assert trace.rolled_from == (None if trace.counted[-1] == shown[-1] else trace.counted[-1])
    closing = calendar.close_of if trace.ending == "close of business" else calendar.end_of
    assert trace.at == closing(trace.last_day)
    assert all(day.note == calendar.reason(day.day) for day in trace.days)


@settings(max_examples=drawn(300), deadline=None)
@given(st.integers(1, 3000), moments, calendars.filter(lambda calendar: calendar.business))
def test_business_time_adds_up_and_stays_in_business_hours(minutes, start, calendar):
    trace = due(parse(f"{minutes}m in business hours"), start, calendar).trace
    assert sum((part.length for part in trace.segments), timedelta()) == timedelta(minutes=minutes)
    assert trace.segments[-1].ends == trace.at
    for part in trace.segments:
        assert calendar.is_working(part.begins.astimezone(calendar.zone).date())
    for earlier, later in zip(trace.segments, trace.segments[1:], strict=False):
        assert earlier.ends <= later.begins


@settings(max_examples=drawn(200), deadline=None)
@given(st.one_of(counted, clocked, st.just("half day")), moments, calendars, st.booleans())
def test_an_extension_lies_after_what_it_extends(rule, start, calendar, roll_over):
    first = due(parse("3d"), start, calendar)
    assert extend(first.at, parse(rule), calendar, roll_over=roll_over).at > first.at


@pytest.mark.parametrize("zone", ZONES)
def test_no_day_from_2004_to_2035_fails(zone):
    calendar = Calendar(ZoneInfo(zone), tuple(map(Interval.parse, HOURS[1])))
    day, periods = date(2004, 1, 1), [parse(rule) for rule in ("3d", "3wd", "half day", "end of workday")]
    while day.year < 2036:
        noon = calendar.start_of(day) + timedelta(hours=12)
        assert all(due(period, noon, calendar).at > noon for period in periods)
        day += timedelta(days=7)
