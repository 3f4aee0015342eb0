"""Read titles and surnames that a post spells otherwise to slip past readers: 冯chu长, feng处长, 姓冯的那个处长.

Only what touches a Chinese character is read so; words of English prose stay as they are.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping

from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Institution
from handlers.rules.people.titles import parts

_SYLLABLES = {
    "fuxiaozhang": "副校长", "xiaozhang": "校长", "fuchuzhang": "副处长", "chuzhang": "处长", "juzhang": "局长",
    "kezhang": "科长", "yuanzhang": "院长", "zhuren": "主任", "shuji": "书记", "laoshi": "老师", "lingdao": "领导",
    "fuxiao": "副校", "xiao": "校", "chu": "处", "zhang": "长", "fu": "副", "ju": "局", "ke": "科", "yuan": "院",
    "mou": "某",
}  # fmt: skip
_INITIALS = {"x": "校", "c": "处", "j": "局", "k": "科", "y": "院"}
_HAN = r"[\u4e00-\u9fff]"
_RUN = LazyPattern(rf"(?<![a-z])[a-z]{{1,14}}+(?={_HAN})|(?<={_HAN})[a-z]{{1,14}}+(?![a-z])", re.IGNORECASE)
_BEFORE_TITLE = LazyPattern(r"副?(?:校|处|局|科|院|主任|书记|老师|某)")
_CALLED = LazyPattern(
    rf"(?:[有一]?[个位]|那个|这个)?姓({_HAN})的(?:[那这]?[个位名])?(?=副?(?:校|处|局|科|院|主任|书记|老师|队长|经理))"
)
"""姓冯的那个处长 is 冯处长."""
_LOOKALIKES = str.maketrans("асеорхуіɡ", "aceopxyig")
"""Cyrillic and other letters that look like Latin ones."""


def spelt_out(text: str, institution: Institution) -> str:
    """Return the text with such titles and surnames in Chinese characters; the rest is unchanged."""
    surnames = {one.id.casefold(): parts(one).surname for one in institution.people if not one.name.isascii()}
    ahead = {*surnames.values(), "副", "校", "处", "正", "大"}

    def written(found: re.Match[str]) -> str:
        return _written(found, surnames, ahead)

    plain = text.translate(_LETTERS)
    out = _CALLED.sub(r"\1", _RUN.sub(written, plain))
    return out if out != plain else text


def _written(found: re.Match[str], surnames: Mapping[str, str], ahead: Collection[str]) -> str:
    run, text, end = found[0].casefold(), found.string, found.end()
    if run in surnames and _BEFORE_TITLE.match(text, end):
        return surnames[run]
    if run in _INITIALS and text.startswith("长", end):
        return _INITIALS[run]
    if run in _SYLLABLES and (text.startswith("长", end) or _before(found) in ahead):
        return _SYLLABLES[run]
    return found[0]


def _before(found: re.Match[str]) -> str:
    """Return the character before what was found, "" at the beginning."""
    return found.string[max(found.start() - 1, 0) : found.start()]


class _Letters(dict[int, str]):
    """The plain Latin letter for each with a tone mark (fùxiàozhǎng) and for each look-alike, at its first use."""

    def __missing__(self, code: int) -> str:
        self[code] = _plain(chr(code)).translate(_LOOKALIKES)
        return self[code]


def _plain(char: str) -> str:
    base = unicodedata.normalize("NFD", char)[0]
    return base if base.isascii() and base.isalpha() else char


_LETTERS = _Letters()
