"""What changed between two versions of a text, for its signer."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)


class Difference(NamedTuple):
    """`old` was replaced by `new`; either may be empty."""

    old: str
    new: str


def differences(old: str, new: str) -> tuple[Difference, ...]:
    """Return the changes in their order. Latin words and numbers change as a whole, Chinese by characters."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    found = [
        ("".join(before[i:j]), "".join(after[k:m]))
        for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if what != "equal"
    ]
    return tuple(Difference(*pair) for pair in found if "".join(pair).strip())
