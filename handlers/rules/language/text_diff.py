"""What changed between two versions of a text, for the one who has to approve the newer."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)


class Difference(NamedTuple):
    """`old` was taken out and `new` put in its place; either may be empty."""

    old: str
    new: str


def differences(old: str, new: str) -> tuple[Difference, ...]:
    """The changes in their order. Words in Latin letters and numbers change as a whole, Chinese by characters."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    found = [
        ("".join(before[i:j]), "".join(after[k:m]))
        for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if what != "equal"
    ]
    return tuple(Difference(*pair) for pair in found if "".join(pair).strip())
