"""Working days, provisional due times, and the end of a local day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.rules.time.calendar import Calendar, DayNote, Interval

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = (Interval.parse("08:30-12:00"), Interval.parse("14:00-17:30"))
CALENDAR = Calendar(SHANGHAI, OFFICE)


def bare(zone: str) -> Calendar:
    return Calendar(ZoneInfo(zone))


@pytest.mark.parametrize(
    ("day", "code", "name"),
    [
        ("2026-11-23", "workday", ""),
        ("2026-11-28", "weekend", ""),
        ("2026-11-29", "weekend", ""),
        ("2026-10-01", "holiday", "National Day"),
        ("2026-10-07", "holiday", "National Day"),
        ("2026-10-08", "workday", ""),
        ("2026-10-10", "make-up", "National Day"),
        ("2026-09-20", "make-up", "National Day"),
        ("2026-09-27", "holiday", "Mid-autumn Festival"),
        ("2026-02-14", "make-up", "Spring Festival"),
        ("2026-02-15", "holiday", "Spring Festival"),
        ("2026-02-23", "holiday", "Spring Festival"),
        ("2026-02-28", "make-up", "Spring Festival"),
        ("2020-01-31", "holiday", "Spring Festival"),
    ],
)
def test_published_days(day, code, name):
    assert CALENDAR.reason(date.fromisoformat(day)) == DayNote(code, name)
    assert CALENDAR.is_working(date.fromisoformat(day)) == (code in ("workday", "make-up"))
    assert not CALENDAR.provisional(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2027-01-01", "New Year's Day"),
        ("2027-02-05", "Spring Festival"),
        ("2027-02-06", "Spring Festival"),
        ("2027-02-08", "Spring Festival"),
        ("2027-04-05", "Tomb-sweeping Day"),
        ("2028-04-04", "Tomb-sweeping Day"),
        ("2027-05-01", "Labour Day"),
        ("2027-05-02", "Labour Day"),
        ("2027-06-09", "Dragon Boat Festival"),
        ("2027-09-15", "Mid-autumn Festival"),
        ("2027-10-01", "National Day"),
        ("2027-10-03", "National Day"),
        ("2040-02-11", "Spring Festival"),
        ("2041-10-01", "National Day"),
        ("2003-05-01", "Labour Day"),
    ],
)
def test_unpublished_years_know_the_festivals(day, name):
    day = date.fromisoformat(day)
    assert CALENDAR.reason(day) == DayNote("holiday", name)
    assert CALENDAR.provisional(day)


@pytest.mark.parametrize("day", ["2027-02-04", "2027-02-09", "2027-05-03", "2027-10-04", "2027-10-08"])
def test_unpublished_years_have_no_days_in_lieu(day):
    assert CALENDAR.reason(date.fromisoformat(day)) == DayNote("workday")


def test_festivals_of_a_year_come_to_thirteen_days():
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(CALENDAR.reason(day).code == "holiday" for day in days) == 13


def test_published_years():
    published = [year for year in range(2000, 2035) if CALENDAR.published(year)]
    assert published == list(range(2004, 2027))


def test_the_last_days_before_an_unpublished_year_may_still_move():
    assert not CALENDAR.provisional(date(2026, 12, 28))
    assert CALENDAR.provisional(date(2026, 12, 29))
    assert not CALENDAR.provisional(date(2025, 12, 31))


def test_the_institution_may_vouch_for_a_year():
    calendar = Calendar(SHANGHAI, days_off={date(2027, 2, 9): "春节"}, known_years=frozenset({2027}))
    assert calendar.published(2027)
    assert not calendar.provisional(date(2027, 3, 1))
    assert not calendar.provisional(date(2026, 12, 31))
    assert calendar.provisional(date(2028, 3, 1))


def test_local_days_win_and_are_settled():
    calendar = Calendar(
        SHANGHAI,
        days_off={date(2026, 11, 23): "校庆", date(2027, 3, 1): "开学"},
        working_days={date(2026, 10, 1): "值班"},
    )
    assert calendar.reason(date(2026, 11, 23)) == DayNote("local-off", "校庆")
    assert calendar.reason(date(2026, 10, 1)) == DayNote("local-work", "值班")
    assert not calendar.is_working(date(2026, 11, 23))
    assert calendar.is_working(date(2026, 10, 1))
    assert not calendar.provisional(date(2027, 3, 1))


def test_a_day_cannot_be_both_off_and_worked():
    day = date(2026, 11, 23)
    with pytest.raises(ValueError, match="2026-11-23 is both"):
        Calendar(SHANGHAI, days_off={day: "a"}, working_days={day: "b"})


@pytest.mark.parametrize("text", ["12:00-08:30", "08:30-08:30", "22:00-06:00"])
def test_an_interval_closes_after_it_opens(text):
    with pytest.raises(ValueError, match="closes before it opens"):
        Interval.parse(text)


@pytest.mark.parametrize("pair", [("08:00-12:00", "11:59-17:00"), ("14:00-18:00", "08:00-12:00")])
def test_intervals_are_in_order_and_apart(pair):
    with pytest.raises(ValueError, match="overlap or are out of order"):
        Calendar(SHANGHAI, tuple(map(Interval.parse, pair)))


def test_intervals_may_touch():
    assert Calendar(SHANGHAI, (Interval.parse("08:00-12:00"), Interval.parse("12:00-17:00"))).business


def test_nothing_follows_24_o_clock():
    with pytest.raises(ValueError, match="out of order"):
        Calendar(SHANGHAI, (Interval.parse("08:00-24:00"), Interval.parse("09:00-10:00")))


def test_an_interval_may_close_at_24():
    interval = Interval.parse("14:00 – 24:00")
    assert interval == Interval(time(14), time(0))
    assert str(interval) == "14:00-24:00"
    calendar = Calendar(SHANGHAI, (interval,))
    assert calendar.close_of(date(2026, 11, 23)) == datetime(2026, 11, 23, 16, tzinfo=UTC)


def test_close_of_business():
    assert CALENDAR.close_of(date(2026, 11, 23)) == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert CALENDAR.close_of(date(2026, 11, 28)) == datetime(2026, 11, 28, 16, tzinfo=UTC)
    assert bare("Asia/Shanghai").close_of(date(2026, 11, 23)) == datetime(2026, 11, 23, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        ("Asia/Shanghai", "2026-11-26", "2026-11-26T16:00"),
        ("America/New_York", "2026-03-08", "2026-03-09T04:00"),  # 23 hours
        ("America/New_York", "2026-11-01", "2026-11-02T05:00"),  # 25 hours
        ("America/Sao_Paulo", "2018-11-03", "2018-11-04T03:00"),  # the next midnight does not exist
        ("America/Sao_Paulo", "2018-02-17", "2018-02-18T03:00"),  # 23:00 comes twice
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-04T13:00"),
        ("Pacific/Apia", "2011-12-29", "2011-12-30T10:00"),  # Dec 30 was skipped
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),
    ],
)
def test_the_end_of_a_day(zone, day, end):
    assert bare(zone).end_of(date.fromisoformat(day)) == datetime.fromisoformat(end).replace(tzinfo=UTC)


def test_a_day_that_the_zone_skipped_has_no_business_hours():
    calendar = Calendar(ZoneInfo("Pacific/Apia"), OFFICE)
    assert list(calendar.hours(date(2011, 12, 30))) == []
    assert len(list(calendar.hours(date(2011, 12, 29)))) == 2


def test_24_o_clock_belongs_to_the_day_it_ends():
    end = CALENDAR.end_of(date(2026, 11, 26))
    assert CALENDAR.day_ending(end) == date(2026, 11, 26)
    assert CALENDAR.day_ending(end + timedelta(seconds=1)) == date(2026, 11, 27)


def test_naive_moments_are_refused():
    with pytest.raises(ValueError, match="no time zone"):
        CALENDAR.local(datetime(2026, 11, 23, 10))  # noqa: DTZ001
    with pytest.raises(ValueError, match="no time zone"):
        CALENDAR.day_ending(datetime(2026, 11, 23, 10))  # noqa: DTZ001


def test_unknown_codes_are_refused():
    with pytest.raises(ValueError, match="unknown day code"):
        DayNote("feast")
