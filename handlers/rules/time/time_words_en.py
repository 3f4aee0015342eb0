"""Days and periods in English: within 3 days · by Friday 17:00 · by 5 pm on 26 November · before 2026-11-26."""

import re
from datetime import date, time, timedelta

from handlers.rules.time.period_text import PeriodError, parse
from handlers.rules.time.time_words import TimeWords, coming, day_of, last_of_month, months_on, weekday_of

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_NAMES = (
    "(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?P<year>20[0-9]{2}))?"
_CLOCK = (
    r"(?:(?P<hourN>2[0-3]|[01]?[0-9]):(?P<minuteN>[0-5][0-9])|(?P<bareN>1[0-2]|0?[1-9])(?= ?[ap]m\b))"
    r"(?: ?(?P<halfN>[ap]m)\b)?(?![0-9:])"
)
_AT = rf"(?:,? (?:at )?(?:{_CLOCK.replace('N>', '>')}|(?P<noon>noon)\b))?"
"""An hour behind a day: by Friday 17:00, on Friday at 5 pm."""
_BY = (
    r"\b(?:(?P<by>by|before|until|no later than|not later than) )?"
    rf"(?:(?:(?<!\d){_CLOCK.replace('N>', '_first>')}|(?P<noon_first>noon)) (?:on )?)?(?:the )?"
)
_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_COUNT = rf"[0-9]{{1,3}}|{'|'.join(_NUMBERS)}"


def a_length(match: re.Match[str], today: date) -> TimeWords | None:
    amount = match["amount"].lower()
    amount = str(_NUMBERS.index(amount) + 1) if amount in _NUMBERS else amount
    try:
        return TimeWords(today, parse(f"{amount} {match['unit']}"), counted=True)
    except PeriodError:
        return None


def a_date(match: re.Match[str], today: date) -> TimeWords | None:
    month, day = _MONTHS.index(match["month"][:3].lower()) + 1, int(match["day"])
    found = day_of(int(match["year"]), month, day) if match["year"] else coming(today, month, day)
    return _on(match, found)


def a_numeric_date(match: re.Match[str], _today: date) -> TimeWords | None:
    return _on(match, day_of(int(match["year"]), int(match["month"]), int(match["day"])))


def an_end(match: re.Match[str], today: date) -> TimeWords | None:
    following, unit = match["which"] == "next", match["unit"].lower()
    if unit == "week":
        return _on(match, weekday_of(today, 6, int(following)))
    if unit == "year":
        return _on(match, date(today.year + following, 12, 31))
    first = months_on(today.replace(day=1), int(following))
    return _on(match, last_of_month(first.year, first.month) if unit == "month" else today)


def a_weekday(match: re.Match[str], today: date) -> TimeWords | None:
    """Read next Friday as that of the next week, a bare Friday as the coming one."""
    weekday = _DAYS.index(match["name"].lower())
    day = weekday_of(today, weekday, int((match["which"] or "").lower() == "next"))
    return _on(match, day if day >= today or match["which"] else weekday_of(today, weekday, 1))


def a_day_near(match: re.Match[str], today: date) -> TimeWords | None:
    return _on(match, today + timedelta(days=int(match["near"].lower() == "tomorrow")))


def _on(match: re.Match[str], day: date | None) -> TimeWords | None:
    return TimeWords(day, clock=_clock(match), bounded=bool(match["by"])) if day else None


def _clock(match: re.Match[str]) -> time | None:
    """Return the hour that is named behind the day, or before it; None without one."""
    said = match.groupdict()
    for which in ("", "_first"):
        if said.get(f"noon{which}"):
            return time(12)
        hour = said.get(f"hour{which}") or said.get(f"bare{which}")
        if hour:
            return _of_day(int(hour), int(said.get(f"minute{which}") or 0), (said.get(f"half{which}") or "").lower())
    return None


def _of_day(hour: int, minute: int, half: str) -> time:
    if hour > 12 or not half:
        return time(hour, minute)
    return time(hour % 12 + (12 if half == "pm" else 0), minute)


# Tried in this order; each reads only what the ones before left, near the words of which each match contains one.
ENGLISH = (
    (
        rf"\b(?:within|in|after) (?:(?:{_COUNT})(?: ?[-–] ?| to | or ))?(?P<amount>{_COUNT}) "
        r"(?P<unit>(?:working |business )?days?|hours?|minutes?|weeks?)\b",
        a_length,
        ("day", "hour", "minute", "week"),
    ),
    (
        r"\b(?P<by>by|before|until|no later than) (?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)" + _AT,
        a_numeric_date,
        ("by ", "before ", "until ", "than "),
    ),
    (rf"{_BY}{_DAY}(?: of)? {_NAMES}{_YEAR}(?!\w){_AT}", a_date, _MONTHS),
    (rf"{_BY}{_NAMES} {_DAY}(?!\d){_YEAR}{_AT}", a_date, _MONTHS),
    (rf"{_BY}end of (?:the |this |(?P<which>next) )?(?P<unit>day|week|month|year)\b", an_end, ("end of ",)),
    (rf"{_BY}(?:(?P<which>this|next) )?(?P<name>{'|'.join(_DAYS)})\b{_AT}", a_weekday, ("day",)),
    (rf"{_BY}(?P<near>today|tomorrow)\b{_AT}", a_day_near, ("today", "tomorrow")),
)
