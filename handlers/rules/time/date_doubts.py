"""Dates in a draft that cannot be meant: passed already, with the wrong weekday, or no day of the calendar."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.text_cache import text_cache
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.promises import Ends, half_width, is_promise, read_words
from handlers.rules.time.time_words import day_of

_CHINESE = "一二三四五六日"
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAME = (
    r"(?:(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])|"
    r"\b(?P<en>mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday|\.)?\b)"
)
_BEHIND = LazyPattern(rf"\s*[(（,，]?\s*(?:本|下|a )?{_NAME}", re.IGNORECASE)
_INSIDE = LazyPattern(rf"[(（](?:本|下)?{_NAME}", re.IGNORECASE)
_BEFORE = LazyPattern(rf"{_NAME}\s*[(（,，]?\s*(?:the )?$", re.IGNORECASE)
_ANY_NAME = LazyPattern("周|星期|礼拜|mon|tue|wed|thu|fri|sat|sun", re.IGNORECASE)
_A_DATE = LazyPattern(r"[月年]|\d-\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE)
_MONTH_DAY = LazyPattern(r"(?<!\d)(1[0-2]|0?[1-9])月(\d{1,2})[日号]")
_LEAP_YEAR = 2000
_BESIDE = 40
"""How many characters before a date are searched for its weekday."""
Doubt = Literal["passed", "weekday", "no such day"]


class DateDoubt(Struct, frozen=True):
    """A date of a text: its words, its local day (None if there is no such day), and what is wrong with it."""

    why: Doubt
    text: str
    day: date | None = None


def date_doubts(text: str, said_at: datetime, calendar: Calendar, now: datetime | None = None) -> Iterator[DateDoubt]:
    """Yield once what is doubtful at `now` about each date of a reply that was drafted at `said_at`, or just now."""
    plain, today = half_width(text), calendar.local(said_at).date()
    ends, names_weekdays = Ends(said_at, calendar), _ANY_NAME.search(plain) is not None
    doubted: set[str] = set()
    for span, words in read_words(plain, today):
        said = text[slice(*span)]
        if said in doubted:
            continue
        if names_weekdays and words.period is None and _misnamed(plain, words.day, *span):
            doubted.add(said)
            yield DateDoubt("weekday", said, words.day)
        elif ends[words][0] <= (now or said_at) and is_promise(words, span, text, today):
            doubted.add(said)
            yield DateDoubt("passed", said, words.day)

    for said, day in {found[0]: found.groups() for found in _MONTH_DAY.finditer(plain)}.items():
        if not _exists(*day):
            yield DateDoubt("no such day", said)


@lru_cache(maxsize=256)  # a long text says the same again and again
def _exists(month: str, day: str) -> bool:
    return day_of(_LEAP_YEAR, int(month), int(day)) is not None


def _misnamed(text: str, day: date, start: int, end: int) -> bool:
    """Return whether the weekday in or beside `text[start:end]`, which names a day, is not that of the day."""
    is_date, named = _weekday_in(text[start:end])
    if not is_date:
        return False
    if named is None and (behind := _BEHIND.match(text, end)):
        named = _weekday(behind)
    if named is None:
        named = _weekday_before(text[max(start - _BESIDE, 0) : start])
    return named is not None and named != day.weekday()


@text_cache(256)
def _weekday_in(words: str) -> tuple[bool, int | None]:
    """Return whether words are a date, and the weekday (Monday is 0) that they name themselves."""
    found = _INSIDE.search(words)
    return _A_DATE.search(words) is not None, found and _weekday(found)


@text_cache(256)
def _weekday_before(words: str) -> int | None:
    found = _BEFORE.search(words)
    return found and _weekday(found)


def _weekday(found: re.Match[str]) -> int:
    if found["zh"]:
        return _CHINESE.index(found["zh"].replace("天", "日"))
    return _ENGLISH.index(found["en"].lower())
