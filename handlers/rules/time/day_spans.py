"""A span of days as people type it: 12-20 至 01-05, 12月20日 08:00 到 12月22日, 20 Dec to 5 Jan."""

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.time.calendar import ONE_DAY, Calendar

HALF_A_YEAR = timedelta(days=183)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_SIDE = (
    r"(?:(?P<nearN>今天|今日|明天|明日|后天|today|tomorrow)"
    r"|(?:(?P<yearN>20[0-9]{2})[-/.年] ?)?(?P<monthN>1[0-2]|0?[1-9])[-/.月] ?(?P<dayN>3[01]|[12][0-9]|0?[1-9])[日号]?"
    r"|(?P<edayN>3[01]|[12][0-9]|0?[1-9]) (?P<emonthN>MONTH)(?: (?P<eyearN>20[0-9]{2}))?)"
    r"(?: ?(?P<hourN>2[0-4]|[01]?[0-9])[:点时](?P<minuteN>[0-5][0-9])?分?)?"
).replace("MONTH", _MONTH)
_FIRST, _LAST = _SIDE.replace("N>", "1>"), _SIDE.replace("N>", "2>")
_SPAN = LazyPattern(
    rf" ?(?:从|自|from )? ?{_FIRST} ?(?:起 ?)?(?:(?:至|到|直到|~|—+|–|-|until|till|to) ?{_LAST} ?(?:止 ?)?)?"
    r"(?![0-9:])[ ,，。:：;；]*",
    re.IGNORECASE,
)
_NEAR = {"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2}


class DaySpan(NamedTuple):
    """A span from `since` until `until` (UTC), and the words behind it. A day's end is its 24:00."""

    since: datetime
    until: datetime
    rest: str


def read_day_span(text: str, now: datetime, calendar: Calendar) -> DaySpan | None:
    """Return the span that the words begin with; None if they begin with none, or name a day that does not exist.

    A day without its year is the nearest one; a last day that would be before the first is of the next year. Today
    begins now, unless an hour is named.
    """
    plain = normalize(text)
    found = _SPAN.match(plain)
    if found is None:
        return None
    today = calendar.local(now).date()
    first = _day(found, 1, today)
    named = found["near2"] or found["day2"] or found["eday2"]
    last = _day(found, 2, first) if first and named else first
    if first is None or last is None:
        return None
    since = _at(found, 1, first, calendar, ends=False)
    if found["hour1"] is None and first == today:
        since = now
    return DaySpan(since, _at(found, 2, last, calendar, ends=True), text[found.end() :].strip())


def _day(found: re.Match[str], n: int, near: date) -> date | None:
    """Return the day of one side: of the year that is named, else the first one from half a year before `near` on."""
    if word := found[f"near{n}"]:
        return near + ONE_DAY * _NEAR[word.casefold()]
    year = found[f"year{n}"] or found[f"eyear{n}"]
    month = int(found[f"month{n}"]) if found[f"month{n}"] else _MONTHS.index(found[f"emonth{n}"][:3].casefold()) + 1
    day = int(found[f"day{n}"] or found[f"eday{n}"])
    years = (int(year),) if year else (near.year - 1, near.year, near.year + 1)
    return next((one for y in years if (one := _of(y, month, day)) and (year or one > near - HALF_A_YEAR)), None)


def _of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _at(found: re.Match[str], n: int, day: date, calendar: Calendar, *, ends: bool) -> datetime:
    hour = found[f"hour{n}"]
    if hour is None:
        return calendar.end_of(day) if ends else calendar.start_of(day)
    if hour == "24":
        return calendar.end_of(day)
    return calendar.at(day, time(int(hour), int(found[f"minute{n}"] or 0)))
