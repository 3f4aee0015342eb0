"""Read when something was done, as people write it behind what they did: 昨天下午3点, 11-25 15:00, yesterday 3 pm."""

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.time_words import day_of

_NEAR = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "昨晚": 1, "yesterday": 1, "前天": 2}
_MOMENT = LazyPattern(
    r"(?:(?P<near>今天|今日|昨天|昨日|昨晚|前天|\btoday\b|\byesterday\b)"
    r"|(?<![\d-])(?:(?P<year>20\d{2})[-年/])?(?P<month>1[0-2]|0?[1-9])[-月/](?P<day>3[01]|[12]\d|0?[1-9])日?(?![\d-]))"
    r"(?:\s{0,2}(?P<half>凌晨|早上|上午|中午|下午|晚上|晚))?"
    r"(?:\s{0,2}(?:at )?(?P<hour>[01]?\d|2[0-4])(?:[:：](?P<minute>[0-5]\d)|[点时](?P<half_past>半)?|(?=\s?[ap]m))"
    r"(?:\s?(?P<pm>[ap]m))?)?",
    re.IGNORECASE,
)
_AFTERNOON = ("下午", "晚上", "晚", "pm")


class PastMoment(NamedTuple):
    """When it was, from `since` until `until` (aware): a minute, or the whole day where no time is named.

    The words for it stand from `begins` until `ends` in the text.
    """

    since: datetime
    until: datetime
    begins: int
    ends: int


def past_moment(text: str, now: datetime, calendar: Calendar) -> PastMoment | None:
    """Return the first moment that the words name; None if they name none, or no day that there is.

    A date without a year is the latest one that is not after `now`.
    """
    found = _MOMENT.search(normalize(text))
    day = _day(found, calendar.local(now).date()) if found else None
    if found is None or day is None:
        return None
    if found["hour"] is None:
        return PastMoment(calendar.start_of(day), calendar.end_of(day), *found.span())
    at = datetime.combine(day, _clock(found), calendar.zone)
    return PastMoment(at, at + timedelta(minutes=1), *found.span())


def _day(found: re.Match[str], today: date) -> date | None:
    if found["near"]:
        return today - timedelta(days=_NEAR[found["near"].casefold()])
    year, month, day = found["year"], int(found["month"]), int(found["day"])
    dated = day_of(int(year) if year else today.year, month, day)
    return day_of(today.year - 1, month, day) if dated and not year and dated > today else dated


def _clock(found: re.Match[str]) -> time:
    hour = int(found["hour"])
    late = (found["half"] or (found["pm"] or "").casefold()) in _AFTERNOON
    hour += 12 if late and hour < 12 else 0
    return time(hour % 24, 30 if found["half_past"] else int(found["minute"] or 0))
