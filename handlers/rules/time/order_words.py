"""Limits as orders have them: 17:00前, 最迟五点, 下班前, 当日办结, 12-20前, by 5 pm, by noon. They are today's.

What is published says such things of habits (9点前到校) as well: there an hour counts only before a deed.
"""

import re
from datetime import date, time

from handlers.rules.time.clock_words_zh import HALF, HOUR, clock_of, is_vague
from handlers.rules.time.time_words import TimeWords, coming

_DEEDS = (
    r"办|答[复覆]|回[复覆应]|处[理置]|解决|核[实查]|查|完成|上?报|修|整改|落实|公[布开]|发[布出]|恢复|反馈|提交|到位|给"
)
_BEHIND = rf"(?=[\s，,。.；;！!]|$|请|务必|{_DEEDS})"


def a_time_today(match: re.Match[str], today: date) -> TimeWords:
    said = match.groupdict()
    half, clock = said.get("half") or "", said.get("clock") or ""
    vague, close = is_vague(half, clock), bool(said.get("close"))
    return TimeWords(today, clock=clock_of(half, clock), close=close, bounded=True, vague=vague)


def a_month_and_day(match: re.Match[str], today: date) -> TimeWords | None:
    day = coming(today, int(match["month"]), int(match["day"]))
    return TimeWords(day, clock=clock_of("", match["clock"] or ""), bounded=True) if day else None


def an_english_hour(match: re.Match[str], today: date) -> TimeWords | None:
    """Read by 5 pm, by 17:00, by noon, by midnight, by tonight; at midnight the day ends."""
    if word := (match["word"] or "").lower():
        return TimeWords(
            today, clock=time(12) if word == "noon" else None, close=word.endswith("business"), bounded=True
        )
    hour, half = int(match["hour"]), (match["ap"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    minute = int(match["minute"] or 0)
    return TimeWords(today, clock=time(hour, minute), bounded=True)


FIRST = (
    (
        rf"(?<![0-9])(?:当[日天]|今[日天])(?:[之以]?内)?"
        rf"(?=\s*(?:请|务必|(?:{_DEEDS})(?![^，。,；;\s]{{0,6}}[的了过不来]))|$|\s+$)",
        a_time_today,
        ("当", "今"),
    ),
)
"""Read before other days are: 今天办结 sets a limit where 今天 alone does not."""
LAST = (
    (
        rf"(?<![0-9:：.零一二两三四五六七八九十])(?P<half>{HALF})?{HOUR}(?P<by>[之以]?前(?!后)){_BEHIND}",
        a_time_today,
        (":", "：", "时", "点"),
    ),
    (
        rf"(?:最[迟晚]|不[晚迟]于|截[止至]|务必于|限)\s*[在于到]?\s*(?P<half>{HALF})?{HOUR}(?P<by>[之以]?前(?!后))?",
        a_time_today,
        (":", "：", "时", "点"),
    ),
    (r"(?P<close>下班)(?P<by>[之以]?前(?!后))", a_time_today, ("下班",)),
    (
        rf"(?<![\d./-])(?P<month>1[0-2]|0?[1-9])[-/.](?P<day>3[01]|[12]\d|0?[1-9])(?![\d./-])日?\s?{HOUR}?[之以]?前(?!后)",
        a_month_and_day,
        ("前",),
    ),
    (
        r"\b(?:by|before|until|no later than) (?:(?P<word>noon|midnight|tonight|close of business)|"
        r"(?P<hour>2[0-3]|1?\d|0\d)(?::(?P<minute>[0-5]\d)|(?=\s?[ap]m\b))(?:\s?(?P<ap>[ap]m)\b)?(?!\d))",
        an_english_hour,
        ("by ", "before ", "until ", "than "),
    ),
)
"""Read of what is left."""
PUBLISHED = (
    (
        rf"(?<![0-9:：.零一二两三四五六七八九十每至到日天周末—–-])(?P<half>{HALF})?{HOUR}(?P<by>[之以]?前(?!后))"
        r"(?=[^，,。；;！!？?]{0,4}(?:公[布示]|答[复覆]|回[复覆]|反馈|告知|通报|发布|恢复|完成|修[好复]|通[水电]|送达|办结|解决))",
        a_time_today,
        (":", "：", "时", "点"),
    ),
)
"""Read of what is left of a published text."""
