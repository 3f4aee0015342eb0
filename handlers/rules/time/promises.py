"""Dates that a published reply gives the public: 11月26日前 · 三天内 · 下周一上午 · by Friday.

Not promises: what is past, signatures, dates of laws, contracts and permits, what the reader is asked to do,
and periods that start from something else than the reply (自受理之日起10个工作日内).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from msgspec import Struct

from handlers.rules.language.near_words import find_near
from handlers.rules.language.taken import Taken
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.order_words import FIRST, LAST, PUBLISHED
from handlers.rules.time.periods import due
from handlers.rules.time.time_words import TimeWords
from handlers.rules.time.time_words_en import ENGLISH
from handlers.rules.time.time_words_zh import CHINESE

_Resolve = Callable[[re.Match[str], date], TimeWords | None]
_TimePattern = tuple[LazyPattern, _Resolve, Sequence[str]]


def _lazy(patterns: Iterable[tuple[str, _Resolve, Sequence[str]]]) -> list[_TimePattern]:
    return [(LazyPattern(pattern, re.IGNORECASE), resolve, near) for pattern, resolve, near in patterns]


_DAYS = _lazy((*ENGLISH, *CHINESE))
_PATTERNS = [*_DAYS, *_lazy(PUBLISHED)]
_IN_AN_ORDER = [*_lazy(FIRST), *_DAYS, *_lazy(LAST)]
_PLAIN_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_SOON, _HALF_A_DAY = timedelta(days=62), timedelta(hours=12)
_BESIDE = 60
"""How many characters beside a day or period are read."""
_CLAUSE = LazyPattern(r"[，,。；;！!？?：:\n]|\s\s|(?<!\d)\.|\.(?!\d)")
_SENTENCE = LazyPattern(r"[。；;！!？?\n]|\s\s|(?<!\d)\.|\.(?!\d)")

# In the clause before the date or after it: words that look ahead.
_AHEAD = LazyPattern(
    "(?<!即)将(?!近)|(?<![机社])会(?![议同员计])|预计|预期|计划|拟|[力立]争|争取|承诺|确保|保证|努力|有望|可望|"
    r"[决定]定[于在]|答应|\b(?:will|shall|plans?|expects?|aims?|intends?)\b|'ll\b",
    re.IGNORECASE,
)
_AHEAD_AFTER = LazyPattern(
    "^.{0,3}将(?!近)|^.{0,4}可(?:以|正式|正常|全面|基本)*(?:开工|修通|解决|竣工|完成|建成|通车|受理)"
)
_FORECAST = LazyPattern("预计|计划|[力立]争|争取|拟")
_DEED = LazyPattern(
    "回复|答复|反馈|联系|解决|完成|处理|办结|办理|修|整治|整改|到位|安排|安装|清理|拆除|公布|公示|退|上门|恢复|"
    "动工|开工|启动|完工|竣工|建成|通车|出结果|出具|告知|发布|更换"
)
_NEXT_DEED = LazyPattern(f"^.{{0,4}}(?:{_DEED.pattern})|^,? ?(?:we|you|it|the)\\b", re.IGNORECASE)
_TELLING = LazyPattern("^.{0,4}(?:公布|公示|答复|回复|反馈|告知|通报|出结果|发布)(?!的)")
"""Deeds that a text can only announce, as it is the telling itself: 今天公布结果."""
_ANSWER = LazyPattern("^.{0,6}(?:回复|答复|反馈|联系|解决|完成|处理|办结|修)")
# Words that make it something else: past, a permit, a habit, a request to the reader.
_NEVER_BEFORE = LazyPattern(
    "有效期|截[止至]|每[年月周天日]|历年|农历|关于|凡|已[于在]|曾|去年|一般在|反映|同年$|"
    "(?<![申提敬])请(?![示求专])|[您你]们?还?[可需应]|"
    r"\b(?:was|were|had|(?<!will )have|has|been|did|please|must|you should|you can|you may)\b",
    re.IGNORECASE,
)
_NEVER_AFTER = LazyPattern(
    r"^(?:的|才?到期|出生|年?满|止)|^[^将]*?(?:已|了(?!解)|曾)|^ (?:of receiv|of receipt|after|from)"
)
# A period after these does not run from the reply.
_OTHER_START = LazyPattern(
    "(?<![答回]复之)(?<![即今])日起|(?<![答回]复)之日|后|收到|接到|受理|出生|新生儿|毕业|协议|合同|签订|"
    "应|须|要求|责令|责成|限|规定|连续|如果"
)
_BEFORE = LazyPattern(r"\s*[之以]?前")
_UNTIL = LazyPattern(r"(?:限期?|到|至|截止|务必于?|务于|于|\b(?:by|until|before|no later than))\s*$", re.IGNORECASE)
_TO_A_WEEKDAY = LazyPattern(r"(?<![一二三四五六日天末])[到至](?=周|星期|礼拜)")
"""到周三 is a limit here; in a reply 周一到周五 is when an office is open."""
_OF_ANOTHER = LazyPattern(r"\s*(?:那|的|所?发|反映|来信|\bof\b)")
"""Behind a day it tells of something that was: 11月20日前那件."""


class Promise(Struct, frozen=True):
    """`text` at `span` of the reply promises something by `at` (UTC).

    `exact` is false if only a month, quarter or half-year is named and `at` is the end of it. `counted` is a period
    that runs from when it is said, as 三天内 does.
    """

    text: str
    span: tuple[int, int]
    at: datetime
    exact: bool = True
    provisional: bool = False
    counted: bool = False


def find(text: str, said_at: datetime, calendar: Calendar) -> tuple[Promise, ...]:
    """Return the promises in a reply of the aware moment `said_at`, in their order.

    A named day ends at 24:00, 前 included (Civil Code, article 1259), 上午 at 12:00, 下班 at the close of business.
    Days are counted without roll-over, as the public counts them. ValueError if `said_at` is naive.
    """
    today = calendar.local(said_at).date()
    found: list[Promise] = []
    ends = Ends(said_at, calendar)
    for span, words in read_words(half_width(text), today):
        at, provisional = ends[words]
        repeated = found and found[-1].at == at and span[0] - found[-1].span[1] <= 2
        if at > said_at and not repeated and is_promise(words, span, text, today):
            found.append(Promise(text[slice(*span)], span, at, words.exact, provisional, words.counted))
    return tuple(found)


def limit_named(text: str, now: datetime, calendar: Calendar) -> Promise | None:
    """Return the first day or hour that an order sets as a limit: 11月30日前, 到周五, 今晚8点前, 17:00前, by Friday.

    It may have passed already.

    The text's end of the span takes in a 前 that stands apart.
    """
    today = calendar.local(now).date()
    for (start, end), words in read_words(_TO_A_WEEKDAY.sub("于", half_width(text)), today, _IN_AN_ORDER):
        behind = _BEFORE.match(text, end)
        named = words.bounded or behind or _is_until(text[max(start - _BESIDE, 0) : start])
        if named and not words.counted and not _OF_ANOTHER.match(text, behind.end() if behind else end):
            at, provisional = moment_of(words, now, calendar)
            span = (start, behind.end() if behind else end)
            return Promise(text[slice(*span)], span, at, words.exact, provisional)
    return None


@lru_cache(maxsize=256)  # a long text says the same again and again
def _is_until(before: str) -> bool:
    return _UNTIL.search(before) is not None


def half_width(text: str) -> str:
    """Return the text with its digits in half width, of the same length."""
    return text.translate(_PLAIN_DIGITS)


def moment(text: str, now: datetime, calendar: Calendar) -> datetime | None:
    """Return the moment (UTC) that a text names, such as 周五 or 三天内, a day to its end. None if it names none."""
    today = calendar.local(now).date()
    _, words = next(read_words(half_width(text), today), (None, None))
    return moment_of(words, now, calendar)[0] if words else None


def read_words(
    text: str, today: date, patterns: Sequence[_TimePattern] = _PATTERNS
) -> Iterator[tuple[tuple[int, int], TimeWords]]:
    """Yield every day and period that a text names, in the order of the text. Digits have to be half width."""
    found: dict[int, tuple[str, TimeWords]] = {}
    taken, lowered = Taken(len(text)), text.lower()
    for pattern, resolve, near in patterns:
        known: dict[str, tuple[str, TimeWords] | None] = {}  # a long text names the same day again and again
        for match in find_near(pattern, near, text, lowered):
            if taken.take_free(*match.span()):
                said = match[0]
                if said not in known:
                    words = resolve(match, today)
                    known[said] = (said, words) if words else None
                if one := known[said]:
                    found[match.start()] = one
    for start in sorted(found):
        said, words = found[start]
        yield (start, start + len(said)), words


class Ends(dict[TimeWords, tuple[datetime, bool]]):
    """When the days and periods of a text that is said at `said_at` end, as `moment_of` has it, computed once each."""

    def __init__(self, said_at: datetime, calendar: Calendar) -> None:
        self._said_at, self._calendar = said_at, calendar

    def __missing__(self, words: TimeWords) -> tuple[datetime, bool]:
        self[words] = moment_of(words, self._said_at, self._calendar)
        return self[words]


def moment_of(words: TimeWords, said_at: datetime, calendar: Calendar) -> tuple[datetime, bool]:
    """Return when the named day or period ends (UTC), and whether that is provisional.

    今天5点前, said in the morning at nine, is the afternoon's.
    """
    if words.period:
        end = due(words.period, said_at, calendar, roll_over=False)
        return end.at, end.provisional
    if words.clock:
        at = calendar.at(words.day, words.clock)
        passed = words.vague and at <= said_at and words.day == calendar.local(said_at).date()
        return at + _HALF_A_DAY if passed else at, False
    return (calendar.close_of if words.close else calendar.end_of)(words.day), False


def is_promise(words: TimeWords, span: tuple[int, int], text: str, today: date) -> bool:
    """Return whether a text promises something by the time that it names in a span."""
    start, end = span
    before, after = text[max(start - _BESIDE, 0) : start], text[end : end + _BESIDE]
    return _is_promise(words, before, after, today)


@lru_cache(maxsize=256)  # a long text says the same again and again
def _is_promise(words: TimeWords, before: str, after: str, today: date) -> bool:
    clause, sentence, rest = _CLAUSE.split(before)[-1], _SENTENCE.split(before)[-1], _CLAUSE.split(after)[0]
    if _NEVER_BEFORE.search(clause) or _NEVER_AFTER.search(rest):
        return False
    ahead = bool(_AHEAD.search(clause) or _AHEAD_AFTER.search(rest))
    if words.counted:
        return not _OTHER_START.search(clause) and (ahead or _is_deed_after_period(clause, rest))
    return words.bounded or ahead or _is_deed_on_day(words, sentence, rest, today)


def _is_deed_after_period(clause: str, rest: str) -> bool:
    """Return whether a deed follows 三天内, or there is nothing beside it."""
    return bool(_NEXT_DEED.search(rest) or _ANSWER.search(rest)) or rest == clause == ""


def _is_deed_on_day(words: TimeWords, sentence: str, rest: str, today: date) -> bool:
    """Return whether a deed follows a day, which is near or forecast."""
    soon = words.exact and timedelta(0) < words.day - today <= _SOON
    soon = soon or (words.day == today and _TELLING.search(rest) is not None)
    return _DEED.search(rest) is not None and (soon or bool(_FORECAST.search(sentence)))
