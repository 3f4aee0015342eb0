"""The grammar of periods: how a regime writes them and how people type them.

"30m" "2h" "3d" "3wd" "same day" "half day" "end of workday" "day of resolve" "30m in business hours",
and in chat 30分钟 · 2小时 · 3天 · 3日内 · 3个工作日 · 一周 · 当天 · 半天 · 下班前 · 办结当日 ·
工作时间内30分钟.
"""

import unicodedata
from datetime import timedelta
from typing import Literal, cast, get_args

from msgspec import Struct

from handlers.rules.language.numerals import NUMBER, number
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.text_cache import text_cache

Unit = Literal["m", "h", "d", "wd", "same day", "half day", "end of workday", "day of resolve"]

ACCEPTED = (
    '30m, 2h, 3d, 3wd, "same day", "half day", "end of workday", "day of resolve", "30m in business hours"; '
    "30分钟, 2小时, 3天, 3日内, 3个工作日, 当天, 半天, 下班前, 办结当日, 工作时间内30分钟"
)
_HALF_DAY = timedelta(hours=4)
_ONE = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "wd": timedelta(days=1)}
_LONGEST = timedelta(days=366)

_WORDS = {
    "same day": r"same day|today|当[天日]|今[天日]|即日",
    "half day": r"half (?:a )?day|半[天日]|半个?工作日",
    "end of workday": r"end of (?:the )?work(?:ing )?day|(?:[当今][天日])?下班前?|工作日结束前?",
    "day of resolve": r"day of resolve|办结(?:[当之]日|当天)",
    "30m": r"half an hour|半个?小时|半个?钟头",
}
_COUNTED = {
    "m": r"m|mins?|minutes?|分钟?",
    "h": r"h|hrs?|hours?|个?小时|个?钟头?",
    "d": r"d|days?|天|个?自然日|日(?=[之以]?内)",  # a bare 26日 may be a date
    "wd": r"wd|(?:work(?:ing)?|business) ?days?|个?工作日",
    "weeks": r"w|weeks?|周|个?星期",
}
_WITHIN = r"(?:within )?{}(?:[之以]?内)?"
_AMOUNT = LazyPattern(
    _WITHIN.format(f"(?P<number>{NUMBER}) ?(?:{'|'.join(f'(?P<{k}>{names})' for k, names in _COUNTED.items())})")
)
_NAMED = {period: LazyPattern(_WITHIN.format(f"(?:{names})")) for period, names in _WORDS.items()}
_BUSINESS = LazyPattern(r"^工作时间内?| in business hours$|\(?工作时间内?\)?$")


class PeriodError(ValueError):
    """A text that is no period: `text` is what was written, the message names what is accepted."""

    def __init__(self, text: str, why: str = "is not a period") -> None:
        super().__init__(f"{text!r} {why}; write {ACCEPTED}")
        self.text = text


class Period(Struct, frozen=True):
    """A number of "m", "h", "d" or "wd", at most a year, or a period in words such as "same day", with the length 0.

    `business`: minutes or hours that run in business hours only. PeriodError if it makes no sense.
    """

    unit: Unit
    length: int = 0
    business: bool = False

    def __post_init__(self) -> None:
        counts, runs = self.unit in _ONE, self.unit in ("m", "h")
        if self.unit not in get_args(Unit) or counts != (self.length > 0) or (self.business and not runs):
            raise PeriodError(str(self))
        if counts and self.length > _LONGEST // _ONE[self.unit]:
            raise PeriodError(str(self), "is longer than a year")

    @property
    def time(self) -> timedelta:
        """The length of "m", "h" and "half day"; other units are not a length of time."""
        return _HALF_DAY if self.unit == "half day" else self.length * _ONE[self.unit]

    def __str__(self) -> str:
        amount = f"{self.length}{self.unit}" if self.unit in _ONE else self.unit
        return f"{amount} in business hours" if self.business else amount


@text_cache(256)  # every matter parses the few periods of its regime
def parse(text: str) -> Period:
    """Read "3wd" or 3个工作日. PeriodError names what is accepted."""
    plain = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    timed = _BUSINESS.sub("", plain).strip()
    unit, length = _read(timed)
    if unit is None:
        raise PeriodError(text)
    return Period(cast(Unit, unit), length, business=timed != plain)


def _read(text: str) -> tuple[str | None, int]:
    if amount := _AMOUNT.fullmatch(text):
        length, unit = number(amount["number"]), amount.lastgroup
        return ("d", 7 * length) if unit == "weeks" else (unit, length)
    named = next((period for period, names in _NAMED.items() if names.fullmatch(text)), None)
    return ("m", 30) if named == "30m" else (named, 0)
