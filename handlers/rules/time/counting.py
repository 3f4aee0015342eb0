"""Count days, working days, hours or business hours on from a moment or a local day."""

from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from handlers.rules.time.calendar import ONE_DAY, Calendar
from handlers.rules.time.deadline_trace import DayRole, Ending, Segment, TraceDay

EndsAt = Literal["midnight", "close of business"]


class Count(Struct, frozen=True):
    """Where a count ended (UTC), on which local day, and what it passed on the way."""

    at: datetime
    last_day: date
    ending: Ending
    days: tuple[TraceDay, ...] = ()
    segments: tuple[Segment, ...] = ()
    provisional: bool = False


def clock(start: datetime, length: timedelta, calendar: Calendar) -> Count:
    """Count hours and minutes, which run at once (article 201); in UTC, unaffected by daylight saving."""
    at = start + length
    return Count(at, calendar.day_ending(at), "clock")


def whole_day(day: date, calendar: Calendar) -> Count:
    """Count to 24:00 of one day, worked or not."""
    return Count(calendar.end_of(day), day, "midnight", (_look(day, "counted", calendar),))


def days_after(day: date, length: int, calendar: Calendar, roll_over: bool, ends_at: EndsAt) -> Count:
    """Count the days after `day` (article 201); a last day of rest gives way to the next worked (203)."""
    days = [_look(day + n * ONE_DAY, "counted", calendar) for n in range(1, length + 1)]
    if not roll_over:
        return _end_on(days, calendar, ends_at, relied_on=days[-1:] if ends_at != "midnight" else [])
    while not days[-1].note.works:
        days.append(_look(days[-1].day + ONE_DAY, "rest at the end", calendar))
    if len(days) > length:
        days[-1] = _look(days[-1].day, "rolled to", calendar)
    return _end_on(days, calendar, ends_at, relied_on=days[length - 1 :])


def working_days_after(day: date, length: int, calendar: Calendar, ends_at: EndsAt) -> Count:
    """Count working days after `day`, which does not count itself; days of rest are skipped."""
    days: list[TraceDay] = []
    while length:
        day += ONE_DAY
        works = calendar.is_working(day)
        days.append(_look(day, "counted" if works else "skipped", calendar))
        length -= works
    return _end_on(days, calendar, ends_at, relied_on=days)


def business_time(start: datetime, length: timedelta, calendar: Calendar) -> Count:
    """Count business hours of working days; on the clock if the institution keeps none."""
    if not calendar.business:
        return clock(start, length, calendar)
    day, days, segments = calendar.local(start).date(), list[TraceDay](), list[Segment]()
    at, provisional = start, False
    while length:
        used = len(segments)
        for opens, closes in calendar.hours(day):
            begins = max(at, opens)
            if length and begins < closes:
                at = min(closes, begins + length)
                segments.append(Segment(begins, at))
                length -= at - begins
        if len(segments) > used or not calendar.is_working(day):
            days.append(_look(day, "counted" if len(segments) > used else "skipped", calendar))
        provisional |= calendar.provisional(day)
        day += ONE_DAY
    return Count(at, days[-1].day, "business clock", tuple(days), tuple(segments), provisional)


def close_of_workday(start: datetime, calendar: Calendar) -> Count:
    """Count to the first close of business after `start`; 24:00 of a working day if no business hours are kept."""
    day, days = calendar.local(start).date(), list[TraceDay]()
    while not calendar.is_working(day) or calendar.close_of(day) <= start:
        days.append(_look(day, "skipped", calendar))
        day += ONE_DAY
    days.append(_look(day, "counted", calendar))
    return _end_on(days, calendar, "close of business", relied_on=days)


def _look(day: date, role: DayRole, calendar: Calendar) -> TraceDay:
    return TraceDay(day, calendar.reason(day), role)


def _end_on(days: list[TraceDay], calendar: Calendar, ends_at: EndsAt, relied_on: list[TraceDay]) -> Count:
    last = days[-1].day
    closes = ends_at == "close of business" and bool(calendar.business) and calendar.is_working(last)
    at = calendar.close_of(last) if closes else calendar.end_of(last)
    provisional = any(calendar.provisional(day.day) for day in relied_on)
    return Count(at, last, "close of business" if closes else "midnight", tuple(days), (), provisional)
