"""Days on which something recurs: "every day", "working days", a weekday ("fri") or a day of the month ("26")."""

from datetime import date

from handlers.rules.time.calendar import Calendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LAST_IN_EVERY_MONTH = 28


def is_recurring(days: str) -> bool:
    """Return whether these words name days; of a month only those that every month has."""
    monthly = days.isdigit() and 1 <= int(days) <= _LAST_IN_EVERY_MONTH
    return monthly or days in ("every day", "working days", *WEEKDAYS)


def falls_on(days: str, day: date, calendar: Calendar) -> bool:
    """Return whether `days`, which `is_recurring`, name this local day."""
    if days == "every day":
        return True
    if days == "working days":
        return calendar.is_working(day)
    return day.weekday() == WEEKDAYS.index(days) if days in WEEKDAYS else day.day == int(days)
