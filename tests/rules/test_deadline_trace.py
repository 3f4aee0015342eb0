"""What a due time says about how it was counted."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.rules.time.calendar import Calendar, DayNote, Interval
from handlers.rules.time.periods import due, parse

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(SHANGHAI, (Interval.parse("08:30-12:00"), Interval.parse("14:00-17:30")))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_the_reckoning_of_a_roll_over():
    reckoning = due(parse("3d"), local("2026-11-25 10:05"), CALENDAR).reckoning
    assert reckoning.rule == "3d"
    assert reckoning.articles == ("200", "201", "203")
    assert reckoning.zone == "Asia/Shanghai"
    assert reckoning.start == local("2026-11-25 10:05")
    assert reckoning.counted == (date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 28))
    assert reckoning.rolled_from == date(2026, 11, 28)
    assert reckoning.last_day == date(2026, 11, 30)
    assert [day.role for day in reckoning.days[3:]] == ["rest at the end", "rolled to"]
    assert reckoning.ending == "midnight"


def test_the_reckoning_without_a_roll_over():
    reckoning = due(parse("3d"), local("2026-11-25 10:05"), CALENDAR, roll_over=False).reckoning
    assert reckoning.articles == ("200", "201", "203", "204")
    assert reckoning.rolled_from is None
    assert reckoning.last_day == date(2026, 11, 28)


def test_the_reckoning_of_working_days():
    reckoning = due(parse("3wd"), local("2026-09-30 16:00"), CALENDAR).reckoning
    assert [day.note.code for day in reckoning.skipped] == ["holiday"] * 7
    assert reckoning.days[-1].note == DayNote("make-up", "National Day")
    assert reckoning.counted == (date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10))
    assert reckoning.rolled_from is None


def test_the_reckoning_of_half_a_day():
    reckoning = due(parse("half day"), local("2026-11-27 15:30"), CALENDAR).reckoning
    spans = [(part.begins, part.ends) for part in reckoning.segments]
    assert spans == [
        (local("2026-11-27 15:30"), local("2026-11-27 17:30")),
        (local("2026-11-30 08:30"), local("2026-11-30 10:30")),
    ]
    assert reckoning.counted == (date(2026, 11, 27), date(2026, 11, 30))
    assert [day.day.day for day in reckoning.skipped] == [28, 29]
    assert (reckoning.last_day, reckoning.ending) == (date(2026, 11, 30), "business clock")


def test_the_reckoning_of_a_late_find():
    at_least = timedelta(hours=2)
    late = due(parse("same day"), local("2026-11-23 23:10"), CALENDAR, same_day_at_least=at_least)
    early = due(parse("same day"), local("2026-11-23 10:05"), CALENDAR, same_day_at_least=at_least)
    assert (late.reckoning.at_least, late.reckoning.last_day) == (at_least, date(2026, 11, 24))
    assert early.reckoning.at_least is None


def test_a_minimum_that_moves_nothing_is_not_mentioned():
    found = due(parse("same day"), local("2026-11-23 22:00"), CALENDAR, same_day_at_least=timedelta(hours=2))
    assert (found.reckoning.at_least, found.reckoning.ending) == (None, "midnight")


def test_a_day_of_rest_ends_at_midnight():
    options = {"roll_over": False, "ends_at": "close of business"}
    assert due(parse("3d"), local("2026-11-25 10:05"), CALENDAR, **options).reckoning.ending == "midnight"
    assert due(parse("2d"), local("2026-11-25 10:05"), CALENDAR, **options).reckoning.ending == options["ends_at"]
