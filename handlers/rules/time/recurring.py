"""Days on which something recurs: "every day", "working days", a weekday ("fri"), a day of the month ("26", "last")."""

from datetime import date

from handlers.rules.time.calendar import Calendar, days_in_month

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST = "last"
_LONGEST_MONTH = 31


def is_recurring(days: str) -> bool:
    """Return whether these words name days."""
    return is_monthly(days) or days in ("every day", "working days", *WEEKDAYS)


def is_monthly(days: str) -> bool:
    """Return whether these words name a day of the month."""
    return days == LAST or (days.isdecimal() and 1 <= int(days) <= _LONGEST_MONTH)


def of_month(days: str, day: date) -> date:
    """Return the day that a day of the month, which `is_monthly`, is in the month of `day`.

    A month that has no such day has its last instead.
    """
    last = days_in_month(day.year, day.month)
    return day.replace(day=last if days == LAST else min(int(days), last))


def falls_on(days: str, day: date, calendar: Calendar) -> bool:
    """Return whether `days`, which `is_recurring`, name this local day."""
    if days == "every day":
        return True
    if days == "working days":
        return calendar.is_working(day)
    return day.weekday() == WEEKDAYS.index(days) if days in WEEKDAYS else day == of_month(days, day)
