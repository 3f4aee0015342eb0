"""Regular expressions that are compiled when they are first used, so that rules are imported quickly; word lists.

A pattern of many alternatives is tried only where a character stands that one of them begins with.
"""

import re
import sys
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Any

from handlers.rules.pattern_beginning import beginning


class LazyPattern:
    """As `re.Pattern`, with the methods that the rules use."""

    def __init__(self, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self.pattern = pattern
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        begins = beginning(self.pattern, self._flags)
        return re.compile(f"(?=[{begins}])(?:{self.pattern})" if begins else self.pattern, self._flags)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        return self._compiled.search(text, start, end)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        return self._compiled.match(text, start)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return self._compiled.fullmatch(text)

    def finditer(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        return self._compiled.finditer(text, start, end)

    def findall(self, text: str) -> list[Any]:
        return self._compiled.findall(text)

    def split(self, text: str, maxsplit: int = 0) -> list[str]:
        return self._compiled.split(text, maxsplit)

    def sub(self, new: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        return self._compiled.sub(new, text, count)


@lru_cache(maxsize=32)
def made_of_names(pattern: str) -> LazyPattern:
    """Return a pattern that is made of an institution's names, compiled once. It ignores case."""
    return LazyPattern(pattern, re.IGNORECASE)


def by_first_letter(words: str) -> str:
    """Return alternatives, written with | between them and none inside, grouped by their first letters.

    What begins with another letter is not compared with each of them.
    """
    groups: dict[str, list[str]] = {}
    for word in words.split("|"):
        groups.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in groups.items())


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list that is written with blanks between them."""
    return frozenset(text.split())
