"""`照拟办 12`, `同意，照拟办 12 尽快`: an instruction in the words of a remark below an opinion."""

from typing import NamedTuple

from handlers.common.approval_vocabulary import AS_PROPOSED, WORDS
from handlers.rules.language.utterance import Utterance

AS_IT_IS = "照拟办"
"""What an instruction says that takes the opinion over as it is."""
_BESIDE = frozenset("hc")
"""Kinds of words that change nothing of the opinion: haste and courtesy."""


class Followed(NamedTuple):
    """Which matter's opinion is followed, and in what words it is said behind that it should be quick.

    `changed` if the words behind it ask for something else.
    """

    number: int | None
    haste: str = ""
    changed: bool = False


def as_proposed(utterance: Utterance) -> Followed | None:
    """Return which opinion the words follow; None if they are none of these, or talk that names no matter."""
    found = utterance.command(AS_PROPOSED)
    if found is None or (found.rest and not found.numbers and not utterance.pointed):
        return None
    reading = WORDS.read(found.rest)
    changed = bool(reading.rest.strip(" 。.!！")) or not {*reading.kinds} <= _BESIDE
    return Followed(found.number, "" if changed else found.rest, changed)
