"""Read when something will be, as people write it: 明天15:00, 12-01 下午3点半, 周五 9:30, tomorrow 3 pm."""

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.time_words import coming, weekday_of

_NEAR = {"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2}
_WEEKDAYS = "一二三四五六日"
_WEEKDAYS_EN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOMENT = LazyPattern(
    r"(?:(?P<near>今天|今日|明天|明日|后天|\btoday\b|\btomorrow\b)"
    r"|(?P<next>下)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    rf"|\b(?P<weekday_en>{'|'.join(_WEEKDAYS_EN)})\b"
    r"|(?<![\d-])(?P<month>1[0-2]|0?[1-9])[-月/](?P<day>3[01]|[12]\d|0?[1-9])日?(?![\d-]))?"
    r"\s{0,2}(?P<half>早上|上午|中午|下午|晚上|晚)?"
    r"\s{0,2}(?:at )?(?<![\d:-])(?P<hour>[01]?\d|2[0-3])"
    r"(?:[:：](?P<minute>[0-5]\d)|[点时](?P<half_past>半)?|(?=\s?[ap]m))"
    r"(?:\s?(?P<pm>[ap]m))?",
    re.IGNORECASE,
)
_AFTERNOON = ("下午", "晚上", "晚", "pm")


class ComingMoment(NamedTuple):
    """When it will be (aware), and the words without those that said so."""

    at: datetime
    rest: str


def coming_moment(text: str, now: datetime, calendar: Calendar) -> ComingMoment | None:
    """Return the first time of a day that the words name, today's without a day; None if they name none.

    A date without a year is the next one, as is a weekday; a time of today may have passed.
    """
    found = _MOMENT.search(normalize(text))
    today = calendar.local(now).date()
    day = _day(found, today) if found else None
    if found is None or day is None:
        return None
    at = datetime.combine(day, _clock(found), calendar.zone)
    rest = f"{text[: found.start()].rstrip(' ,，于在')} {text[found.end() :].lstrip(' ,，')}".strip()
    return ComingMoment(at, rest)


def _day(found: re.Match[str], today: date) -> date | None:
    if found["month"]:
        return coming(today, int(found["month"]), int(found["day"]))
    if found["weekday"] or found["weekday_en"]:
        name = (found["weekday_en"] or "").casefold()
        weekday = _WEEKDAYS_EN.index(name) if name else _WEEKDAYS.index(found["weekday"].replace("天", "日"))
        this = weekday_of(today, weekday, 1 if found["next"] else 0)
        return this if this >= today else weekday_of(today, weekday, 1)
    return today + timedelta(days=_NEAR[(found["near"] or "今天").casefold()])


def _clock(found: re.Match[str]) -> time:
    hour = int(found["hour"])
    late = (found["half"] or (found["pm"] or "").casefold()) in _AFTERNOON
    hour += 12 if late and hour < 12 else 0
    return time(hour, 30 if found["half_past"] else int(found["minute"] or 0))
