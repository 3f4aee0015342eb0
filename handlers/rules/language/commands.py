"""Read what people type: verbs, numbers and the rest, in many spellings.

`12`, `#12`, `12号`, `第12号`, `十二号` and `１２` are the same number. A verb counts only at the start of the sentence,
behind nothing but courtesy (`好的，同意`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from handlers.rules.language.folding import normalize
from handlers.rules.language.numerals import number as numeral

# Possessive (*+, ++): thousands of blanks in a row are read only once.
_UNIT = r"(?!\s*(?:个|天|日|周|月|年|点|时|小时|分|半|[dhm]\b|wd\b|days?\b|hours?\b|minutes?\b|working\b))"
_PLACE = r"(?!\s*(?:楼|院|线|门|厅|馆|车|店|窗口|教学楼|宿舍))"
_SIGN = r"(?:第\s*+)?(?:#|[Nn]o\.?\s*+)?\s*+"
_SPELT = rf"(?:第\s*+)?([一二两三四五六七八九十百]{{1,5}})\s*号{_PLACE}"
_END = rf"(?:\s*号{_PLACE}|(?!\s*号){_UNIT}(?=$|[\s,，、;；:：。.!！?？~—-]|[\u4e00-\u9fff]))"
_NUMBER = re.compile(rf"[\s:：,，]*+(?:{_SIGN}(\d{{1,7}}){_END}|{_SPELT})", re.IGNORECASE)
_ANOTHER = re.compile(
    rf"(?:[\s,，、和与及跟&]++|\s++and\s++)(?:{_SIGN}(\d{{1,7}})(?:\s*号{_PLACE})?{_UNIT}(?=$|[\s,，、;；:：。.!！]|[和与及跟]\s*#?\d)|{_SPELT})",
    re.IGNORECASE,
)
_TAIL = re.compile(r"^[\s:：,，。.!！~、-]+")
_ENDING = re.compile(r"[\s。.!！~]+$")
_COURTESY = re.compile(
    r"(?:(?:好的?|好滴|嗯+|行|可以|没问题|收到|明白|了解|知道了|ok|okay|sure|yes|你好|您好|领导好|各位领导|"
    r"谢谢|辛苦了?|hi|hello|thanks|thank you)(?:[\s,，。.!！~、:：;；]+))+",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"[\s,，。.!！~、]*(?:谢谢(?:您|你|大家|领导|老师)?|谢了|多谢|辛苦了?|拜托了?|thanks?|thank you|thx|please|"
    r"[👍🙏🌹👌✅💪😊🤝]|\[(?:强|抱拳|OK|玫瑰|微笑|合十|握手)\])[\s。.!！~]*$",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"(?:[?？]|吗|了没有?|有没有|是不是|是吧|行不行|可不可以)[\s。.!！?？~]*$")

LONGEST_WHOLE = 1000
"""Maximum length (characters) of a whole command: a hundred numbers and every courtesy fit in."""
ITS_END = 100
"""How many characters at the end are searched for a question."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A verb that was found, with the numbers right behind it and what follows them.

    `spaced` if a blank follows a Chinese verb, as in 延期 2天, which prose does not have.
    """

    verb: str
    numbers: tuple[int, ...]
    rest: str
    spaced: bool = False

    @property
    def number(self) -> int | None:
        return self.numbers[0] if self.numbers else None


def clean(text: str, names: Iterable[str] = ()) -> str:
    """Return the text without the bot's own @name and blanks around it."""
    text = text.replace("\u2005", " ").replace("\u00a0", " ")
    for name in names:
        text = re.sub(rf"[@＠]{re.escape(name)}(?=\s|$|[^\w])[\s,，:：、]*", " ", text, flags=re.IGNORECASE)
    return text.strip()


@lru_cache(maxsize=64)
def courteous(text: str) -> str:
    """Return the text without the courtesies before it."""
    found = _COURTESY.match(normalize(text))
    return text[found.end() :] if found and found.end() < len(text) else text


def thanked(text: str) -> str:
    """Return the text without the thanks behind it."""
    while (found := _THANKS.search(normalize(text))) and found.start():
        text = text[: found.start()]
    return text


@lru_cache(maxsize=64)
def asks(text: str) -> bool:
    """Return whether the words are a question, which is no command: 签收了吗."""
    return _QUESTION.search(normalize(text[-ITS_END:])) is not None


def spoken(text: str, verbs: Iterable[str], *, many: bool = False, glued: bool = False) -> Spoken | None:
    """Return the command that `text` begins with, one of `verbs`, or None. An English verb ends at a word's end.

    A Chinese verb runs on into other words (签收单在哪里) only with `glued`. One incident number is read behind the
    verb or before it, with `many` all that stand there.
    """
    return _spoken(courteous(text), _longest_first(tuple(verbs)), many, glued)


@lru_cache(maxsize=512)
def _longest_first(verbs: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the verbs, the longest first, each with its casefolded form to compare."""
    return tuple((verb, verb.casefold()) for verb in sorted(verbs, key=len, reverse=True))


def _spoken(
    text: str, verbs: tuple[tuple[str, str], ...], many: bool, glued: bool, *, numbered: bool = False
) -> Spoken | None:
    """Find the verb; `numbered` if a number stood before it, so that none may follow."""
    leading, rest = take_numbers(text, many=many)
    if leading:
        found = None if numbered else _spoken(_TAIL.sub("", rest), verbs, many, glued, numbered=True)
        return Spoken(found.verb, leading, found.rest, found.spaced) if found and not found.numbers else None
    normalized = normalize(text)
    for verb, plain in verbs:
        if normalized[: len(verb)].casefold() == plain and _ends(verb, normalized[len(verb) :], glued):
            numbers, rest = take_numbers(text[len(verb) :], many=many)
            spaced = (" " in verb or not verb[-1].isascii()) and normalized[len(verb) : len(verb) + 1].isspace()
            return Spoken(verb, numbers, _TAIL.sub("", rest).strip(), spaced)
    return None


def _ends(verb: str, after: str, glued: bool) -> bool:
    if not after or after[0] == "第" or _NUMBER.match(after):
        return True
    if verb[-1].isascii():
        return not (after[0].isascii() and after[0].isalpha())
    return glued or not after[0].isalpha()


@lru_cache(maxsize=64)  # every handler reads the same words
def take_numbers(text: str, *, many: bool = False) -> tuple[tuple[int, ...], str]:
    """Split into the incident number at the start of `text` (with `many` all that follow it) and the rest."""
    normalized = normalize(text)
    found = _NUMBER.match(normalized)
    numbers: list[int] = []
    end = 0
    while found:
        numbers.append(int(found[1]) if found[1] else numeral(found[2]))
        end = found.end()
        found = _ANOTHER.match(normalized, end) if many else None
    return tuple(dict.fromkeys(numbers)), text[end:]


def whole(text: str, words: Iterable[str]) -> tuple[int, ...] | None:
    """Return the numbers of a sentence that is only one of `words`, numbers and courtesies; None if it is more."""
    if len(text) > LONGEST_WHOLE:
        return None
    text = thanked(courteous(text))
    numbers, rest = take_numbers(text, many=True)
    found = _spoken(_TAIL.sub("", rest), _longest_first(tuple(words)), True, False)
    if found is None or _ENDING.sub("", found.rest):
        return None
    return tuple(dict.fromkeys(numbers + found.numbers))
