"""A closed vocabulary: a sentence is understood only if every word of it is known, whatever else it might mean.

What certifies is read in this way. A negation, a condition, a tense or a third person that nobody thought of is then an
unknown word, never a yes.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from typing import NamedTuple

from handlers.rules.language.folding import normalize
from handlers.rules.language.incident_numbers import take_numbers, take_spelt
from handlers.rules.lazy_pattern import LazyPattern

NUMBER = "n"
"""The kind of a run of incident numbers; the other kinds are one letter each, which the vocabulary names."""
LONGEST = 400
_CHOICE = LazyPattern(r"\(([^()]*)\)")
_SEPARATORS = LazyPattern(r"[\s,，。.!！~～;；、:：…\-—–_]+")
_SKIN = LazyPattern("[\U0001f3fb-\U0001f3ff]")
_LATIN = LazyPattern(r"[a-z]")
_GOES_ON = LazyPattern(r"[a-z'’]")
_HAN = LazyPattern(r"[\u4e00-\u9fff]")


class Part(NamedTuple):
    """A known word of a sentence: its kind, its text, and where it begins and ends in the sentence."""

    kind: str
    word: str
    start: int
    end: int


class KnownWords(NamedTuple):
    """The known words that a sentence begins with, all numbers among them, and the rest that is not understood."""

    parts: tuple[Part, ...]
    numbers: tuple[int, ...]
    rest: str

    @property
    def kinds(self) -> str:
        return "".join(part.kind for part in self.parts)

    def words(self, kind: str) -> list[str]:
        return [part.word for part in self.parts if part.kind == kind]


def spellings(text: str) -> Iterator[str]:
    """Yield every spelling of a pattern: "(我|)(已|)阅" means 我已阅, 我阅, 已阅 and 阅."""
    fixed = _CHOICE.split(text)
    choices = [part.split("|") if n % 2 else [part] for n, part in enumerate(fixed)]
    for parts in product(*choices):
        yield "".join(parts)


class Vocabulary:
    """The known words by kind, each given as a pattern for `spellings`. The longest word at a place is meant."""

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        self._words = words

    @cached_property
    def _kinds(self) -> dict[str, str]:
        """The kind of each word, spelt out when first used."""
        return {word: kind for kind, found in self._words.items() for text in found for word in spellings(text) if word}

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._kinds))

    def read(self, text: str) -> KnownWords:
        """Read as many words as are known; blanks between Chinese characters and separators do not count."""
        normalized = _SKIN.sub(" ", normalize(text)).casefold()
        if len(normalized) != len(text) or len(text) > LONGEST:
            return KnownWords((), (), text)
        parts: list[Part] = []
        numbers: list[int] = []
        at = _past_separators(normalized, 0)
        while at < len(normalized):
            part, found = self._next(normalized, at)
            if part is None:
                break
            parts.append(part)
            numbers += found
            at = _past_separators(normalized, part.end)
        return KnownWords(tuple(parts), tuple(dict.fromkeys(numbers)), text[at:])

    def _next(self, text: str, at: int) -> tuple[Part | None, tuple[int, ...]]:
        numbers, rest = take_numbers(text[at:], many=True)
        if not numbers:
            numbers, rest = take_spelt(text[at:])
        end = len(text) - len(rest)
        if numbers:
            return Part(NUMBER, text[at:end], at, end), numbers
        word, end = self._word_at(text, at)
        return (Part(self._kinds[word], word, at, end) if word else None), ()

    def _word_at(self, text: str, at: int) -> tuple[str, int]:
        """Return the longest word at a place and where it ends; "" if none is known. Blanks may stand in Chinese."""
        word = self._beginning(text, at)
        if word or not _HAN.match(text, at):
            return word, at + len(word)
        joined = [n for n in range(at, min(len(text), at + self._longest)) if not text[n].isspace()]
        word = self._beginning("".join(text[n] for n in joined), 0)
        return (word, joined[len(word) - 1] + 1) if word else ("", at)

    def _beginning(self, text: str, at: int) -> str:
        for end in range(min(len(text), at + self._longest), at, -1):
            word = text[at:end]
            if word in self._kinds and not _inside_a_word(text, at, end):
                return word
        return ""


def _past_separators(text: str, at: int) -> int:
    found = _SEPARATORS.match(text, at)
    return found.end() if found else at


def _inside_a_word(text: str, at: int, end: int) -> bool:
    """Return whether Latin letters go on before or behind a place, as "approve" does in "approver"."""
    before, after = text[at - 1 : at] if at else "", text[end : end + 1]
    return bool(
        (_LATIN.match(text[at]) and _LATIN.match(before)) or (_LATIN.match(text[end - 1]) and _GOES_ON.match(after))
    )
