"""Spans of time that people name: `今日`, `上周`, `2026-11`, `全部`. Local calendar days, in UTC, the end excluded.

The period before a span is as long as the part of it that has passed: this week until Wednesday noon is compared with
last week until Wednesday noon.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern

SPAN_WORDS: dict[str, tuple[str, ...]] = {
    "today": ("今日", "今天", "当日", "today"),
    "yesterday": ("昨日", "昨天", "yesterday"),
    "week": ("本周", "这周", "week", "this week"),
    "last week": ("上周", "上星期", "last week"),
    "month": ("本月", "这个月", "month", "this month"),
    "last month": ("上月", "上个月", "last month"),
    "year": ("今年", "本年", "year", "this year"),
    "all": ("全部", "所有", "all"),
}
INSTANT = timedelta(milliseconds=1)
"""Added to the end of a span that ends now, so that this moment belongs to it."""
FIRST_DAY = date(2000, 1, 1)
_MONTH = LazyPattern(r"(20\d\d)(?:年|[-./])(\d{1,2})月?")
_DAY = LazyPattern(r"(20\d\d)(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})日?")


class Span(NamedTuple):
    """`name` is a key of SPAN_WORDS, "2026-11", "2026-11-20" or "" for any other; `before` is the period before it."""

    name: str
    since: datetime
    until: datetime
    before: tuple[datetime, datetime] | None = None


def named(words: str) -> str | None:
    """Return the name of the span that these words mean: a key of SPAN_WORDS, "2026-11" or "2026-11-20"; else None."""
    plain = " ".join(normalize(words).casefold().strip(" 。.!！的").split())
    for name, known in SPAN_WORDS.items():
        if plain in known:
            return name
    if found := _DAY.fullmatch(plain):
        return _dated(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH.fullmatch(plain):
        first = _dated(int(found[1]), int(found[2]), 1)
        return first[:7] if first else None
    return None


def dated(text: str, verb: str) -> str | None:
    """Return the month or day behind a verb, which commands would read as an incident's number: `月报 2026-10`."""
    _, found, words = text.partition(verb)
    name = named(words) if found else None
    return name if name and name[0] == "2" else None


def _dated(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def span(name: str, local: datetime, said_at: datetime | None = None) -> Span:
    """Return the span of a name, which ends at a local moment at the latest. KeyError if it is no name.

    It was named at `said_at` (aware), by default then: what was today is called yesterday on the day after.
    """
    named_at = local if said_at is None or name == "all" else said_at.astimezone(local.tzinfo)
    now, said_on = local.astimezone(UTC), named_at.date()
    first, last = _days(name, said_on)
    called = name if said_on == local.date() else _called(name, (first, last), local.date())

    def at(day: date) -> datetime:
        return datetime.combine(day, time(), local.tzinfo).astimezone(UTC)

    since, until = at(first), max(min(at(last), now + INSTANT), at(first))
    if name == "all":
        return Span(name, since, until)
    earlier = _earlier(name, first)
    return Span(called, since, until, (at(earlier), min(at(earlier) + (until - since), since)))


def _days(name: str, today: date) -> tuple[date, date]:
    """Return the first day, and the day after the last."""
    monday, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    known = {
        "today": (today, _after(today)),
        "yesterday": (today - timedelta(days=1), today),
        "week": (monday, monday + timedelta(days=7)),
        "last week": (monday - timedelta(days=7), monday),
        "month": (month, _next_month(month)),
        "last month": (_month_before(month), month),
        "year": (today.replace(month=1, day=1), date(today.year + 1, 1, 1)),
        "all": (FIRST_DAY, _after(today)),
    }
    if name in known:
        return known[name]
    if len(name) == 7:
        first = date.fromisoformat(f"{name}-01")
        return first, _next_month(first)
    try:
        day = date.fromisoformat(name)
    except ValueError:
        raise KeyError(name) from None
    return day, _after(day)


def _called(name: str, days: tuple[date, date], today: date) -> str:
    """Return what a span of days is called today that had this name on another day."""
    known = next((one for one in (name, *SPAN_WORDS) if _days(one, today) == days), None)
    if known is not None:
        return known
    first, last = days[0], days[1] - timedelta(days=1)
    if first == last:
        return first.isoformat()
    return f"{first:%Y-%m}" if days[1] == _next_month(first) else f"{first} — {last}"


def _earlier(name: str, first: date) -> date:
    """Return the first day of the period before."""
    if name in ("week", "last week"):
        return first - timedelta(days=7)
    if name in ("month", "last month") or len(name) == 7:
        return _month_before(first)
    return first.replace(year=first.year - 1) if name == "year" else first - timedelta(days=1)


def _after(day: date) -> date:
    return day + timedelta(days=1)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)
