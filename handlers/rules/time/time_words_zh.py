"""Days and periods in Chinese: 11月26日前 · 本月底 · 下周一上午 · 3个工作日内 · 明天下班前."""

import re
from datetime import date, timedelta

from handlers.rules.language.numerals import NUMBER, number
from handlers.rules.language.unit_words import NAMES_OF_DAYS, NO_WORD, PAPER
from handlers.rules.time.clock_words_zh import HALF, HOUR, clock_of, is_vague
from handlers.rules.time.period_text import PeriodError, parse
from handlers.rules.time.time_words import TimeWords, coming, day_of, last_of_month, months_on, weekday_of

_YEAR = r"(?:(?P<year>(?:19|20)[0-9]{2}|[一二][〇○零九Oo][〇○零Oo一二三四五六七八九]{2}|[今明本去前当])年)"
_MONTH = rf"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元])月{NO_WORD}份?"
_DAY = r"(?P<day>3[01]|[12][0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
_FROM = r"(?:[0-9]{1,2}[日号]?[-—–~至、])?"
_THIS = rf"(?P<this>本|这个?|当|下个?)月{NO_WORD}份?"
_PART = r"(?P<part>初|上旬|中旬|下旬|底|末)"
_CLOCK = rf"{HOUR}?(?P<close>下班)?(?P<by>[之以]?[前内](?!后))?"
_TAIL = rf"(?:[（(](?:本|下)?(?:周|星期).[)）])?(?P<half>{HALF})?{_CLOCK}"
_NO_NUMBER = r"(?<![0-9一二两三四五六七八九十几半数多每])"


def a_length(match: re.Match[str], today: date) -> TimeWords | None:
    """Read 3个工作日内, 3-5天内 to its longer end, and 三天后, by which the public expects it, as that length."""
    try:
        return TimeWords(today, parse(f"{match['length']}内"), counted=True)
    except PeriodError:
        return None


def some_months(match: re.Match[str], today: date) -> TimeWords | None:
    half, months = match["amount"] == "半", 12 if match["unit"] == "年" else 1
    if half and months == 1:
        return TimeWords(today + timedelta(days=15), counted=True)
    last = months_on(today, 6 if half else number(match["amount"]) * months)
    return TimeWords(last, counted=True)


def a_numeric_date(match: re.Match[str], _today: date) -> TimeWords | None:
    return _on(match, day_of(int(match["year"]), int(match["month"]), int(match["day"])))


def a_month_day(match: re.Match[str], today: date) -> TimeWords | None:
    year, month, day = _year(match, today), _month(match), number(match["day"])
    return _on(match, day_of(year, month, day) if year else coming(today, month, day))


def a_day_of_the_month(match: re.Match[str], today: date) -> TimeWords | None:
    """Read 本月20日, or 20日前, which may be of the next month."""
    this, day = _get(match, "this"), number(match["day"])
    later = this.startswith("下") or (not this and day < today.day)
    first = months_on(today.replace(day=1), int(later))
    return _on(match, day_of(first.year, first.month, day))


def a_part_of_a_month(match: re.Match[str], today: date) -> TimeWords | None:
    """Read 8月底, 本月下旬, 12月 as the last day of it."""
    part, first = _get(match, "part"), today.replace(day=1)
    if _get(match, "month"):
        month = _month(match)
        year = _year(match, today) or (coming(first, month, 1) or first).year
        first = date(year, month, 1)
    elif _get(match, "this").startswith("下"):
        first = months_on(first, 1)
    day = {"初": 10, "上旬": 10, "中旬": 20}.get(part)
    last = first.replace(day=day) if day else last_of_month(first.year, first.month)
    return _on(match, last, exact=part in ("底", "末"))


def a_part_of_a_year(match: re.Match[str], today: date) -> TimeWords | None:
    part, year = match["part"], _year(match, today) or today.year
    if part in ("底", "末", "内"):
        return _on(match, date(year, 12, 31))
    month = {"上半年": 6, "下半年": 12}.get(part) or 3 * number(part.strip("第季度"))
    return _on(match, last_of_month(year, month), exact=False)


def a_weekday(match: re.Match[str], today: date) -> TimeWords | None:
    """Read 下周五; without a day the end of that week; without 本 or 下 the coming one."""
    week, name = _get(match, "week"), _get(match, "name")
    weekday = "一二三四五六日".index(name.replace("天", "日").replace("末", "日")) if name else 6
    day = weekday_of(today, weekday, week.count("下"))
    if not week and day < today:
        day = weekday_of(today, weekday, 1)
    return _on(match, day, exact=bool(name), limit=bool(week and name))


def a_day_near(match: re.Match[str], today: date) -> TimeWords | None:
    """Read 明天, 今晚8点前."""
    return _on(match, today + timedelta(days="今明后".index(match["near"])), limit=match["near"] != "今")


def _get(match: re.Match[str], key: str) -> str:
    return match.groupdict().get(key) or ""


def _on(match: re.Match[str], day: date | None, exact: bool = True, limit: bool = False) -> TimeWords | None:
    if day is None:
        return None
    close = bool(_get(match, "close"))
    limit = limit or close or bool(_get(match, "by")) or _get(match, "part") == "内"
    half, clock = _get(match, "half"), _get(match, "clock")
    vague = is_vague(half, clock)
    return TimeWords(day, None, clock_of(half, clock), close, exact or limit, limit, vague=vague)


def _year(match: re.Match[str], today: date) -> int | None:
    word = _get(match, "year")
    if len(word) == 1:
        return today.year + {"明": 1, "去": -1, "前": -2}.get(word, 0)
    return number(word.replace("O", "〇").replace("o", "〇")) if word else None


def _month(match: re.Match[str]) -> int:
    return number(match["month"].replace("元", "一"))


# Tried in this order; each reads only what the ones before left, near the words of which each match contains one.
CHINESE = (
    (
        rf"(?<![近第—-])(?:{NUMBER}天?[-—–~至到])?(?P<length>(?:{NUMBER}|半)(?:个?工作日|个?小时|分钟|天|日|个?星期|周))"
        r"(?:[之以]?(?:内|后(?![勤面门厨续台果])))",
        a_length,
        ("天", "日", "周", "星期", "小时", "分钟"),
    ),
    (
        r"(?<![近第0-9])(?P<amount>[0-9]{1,2}|[一二两三四五六七八九十]{1,2}|半)(?P<unit>个月|年)[之以]?(?:内|后(?![勤面门厨续台果]))",
        some_months,
        ("个月", "年"),
    ),
    (rf"(?<![\d./-])(?P<year>20\d\d)[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)(?!\d){_TAIL}", a_numeric_date, ("20",)),
    (rf"{_YEAR}?{_MONTH}{_FROM}{_DAY}{_TAIL}", a_month_day, ("月",)),
    (rf"{_THIS}{_FROM}{_DAY}{_TAIL}", a_day_of_the_month, ("月",)),
    (rf"{_YEAR}?{_MONTH}{_PART}?{_TAIL}", a_part_of_a_month, ("月",)),
    (rf"{_THIS}{_PART}?{_TAIL}", a_part_of_a_month, ("月",)),
    (rf"{_NO_NUMBER}(?<!个)月(?P<part>[底末]){_TAIL}", a_part_of_a_month, ("月",)),
    (rf"{_YEAR}?(?P<part>[上下]半年|第?[一二三四1-4]季度){_TAIL}", a_part_of_a_year, ("年", "季度")),
    (rf"(?:{_YEAR}年?|{_NO_NUMBER}年)(?P<part>[底末内]){_TAIL}", a_part_of_a_year, ("年",)),
    (
        rf"(?P<week>本|这个?|下{{1,2}}个?)(?:周{NO_WORD}|星期|礼拜)(?P<name>[一二三四五六日天末])?{_TAIL}",
        a_weekday,
        ("周", "星期", "礼拜"),
    ),
    (
        rf"(?<![每上至到、—-])(?:周|星期|礼拜)(?P<name>[一二三四五六日天]){NO_WORD}(?![至到、—-]){_TAIL}",
        a_weekday,
        ("周", "星期", "礼拜"),
    ),
    (rf"(?P<near>[今明]|后(?=天(?!性)))(?:天|日{NO_WORD}(?!{NAMES_OF_DAYS})){_TAIL}", a_day_near, ("天", "日")),
    (
        rf"(?P<near>[今明])(?P<half>晚上|晚间|晚|深夜|夜里|夜间|夜|凌晨|早晨|早上|早)(?!{PAPER}){_CLOCK}",
        a_day_near,
        ("今", "明"),
    ),
    (rf"(?<![0-9月一二三四五六七八九十近]){_DAY}(?P<by>[之以]?前)", a_day_of_the_month, ("日", "号")),
)
