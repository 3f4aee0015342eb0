"""What changed between two versions of a text, for its signer."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from handlers.rules.lazy_pattern import LazyPattern

_WORDS = LazyPattern(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
MOST_PAIRS = 300_000
"""Maximum number of pairs of equal words that are compared; a text of a thousand characters has some ten thousand."""


class Difference(NamedTuple):
    """`old` was replaced by `new`; either may be empty."""

    old: str
    new: str


def differences(old: str, new: str) -> tuple[Difference, ...]:
    """Return the changes in their order. Latin words and numbers change as a whole, Chinese by characters."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if _pairs(before, after) > MOST_PAIRS:
        return _all_between(before, after)
    from difflib import SequenceMatcher

    found = [
        ("".join(before[i:j]), "".join(after[k:m]))
        for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if what != "equal"
    ]
    return tuple(Difference(*pair) for pair in found if "".join(pair).strip())


def _pairs(before: Sequence[str], after: Sequence[str]) -> int:
    """Return how many pairs of equal words two texts have, by which the time of comparing them grows."""
    counted = Counter(after)
    return sum(times * counted[word] for word, times in Counter(before).items())


def _all_between(before: Sequence[str], after: Sequence[str]) -> tuple[Difference, ...]:
    """Return all between the common beginning and the common end as one change."""
    most = min(len(before), len(after))
    begins = next((n for n in range(most) if before[n] != after[n]), most)
    most -= begins
    ends = next((n for n in range(most) if before[-1 - n] != after[-1 - n]), most)
    pair = ("".join(before[begins : len(before) - ends]), "".join(after[begins : len(after) - ends]))
    return (Difference(*pair),) if "".join(pair).strip() else ()
