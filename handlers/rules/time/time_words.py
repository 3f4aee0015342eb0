"""A day or a period that a text names, and the date arithmetic to read one."""

from datetime import date, time, timedelta

from msgspec import Struct

from handlers.rules.time.calendar import days_in_month
from handlers.rules.time.period_text import Period

_NEAR = timedelta(days=100)


class TimeWords(Struct, frozen=True, eq=False):
    """A local `day`, meant to its end unless `clock` or the `close` of business is named, or a `period` from it.

    `exact` is false for a month, a quarter, half a year; `bounded` if 前 or "by" makes it a limit; `counted` if
    it runs from the moment of speaking, as 三天内 and "within" do; `vague` if the clock may be the morning's or the
    afternoon's (5点). Compared by identity, which is quick: a text that
    says the same words a thousand times has them once.
    """

    day: date
    period: Period | None = None
    clock: time | None = None
    close: bool = False
    exact: bool = True
    bounded: bool = False
    counted: bool = False
    vague: bool = False


def day_of(year: int, month: int, day: int) -> date | None:
    """Return the day; None if there is no such day."""
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= days_in_month(year, month) else None


def coming(today: date, month: int, day: int) -> date | None:
    """Return a day without a year: of this year, or of the next if that is near, as 1月15日 is in December."""
    this, following = day_of(today.year, month, day), day_of(today.year + 1, month, day)
    return following if this and following and this < today and following - today <= _NEAR else this


def last_of_month(year: int, month: int) -> date:
    return date(year, month, days_in_month(year, month))


def months_on(day: date, months: int) -> date:
    """Return the day with the same number `months` later, or the last of the month (Civil Code, article 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, days_in_month(year, month + 1)))


def weekday_of(today: date, weekday: int, weeks: int) -> date:
    """Return a weekday (Monday is 0) of this week, or `weeks` later."""
    return today + timedelta(days=weekday - today.weekday(), weeks=weeks)
