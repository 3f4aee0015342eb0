"""Dates in a draft that cannot be meant: passed already, with the wrong weekday, or no day of the calendar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.promises import half_width, is_promise, moment_of, read_words
from handlers.rules.time.time_words import TimeWords, day_of

_CHINESE = "一二三四五六日"
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAME = (
    r"(?:(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])|"
    r"\b(?P<en>mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday|\.)?\b)"
)
_BEHIND = LazyPattern(rf"\s*[(（,，]?\s*(?:本|下|a )?{_NAME}", re.IGNORECASE)
_INSIDE = LazyPattern(rf"[(（](?:本|下)?{_NAME}", re.IGNORECASE)
_BEFORE = LazyPattern(rf"{_NAME}\s*[(（,，]?\s*(?:the )?$", re.IGNORECASE)
_A_DATE = LazyPattern(r"[月年]|\d-\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE)
_MONTH_DAY = LazyPattern(r"(?<!\d)(1[0-2]|0?[1-9])月(\d{1,2})[日号]")
_LEAP_YEAR = 2000
Doubt = Literal["passed", "weekday", "no such day"]


@dataclass(frozen=True, slots=True)
class DateDoubt:
    """A date of a text: its words, its local day (None if there is no such day), and what is wrong with it."""

    why: Doubt
    text: str
    day: date | None = None


def date_doubts(text: str, said_at: datetime, calendar: Calendar) -> Iterator[DateDoubt]:
    """Yield what is doubtful about the dates of a reply that is drafted at `said_at` (aware)."""
    plain, today = half_width(text), calendar.local(said_at).date()
    for words in read_words(plain, today):
        start, end = words.span
        if words.period is None and _misnamed(plain, words):
            yield DateDoubt("weekday", text[start:end], words.day)
        elif moment_of(words, said_at, calendar)[0] <= said_at and is_promise(words, text, today):
            yield DateDoubt("passed", text[start:end], words.day)

    for found in _MONTH_DAY.finditer(plain):
        if day_of(_LEAP_YEAR, int(found[1]), int(found[2])) is None:
            yield DateDoubt("no such day", text[slice(*found.span())])


def _misnamed(text: str, words: TimeWords) -> bool:
    start, end = words.span
    if not _A_DATE.search(text[start:end]):
        return False
    before = text[max(start - 40, 0) : start]
    found = _INSIDE.search(text[start:end]) or _BEHIND.match(text, end) or _BEFORE.search(before)
    return found is not None and _weekday(found) != words.day.weekday()


def _weekday(found: re.Match[str]) -> int:
    if found["zh"]:
        return _CHINESE.index(found["zh"].replace("天", "日"))
    return _ENGLISH.index(found["en"].lower())
