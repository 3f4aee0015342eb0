"""Read a long text only near the words that a pattern needs: most texts hold few of them, or none."""

from collections.abc import Iterator, Sequence
from re import Match
from typing import Protocol

REACH = 100
"""How many characters on either side of a needed word are read: more than any match of such a pattern has."""


class _Pattern(Protocol):
    def finditer(self, text: str, start: int, end: int, /) -> Iterator[Match[str]]: ...


def find_near(pattern: _Pattern, words: Sequence[str], text: str, lowered: str | None = None) -> Iterator[Match[str]]:
    """Yield the matches of a pattern of which each contains one of `words` and is shorter than REACH.

    `lowered` is the text in lower case, for a pattern that ignores case; the words are in lower case then.
    """
    for start, end in _regions(words, text if lowered is None else lowered, len(text)):
        yield from pattern.finditer(text, start, end)


def around(text: str, start: int, end: int, beside: int) -> tuple[str, str, str]:
    """Return what stands before, in, and behind `text[start:end]`, with at most `beside` characters on either side.

    A long text repeats itself: what was read once among the same words is not read again.
    """
    return text[start - beside if start > beside else 0 : start], text[start:end], text[end : end + beside]


def _regions(words: Sequence[str], text: str, length: int) -> Iterator[tuple[int, int]]:
    """Yield the regions of a text around the words, joined where they touch; all of it if `text` has another length."""
    if len(text) != length:  # some letters become two in lower case
        yield 0, length
        return
    found = sorted(region for word in words for region in _around(word, text))
    start = end = -1
    for first, last in found:
        if first > end:
            if end >= 0:
                yield start, end
            start = first
        end = max(end, last)
    if end >= 0:
        yield start, min(end, length)


def _around(word: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield the regions around a word, those of its places that are close to each other as one."""
    at = text.find(word)
    while at >= 0:
        last = at
        while (further := text.rfind(word, last + 1, last + REACH)) >= 0:
            last = further
        yield max(at - REACH, 0), last + len(word) + REACH
        at = text.find(word, last + 1)
