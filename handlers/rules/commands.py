"""Reading what people type: one spelling for many, then verbs, numbers and the rest.

`12`, `#12`, `12号`, `第12号` and `１２` are the same number. A verb counts only at the start of the sentence.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_UNIT = r"(?!\s*(?:个|天|日|周|月|年|点|时|小时|分|半|[dhm]\b|wd\b|days?\b|hours?\b|minutes?\b|working\b))"
_SIGN = r"(?:第\s*)?#?\s*"
_END = rf"(?:\s*号|{_UNIT}(?=$|[\s,，、;；:：。.!！—-]|[\u4e00-\u9fff]))"
_NUMBER = re.compile(rf"[\s:：,，]*{_SIGN}(\d{{1,7}}){_END}", re.IGNORECASE)
_ANOTHER = re.compile(rf"[\s,，、和与&]+{_SIGN}(\d{{1,7}})(?:\s*号)?{_UNIT}(?=$|[\s,，、;；:：。.!！])", re.IGNORECASE)
_TAIL = re.compile(r"^[\s:：,，。.!！~、-]+")
_ENDING = re.compile(r"[\s。.!！~]+$")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A verb was found: the numbers right behind it, and what follows them.

    `spaced` says that a Chinese verb stands apart, as in 延期 2天: nobody writes prose like that.
    """

    verb: str
    numbers: tuple[int, ...]
    rest: str
    spaced: bool = False

    @property
    def number(self) -> int | None:
        return self.numbers[0] if self.numbers else None


def clean(text: str, names: Iterable[str] = ()) -> str:
    """Letters and digits in half width, the bot's own @name gone, no blanks around."""
    text = text.replace("\u2005", " ").replace("\u00a0", " ")
    for name in names:
        text = re.sub(rf"@{re.escape(name)}(?=\s|$|[^\w])[\s,，:：、]*", " ", text, flags=re.IGNORECASE)
    return text.strip()


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones: for reading commands, not for keeping texts."""
    return text.translate(_FULL_WIDTH)


def spoken(text: str, verbs: Iterable[str], *, many: bool = False, glued: bool = False) -> Spoken | None:
    """The command that `text` begins with one of `verbs`, or None. An English verb ends at a word's end.

    A Chinese verb runs on into other words (签收单在哪里) only with `glued`. One incident number is read behind the
    verb or before it, with `many` all that stand there.
    """
    leading, rest = take_numbers(text, many=many)
    if leading:
        said = spoken(rest.lstrip(), verbs, many=many, glued=glued)
        return Spoken(said.verb, leading, said.rest, said.spaced) if said and not said.numbers else None
    folded = half_width(text)
    for verb in sorted(verbs, key=len, reverse=True):
        if folded[: len(verb)].casefold() == verb.casefold() and _ends(verb, folded[len(verb) :], glued):
            numbers, rest = take_numbers(text[len(verb) :], many=many)
            spaced = (" " in verb or not verb[-1].isascii()) and folded[len(verb) : len(verb) + 1].isspace()
            return Spoken(verb, numbers, _TAIL.sub("", rest).strip(), spaced)
    return None


def _ends(verb: str, after: str, glued: bool) -> bool:
    if not after or after[0] == "第":
        return True
    if verb[-1].isascii():
        return not (after[0].isascii() and after[0].isalpha())
    return glued or not after[0].isalpha()


def take_numbers(text: str, *, many: bool = False) -> tuple[tuple[int, ...], str]:
    """The incident number at the start of `text` (with `many` all that follow it), and what comes after."""
    folded = half_width(text)
    found = _NUMBER.match(folded)
    numbers: list[int] = []
    end = 0
    while found:
        numbers.append(int(found[1]))
        end = found.end()
        found = _ANOTHER.match(folded, end) if many else None
    return tuple(numbers), text[end:]


def whole(text: str, words: Iterable[str]) -> tuple[int, ...] | None:
    """The numbers of a sentence that is nothing but one of `words` and numbers, in either order; None if it is more."""
    numbers, rest = take_numbers(text, many=True)
    said = spoken(_TAIL.sub("", rest), words, many=True)
    if said is None or _ENDING.sub("", said.rest):
        return None
    return numbers + said.numbers
