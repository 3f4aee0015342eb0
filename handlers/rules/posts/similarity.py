"""Find past matters that are similar to a new one, by the pairs of characters and the words that they share.

Pairs need no dictionary, so that new names and dialect words are found like any other. Terms in many matters count
little, terms in few count much.
"""

import re
from collections.abc import Iterator, Mapping
from math import log, sqrt
from typing import NamedTuple

from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern

_URL = LazyPattern(r"https?://\S+", re.IGNORECASE)
_RUN = LazyPattern(r"[\u3400-\u9fff]+|[a-z][a-z'-]+|\d{2,}", re.IGNORECASE)
_STOPS = "的了是在我有和也都就要不这那你他她们吗呢吧啊与及或被把给对很还又到"
"""Particles: a pair with one of them is not significant."""
MOST_TERMS = 400
LONGEST_TERM = 32
ALIKE, MORE_FOR_SHORT = 0.12, 1.5
"""The minimum similarity at which a past matter is shown (1 is the same text), and how much more short texts need."""
SHARED = 3
"""The minimum number of terms that have to be the same."""


def terms(text: str) -> frozenset[str]:
    """Return a text's first terms: pairs of Chinese characters, the last of each run alone, words, numbers."""
    runs = _RUN.finditer(_URL.sub(" ", normalize(text)).casefold())
    found: dict[str, None] = {}
    for term in (term for run in runs for term in _of_run(run[0])):
        found[term] = None
        if len(found) >= MOST_TERMS:
            break
    return frozenset(found)


def _of_run(run: str) -> Iterator[str]:
    if run[0] < "\u3400":
        yield run[:LONGEST_TERM]
    else:
        yield from (run[n : n + 2] for n in range(len(run) - 1))
        yield run[-1]


def significant(all_terms: frozenset[str]) -> frozenset[str]:
    """Return the significant terms: neither single characters nor pairs with a particle."""
    return frozenset(term for term in all_terms if len(term) > 1 and not any(one in _STOPS for one in term))


class Past(NamedTuple):
    """A past case: the terms that it shares with the new text, and how many significant terms it has in all."""

    shared: frozenset[str]
    size: int


def most_similar(
    asked: frozenset[str], cases: Mapping[int, Past], known: Mapping[str, int], count: int, most: int = 3
) -> list[int]:
    """Return the numbers of the cases that are similar enough, the most similar first.

    `known` is in how many of the `count` cases of the library a term stands. Terms that a case does not share count
    like the average of the new text's terms.
    """
    weights = {term: log(1 + (count + 10) / (known.get(term, 0) + 0.5)) ** 2 for term in asked}
    whole = sum(weights.values())
    scored = []
    for number, case in cases.items():
        shared = asked & case.shared
        if len(shared) < SHARED:
            continue
        common = sum(weights[term] for term in shared)
        other = common + max(case.size - len(shared), 0) * whole / len(asked)
        if common / sqrt(whole * other) >= ALIKE + MORE_FOR_SHORT / min(len(asked), max(case.size, 1)):
            scored.append((common / sqrt(whole * other), number))
    return [number for _, number in sorted(scored, key=lambda one: (-one[0], -one[1]))[:most]]
