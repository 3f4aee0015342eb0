"""Hours in Chinese: 17:00, 下午五点半, 今晚8点, 二十时, 中午一点, 晚上十二点."""

from datetime import time

from handlers.rules.language.numerals import number

HALF = "凌晨|清晨|早晨|早上|上午|中午|午后|下午|傍晚|晚上|晚间|晚|深夜|午夜|半夜|夜里|夜间"
_HOUR = "[0-9]{1,2}|二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九]"
HOUR = rf"(?P<clock>(?:{_HOUR})(?:[:：][0-9]{{2}}|[时点](?:半|[一三]刻|[0-9]{{1,2}}(?:分|(?=[之以]?前))|整)?))"
_MORNING = ("早晨", "早上", "上午", "中午", "早")
_AFTERNOON = ("午后", "下午", "傍晚")
_NIGHT = ("晚上", "晚间", "晚", "深夜", "午夜", "半夜", "夜里", "夜间", "夜")
_MINUTES = {"半": 30, "一刻": 15, "三刻": 45, "": 0}
_SMALL_HOURS = 5
"""An hour of the night below this is after midnight."""


def clock_of(half: str, said: str) -> time | None:
    """Return the hour of the day; None for its end, also for 晚上十二点 and an hour that there is not."""
    if not said:
        return time(12) if half in _MORNING else None
    for sign in ":：时点":
        said = said.replace(sign, ":")
    hours, _, rest = said.partition(":")
    rest = rest.removesuffix("分").removesuffix("整")
    minute = _MINUTES[rest] if rest in _MINUTES else int(rest)
    hour = _of_day(half, number(hours))
    return time(hour, minute) if hour is not None and hour < 24 and minute < 60 else None


def _of_day(half: str, hour: int) -> int | None:
    if half in _NIGHT:
        after_midnight = hour < _SMALL_HOURS or hour == 12
        return None if after_midnight else hour + (12 if hour < 12 else 0)
    if half in _AFTERNOON or (half == "中午" and hour < _SMALL_HOURS):
        return hour + (12 if hour < 12 else 0)
    return hour


def is_vague(half: str, said: str) -> bool:
    """Return whether an hour may be the morning's or the afternoon's: 5点, not 05:00, 早上5点, 17点."""
    hours = said.replace("：", ":").replace("时", ":").replace("点", ":").partition(":")[0]
    return bool(said) and not half and not hours.startswith("0") and 0 < number(hours) < 12
