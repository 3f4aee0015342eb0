"""What a post says of somebody whom it names: a complaint, praise, or words that only address or ask them.

Who is named and neither praised nor asked counts as accused: a matter that is not about them can be given to their
department by one more person, while one that is must never have been there.
"""

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import Literal, NamedTuple

from handlers.rules.language.near_words import around
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.posts.complaint_words import AGAINST, COMPLAINT, OF_A_DEPARTMENT, PRAISE

Standing = Literal["accused", "praised", "addressed"]

_END = LazyPattern(r"[。！？!?\n;；]|\.(?=\s|$)")
_AGAINST = LazyPattern(rf"{AGAINST}[^。！？!?\n，,]{{0,6}}$", re.IGNORECASE)
_AN_ACCUSATION = LazyPattern(AGAINST, re.IGNORECASE)
_LONGEST = 200
"""Maximum length (characters) of what is read of a sentence on either side of a name."""
READ = 2 * _LONGEST + 4
"""How many characters on either side of a name are read at most: of its own sentence, and of the next one."""
_RIGHT_BEFORE = LazyPattern(rf"{AGAINST}\s?$", re.IGNORECASE)
_AT = LazyPattern(r"[@＠]([^\s@,，。:：;；、()（）]+)")
_BESIDE_AN_AT = 60
"""How many characters beside an @ are read."""
_GAP = 3
"""Characters that may stand between an @ and the complaint about who is named by it: @王强 又收钱."""
_GREETED_BEFORE = LazyPattern(r"(?:(?:尊敬|敬爱|亲爱)的?|\bdear\s*)$", re.IGNORECASE)
_GREETED_AFTER = LazyPattern(r"\s*(?:您|你们?好|好(?=[,，:：!！。\s]|$)|[:：]|(?:early )?[,，](?=\s*(?:您|你)好))")
_COMMA = LazyPattern(r"\s*(?:[,，:：!！。\n]|您|你好|好|$)")
_ASKED_BEFORE = LazyPattern(
    r"(?:希望|恳请|请求|恳求|盼望?|麻烦|拜托|呼吁|建议|请问?|求|让|写信给|致|"
    r"\b(?:please|ask|hope|request|let|urge)(?: that)?\s*)$",
    re.IGNORECASE,
)
_ASKED_AFTER = LazyPattern(
    r"\s*(?:能|能够|可以|尽快|尽早|出面|帮忙?|予以)?(?:重视|关注|关心|管管|管一管|过问|处理|解决|协调|给个|给予|调查|查清|"
    r"看看|督促|核实|答复|回复|回应|考虑|主持公道|跟进|落实|安排|"
    r"(?:to )?(?:look into|help|handle|deal with|answer|reply|solve|fix|check))",
    re.IGNORECASE,
)
_HANDED_BEFORE = LazyPattern(
    r"(?:已经?|请|由|交由|交给?|转给?|联系|告知|通知|咨询|询问|报告给?|反馈给?|对接|@|\b(?:told|informed|contacted|asked|by|to)\s*)"
    r"(?:过|了)?$",
    re.IGNORECASE,
)
_HANDED_AFTER = LazyPattern(
    r"\s*(?:已经?|正在|会|将|来|去|现场|马上|立即|负责)*(?:处理|跟进|核实|联系|回复|知晓|知道|赶到|到场|到现场|对接|牵头|接待|解答|答复|"
    r"值班|is (?:handling|on it|looking into)|has been (?:told|informed)|will (?:handle|reply|look))",
    re.IGNORECASE,
)


def spoken_of(text: str) -> str:
    """Return the text without the @ of people of whom it complains, who are named by it and not called."""
    if not _AT.search(text) or not (COMPLAINT.search(text) or _AN_ACCUSATION.search(text)):
        return text
    accused: dict[tuple[str, ...], bool] = {}

    def named(found: re.Match[str]) -> str:
        words = around(text, *found.span(), _BESIDE_AN_AT)
        if words not in accused:
            accused[words] = _is_accused(text, *found.span())
        return found[1] if accused[words] else found[0]

    return _AT.sub(named, text)


def _is_accused(text: str, start: int, end: int) -> bool:
    """Return whether a complaint stands right beside an @."""
    if _RIGHT_BEFORE.search(text[max(start - 20, 0) : start]):
        return True
    return any(COMPLAINT.match(text, end + gap) for gap in range(_GAP))


def complains(text: str, start: int, end: int) -> bool:
    """Return whether words of complaint stand in the sentence of `text[start:end]`, or in the next one."""
    if _spans(COMPLAINT, text).touch(start - _LONGEST, end + 2 * _LONGEST + 1):
        first, last = _sentence(text, start, end)
        if _stands(COMPLAINT, text, first, _sentence(text, last, last + 1)[1]):
            return True
    return accused_by_verb(text, start)


def accused_by_verb(text: str, start: int) -> bool:
    """Return whether a verb of complaint stands right before `start`: 举报钱校长."""
    first = max(start - 24, 0)
    return _spans(_AN_ACCUSATION, text).touch(first, start) and _AGAINST.search(text[first:start]) is not None


def standing(text: str, start: int, end: int) -> Standing:
    """Return how the words around `text[start:end]`, which name somebody, speak of them."""
    if accused_by_verb(text, start):
        return "accused"
    before, after = text[max(start - 24, 0) : start], text[end : end + 24]
    if _is_greeting(before, after) or (_ASKED_BEFORE.search(before) and _ASKED_AFTER.match(after)):
        return "addressed"
    first, last = _sentence(text, start, end)
    if _stands(COMPLAINT, text, first, last):
        return "accused"
    if _HANDED_BEFORE.search(before) or _HANDED_AFTER.match(after):
        return "addressed"
    return "praised" if _stands(PRAISE, text, first, last) else "accused"


def complains_of(name: str, text: str) -> bool:
    """Return whether a text complains of a department, by words near its name: 总务处态度恶劣, 投诉保卫处."""
    lowered, name = _casefolded(text), name.casefold()
    at = lowered.find(name)
    spans = _spans(OF_A_DEPARTMENT, text)
    while at >= 0:
        end = at + len(name)
        if (spans.touch(end, end + 16) and _is_bad(text[end : end + 16])) or accused_by_verb(text, at):
            return True
        at = lowered.find(name, at + 1)
    return False


@lru_cache(maxsize=2)  # a text is searched for each of the departments
def _casefolded(text: str) -> str:
    return text.casefold()


def _is_bad(behind: str) -> bool:
    """Return whether words behind a department's name complain of it, up to the end of their sentence."""
    behind = re.split(r"[。！？!?\n]", behind, maxsplit=1)[0]
    return not re.match(r"[的]?(?:已经?)?(?:处理|回复|答复|核实)", behind) and bool(OF_A_DEPARTMENT.search(behind))


def _is_greeting(before: str, after: str) -> bool:
    if _GREETED_BEFORE.search(before):
        return _COMMA.match(after) is not None
    return not before.strip() and _GREETED_AFTER.match(after) is not None


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the sentence around `text[start:end]`, as far as it is read."""
    first = max(start - _LONGEST, 0)
    ends = [found.end() for found in _END.finditer(text, first, start)]
    last = min(end + _LONGEST, len(text))
    return ends[-1] if ends else first, next((found.start() for found in _END.finditer(text, end, last)), last)


class _Spans(NamedTuple):
    """Where a pattern is found in a text: the beginnings and the ends, in their order."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def touch(self, first: int, last: int) -> bool:
        """Return whether one of them has a character in `text[first:last]`."""
        n = bisect_right(self.ends, first)
        return n < len(self.starts) and self.starts[n] < last

    def within(self, first: int, last: int) -> bool:
        """Return whether one of them stands wholly in `text[first:last]`."""
        n = bisect_left(self.starts, first)
        return n < len(self.starts) and self.ends[n] <= last


@lru_cache(maxsize=16)  # a long text may name a thousand people, and each of them is looked at
def _spans(pattern: LazyPattern, text: str) -> _Spans:
    found = [one.span() for one in pattern.finditer(text)]
    return _Spans(tuple(start for start, _ in found), tuple(end for _, end in found))


def _stands(pattern: LazyPattern, text: str, first: int, last: int) -> bool:
    """Return whether a pattern is found in `text[first:last]`; at its edges it is searched there alone."""
    spans = _spans(pattern, text)
    return spans.within(first, last) or (spans.touch(first, last) and pattern.search(text[first:last]) is not None)
