"""When a period is due: the count of the Civil Code of the PRC, articles 200–204.

The day of the event does not count; hours and minutes run at once; the period ends at 24:00 of its last
day or, where a regime says so, at the close of business; a last day of rest gives way to the next worked day.
"""

from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from handlers.rules.time.calendar import Calendar
from handlers.rules.time.counting import (
    Count,
    EndsAt,
    business_time,
    clock,
    close_of_workday,
    days_after,
    whole_day,
    working_days_after,
)
from handlers.rules.time.deadline_trace import DeadlineTrace
from handlers.rules.time.period_text import ACCEPTED, Period, PeriodError, Unit, parse

__all__ = [
    "ACCEPTED",
    "DeadlineTrace",
    "Due",
    "EndsAt",
    "Period",
    "PeriodError",
    "Unit",
    "due",
    "extend",
    "parse",
]

# 204 stands for a count that the institution agreed on and that the Civil Code does not have.
_ARTICLES: dict[Unit, tuple[str, ...]] = {
    "m": ("200", "201"),
    "h": ("200", "201"),
    "d": ("200", "201", "203"),
    "wd": ("201", "203", "204"),
    "same day": ("203", "204"),
    "half day": ("201", "204"),
    "end of workday": ("203", "204"),
    "day of resolve": ("203", "204"),
}


class Due(Struct, frozen=True):
    """A due time in UTC; `provisional` if it rests on a day that the State Council may still move."""

    at: datetime
    provisional: bool
    trace: DeadlineTrace


def due(
    period: Period,
    start: datetime,
    calendar: Calendar,
    *,
    roll_over: bool = True,
    same_day_at_least: timedelta | None = None,
    ends_at: EndsAt = "midnight",
    resolve_due: datetime | None = None,
) -> Due:
    """Return when `period` from the aware moment `start` ends, in UTC, with its trace (articles 201 and 203).

    `roll_over` is for "d", `ends_at` for "d" and "wd", `same_day_at_least` for "same day".
    A `resolve_due` of 24:00 belongs to the day it ends; without it "day of resolve" is a ValueError, as is
    a naive moment.
    """
    start = calendar.local(start).astimezone(UTC)
    count = _count(period, start, calendar.local(start).date(), calendar, roll_over, ends_at, resolve_due)
    granted = same_day_at_least if period.unit == "same day" else None
    if granted is None or start + granted <= count.at:
        return _due(period, start, calendar, count, roll_over)
    return _due(period, start, calendar, clock(start, granted, calendar), roll_over, at_least=granted)


def extend(
    due_at: datetime,
    period: Period,
    calendar: Calendar,
    *,
    roll_over: bool = True,
    ends_at: EndsAt = "midnight",
) -> Due:
    """Return a due time put off by minutes, hours, half a day, days or working days; its own day does not count.

    PeriodError for a period that is no length, such as "same day"; ValueError if `due_at` is naive.
    """
    if not period.length and period.unit != "half day":
        raise PeriodError(str(period), "does not extend anything")
    last_day, due_at = calendar.day_ending(due_at), due_at.astimezone(UTC)
    count = _count(period, due_at, last_day, calendar, roll_over, ends_at, None)
    return _due(period, due_at, calendar, count, roll_over, extends=True)


def _count(
    period: Period,
    start: datetime,
    day: date,
    calendar: Calendar,
    roll_over: bool,
    ends_at: EndsAt,
    resolve_due: datetime | None,
) -> Count:
    match period.unit:
        case "d":
            return days_after(day, period.length, calendar, roll_over, ends_at)
        case "wd":
            return working_days_after(day, period.length, calendar, ends_at)
        case "same day":
            return whole_day(day, calendar)
        case "end of workday":
            return close_of_workday(start, calendar)
        case "day of resolve":
            if resolve_due is None:
                raise ValueError('"day of resolve" needs the resolve due time')
            return whole_day(calendar.day_ending(resolve_due), calendar)
        case _:
            runs = business_time if period.business or period.unit == "half day" else clock
            return runs(start, period.time, calendar)


def _due(
    period: Period,
    start: datetime,
    calendar: Calendar,
    count: Count,
    roll_over: bool,
    at_least: timedelta | None = None,
    extends: bool = False,
) -> Due:
    own_rule = period.business or (period.unit == "d" and not roll_over)
    trace = DeadlineTrace(
        rule=str(period),
        articles=_ARTICLES[period.unit] + (("204",) if own_rule else ()),
        zone=calendar.zone.key,
        start=start,
        at=count.at,
        last_day=count.last_day,
        ending=count.ending,
        days=count.days,
        segments=count.segments,
        at_least=at_least,
        provisional=count.provisional,
        extends=extends,
    )
    return Due(count.at, count.provisional, trace)
