"""The limit that an order names, and the words without it: 12-20前, 周五前, by 12-20, by Friday, 3天, 3 wd."""

import re
from datetime import datetime, time
from typing import NamedTuple

from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.periods import PeriodError, due, parse
from handlers.rules.time.promises import limit_named
from handlers.rules.time.time_words import coming

_DATE = LazyPattern(
    r"(?:\bby |\buntil )?(?<![\d-])(?P<month>1[0-2]|0?[1-9])-(?P<day>3[01]|[12]\d|0?[1-9])(?![\d-])日?"
    r"(?:\s?(?:at )?(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\d:]))?(?:之?前|以前)?",
    re.IGNORECASE,
)
_LENGTH = LazyPattern(
    r"(?<![\d.第-])(?:within )?(?P<length>\d{1,3}\s?(?:个?工作日|天|working days?\b|wd\b|days?\b|d\b))(?:之?内|以内)?",
    re.IGNORECASE,
)
_EDGE = " ,，。;；:：、"


class NamedLimit(NamedTuple):
    """When it is (UTC), the words that named it, and the other words."""

    at: datetime
    said: str
    rest: str


def limit_in(text: str, now: datetime, calendar: Calendar) -> NamedLimit | None:
    """Return the limit that a text names; it may have passed. None if it names none that there is."""
    plain = normalize(text)
    today = calendar.local(now).date()
    dated = _DATE.search(plain)
    day = coming(today, int(dated["month"]), int(dated["day"])) if dated else None
    if dated and day:
        clock = time(int(dated["hour"]), int(dated["minute"])) if dated["hour"] else None
        return _named(text, dated.span(), calendar.at(day, clock) if clock else calendar.end_of(day))
    named = limit_named(text, now, calendar)
    if named is not None:
        return _named(text, named.span, named.at)
    length = _LENGTH.search(plain)
    if length is None:
        return None
    try:
        return _named(text, length.span(), due(parse(length["length"]), now, calendar, roll_over=True).at)
    except PeriodError:
        return None


def _named(text: str, span: tuple[int, int], at: datetime) -> NamedLimit:
    start, end = span
    rest = f"{text[:start].strip(_EDGE)} {text[end:].strip(_EDGE)}".strip()
    return NamedLimit(at, text[start:end].strip(), rest)
