"""The trace of a due time: how it was counted."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.rules.time.calendar import Calendar, DayNote, Interval
from handlers.rules.time.periods import due, parse

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(SHANGHAI, (Interval.parse("08:30-12:00"), Interval.parse("14:00-17:30")))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_the_trace_of_a_roll_over():
    trace = due(parse("3d"), local("2026-11-25 10:05"), CALENDAR).trace
    assert trace.rule == "3d"
    assert trace.articles == ("200", "201", "203")
    assert trace.zone == "Asia/Shanghai"
    assert trace.start == local("2026-11-25 10:05")
    assert trace.counted == (date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 28))
    assert trace.rolled_from == date(2026, 11, 28)
    assert trace.last_day == date(2026, 11, 30)
    assert [day.role for day in trace.days[3:]] == ["rest at the end", "rolled to"]
    assert trace.ending == "midnight"


def test_the_trace_without_a_roll_over():
    trace = due(parse("3d"), local("2026-11-25 10:05"), CALENDAR, roll_over=False).trace
    assert trace.articles == ("200", "201", "203", "204")
    assert trace.rolled_from is None
    assert trace.last_day == date(2026, 11, 28)


def test_the_trace_of_working_days():
    trace = due(parse("3wd"), local("2026-09-30 16:00"), CALENDAR).trace
    assert [day.note.code for day in trace.skipped] == ["holiday"] * 7
    assert trace.days[-1].note == DayNote("make-up", "National Day")
    assert trace.counted == (date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10))
    assert trace.rolled_from is None


def test_the_trace_of_half_a_day():
    trace = due(parse("half day"), local("2026-11-27 15:30"), CALENDAR).trace
    spans = [(part.begins, part.ends) for part in trace.segments]
    assert spans == [
        (local("2026-11-27 15:30"), local("2026-11-27 17:30")),
        (local("2026-11-30 08:30"), local("2026-11-30 10:30")),
    ]
    assert trace.counted == (date(2026, 11, 27), date(2026, 11, 30))
    assert [day.day.day for day in trace.skipped] == [28, 29]
    assert (trace.last_day, trace.ending) == (date(2026, 11, 30), "business clock")


def test_the_trace_of_a_late_find():
    at_least = timedelta(hours=2)
    late = due(parse("same day"), local("2026-11-23 23:10"), CALENDAR, same_day_at_least=at_least)
    early = due(parse("same day"), local("2026-11-23 10:05"), CALENDAR, same_day_at_least=at_least)
    assert (late.trace.at_least, late.trace.last_day) == (at_least, date(2026, 11, 24))
    assert early.trace.at_least is None


def test_a_minimum_that_moves_nothing_is_not_mentioned():
    found = due(parse("same day"), local("2026-11-23 22:00"), CALENDAR, same_day_at_least=timedelta(hours=2))
    assert (found.trace.at_least, found.trace.ending) == (None, "midnight")


def test_a_day_of_rest_ends_at_midnight():
    options = {"roll_over": False, "ends_at": "close of business"}
    assert due(parse("3d"), local("2026-11-25 10:05"), CALENDAR, **options).trace.ending == "midnight"
    assert due(parse("2d"), local("2026-11-25 10:05"), CALENDAR, **options).trace.ending == options["ends_at"]
