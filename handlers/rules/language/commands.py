"""Read what people type: verbs, numbers and the rest, in many spellings.

A verb counts only at the start of the sentence, behind nothing but courtesy (`好的，同意`). Blanks within a Chinese
verb (同 意) do not matter.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Struct

from handlers.rules.language.folding import normalize, visible
from handlers.rules.language.incident_numbers import number_follows, take_numbers
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.text_cache import text_cache

_TAIL = LazyPattern(r"^[\s:：,，。.!！~、—-]+")
_ENDING = LazyPattern(r"[\s。.!！~]+$")
_COURTESY = LazyPattern(
    r"(?:(?:好的?|好滴|嗯+|行|可以|没问题|收到|明白|了解|知道了|ok|okay|sure|yes|你好|您好|领导好|各位领导|"
    r"谢谢|辛苦了?|hi|hello|thanks|thank you)(?:[\s,，。.!！~、;；]+))+",
    re.IGNORECASE,
)
_THANKS = LazyPattern(
    r"[\s,，。.!！~、]*(?:谢谢(?:您|你|大家|领导|老师)?|谢了|多谢|辛苦了?|拜托了?|thanks?|thank you|thx|please|"
    r"[👍🙏🌹👌✅💪😊🤝]|\[(?:强|抱拳|OK|玫瑰|微笑|合十|握手)\])[\s。.!！~]*$",
    re.IGNORECASE,
)
_QUESTION = LazyPattern(r"(?:[?？]|吗|了没有?|有没有|是不是|是吧|行不行|可不可以)[\s。.!！?？~]*$")
_BOTS_NAME = r"[@＠]\s?(?:{})(?:小?助手|机器人)?[\s,，:：、]*"
_AT_A_WORD = r"(?<![A-Za-z0-9._-][@＠]){}(?![A-Za-z0-9_])"

LONGEST_WHOLE = 1000
"""Maximum length (characters) of a whole command: a hundred numbers and every courtesy fit in."""
ITS_END = 100
"""How many characters at the end are searched for a question or for thanks."""
WIDEST_GAP = 2
"""Maximum number of blanks between two characters of a Chinese verb."""
VerbIndex = Mapping[str, Iterable[tuple[str, str]]]
"""VerbIndex by their first letter, the longest first: as they are written, and casefolded to compare."""


class Spoken(Struct, frozen=True):
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
    """Return the text without format characters, the bot's own @name wherever it stands, and blanks around it."""
    text = visible(text.replace("\u2005", " ").replace("\u00a0", " "))
    known = sorted(names, key=len, reverse=True)
    if known:
        text = _own_name(tuple(known)).sub(" ", text)
    return text.strip()


@lru_cache(maxsize=8)
def _own_name(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of the bot's @name. A Latin name is a word of its own, a Chinese one stands anywhere."""
    parts = (_AT_A_WORD.format(re.escape(name)) if name.isascii() else re.escape(name) for name in names if name)
    return re.compile(_BOTS_NAME.format("|".join(parts)), re.IGNORECASE)


@text_cache(64)
def courteous(text: str) -> str:
    """Return the text without the courtesies before it."""
    found = _COURTESY.match(normalize(text))
    return text[found.end() :] if found and found.end() < len(text) else text


def thanked(text: str) -> str:
    """Return the text without the thanks behind it."""
    head, end = text[:-ITS_END], text[-ITS_END:]
    while (found := _THANKS.search(normalize(end))) and (head or found.start()):
        end = end[: found.start()]
    return head + end


@text_cache(64)
def asks(text: str) -> bool:
    """Return whether the words are a question, which is no command: 签收了吗."""
    return _QUESTION.search(normalize(text[-ITS_END:])) is not None


def spoken(text: str, verbs: Iterable[str], *, many: bool = False, glued: bool = False) -> Spoken | None:
    """Return the command that `text` begins with, one of `verbs`, or None. An English verb ends at a word's end.

    A Chinese verb runs on into other words (签收单在哪里) only with `glued`. One incident number is read behind the
    verb or before it, with `many` all that stand there.
    """
    return _spoken(courteous(text), _by_first_letter(tuple(verbs)), many, glued)


@lru_cache(maxsize=512)
def _by_first_letter(verbs: tuple[str, ...]) -> VerbIndex:
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for verb in sorted(verbs, key=len, reverse=True):
        plain = verb.casefold()
        found[plain[0]].append((verb, plain))
    return found


def _spoken(text: str, verbs: VerbIndex, many: bool, glued: bool, *, numbered: bool = False) -> Spoken | None:
    """Find the verb; `numbered` if a number stood before it, so that none may follow."""
    leading, rest = take_numbers(text, many=many)
    if leading:
        found = None if numbered else _spoken(_TAIL.sub("", rest), verbs, many, glued, numbered=True)
        return Spoken(found.verb, leading, found.rest, found.spaced) if found and not found.numbers else None
    normalized = normalize(text)
    for verb, plain in verbs.get(normalized[:1].casefold()[:1], ()):
        end = _end_of(plain, normalized)
        if end and _ends(verb, normalized[end:], glued):
            numbers, rest = take_numbers(text[end:], many=many)
            spaced = (" " in verb or not verb[-1].isascii()) and normalized[end : end + 1].isspace()
            return Spoken(verb, numbers, _behind(rest), spaced)
    return None


def _end_of(plain: str, normalized: str) -> int:
    """Return where a casefolded verb at the start of the text ends, or 0; a Chinese one may have blanks in it."""
    if normalized[: len(plain)].casefold() == plain:
        return len(plain)
    if plain[0].isascii() or normalized[:1] != plain[0]:
        return 0
    end = 0
    for char in plain:
        gap = end
        while end and gap - end < WIDEST_GAP and normalized[gap : gap + 1] in (" ", "\t"):
            gap += 1
        if normalized[gap : gap + 1].casefold() != char:
            return 0
        end = gap + 1
    return end


def _behind(rest: str) -> str:
    """Return what follows the numbers, without separators; the sign of a number below zero (-2天) is none."""
    found = _TAIL.match(rest)
    if found is None:
        return rest.strip()
    below = re.search(r"[-—−–]\s*$", found[0]) if rest[found.end() : found.end() + 1].isdigit() else None
    return rest[below.start() if below else found.end() :].strip()


def _ends(verb: str, after: str, glued: bool) -> bool:
    if not after or after[0] == "第" or number_follows(after):
        return True
    if verb[-1].isascii():
        return not (after[0].isascii() and after[0].isalpha())
    return glued or not after[0].isalpha()


def whole(text: str, words: Iterable[str]) -> tuple[int, ...] | None:
    """Return the numbers of a sentence that is only one of `words`, numbers and courtesies; None if it is more."""
    if len(text) > LONGEST_WHOLE:
        return None
    text = thanked(courteous(text))
    numbers, rest = take_numbers(text, many=True)
    found = _spoken(_TAIL.sub("", rest), _by_first_letter(tuple(words)), True, False)
    if found is None or _ENDING.sub("", found.rest):
        return None
    return tuple(dict.fromkeys(numbers + found.numbers))
