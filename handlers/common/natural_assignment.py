"""Read in everyday words who is to have a matter, `5号给教务处`, as the whole sentence that assigns it.

It is never done at once: the sentence is suggested, and done once it is confirmed.
"""

import re

from handlers.common.context import Context
from handlers.rules.incident.permissions import may_ever
from handlers.rules.language.commands import asks, courteous
from handlers.rules.language.folding import normalize
from handlers.rules.language.incident_numbers import take_numbers
from handlers.rules.language.messages import quoted_code
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.names import departments_in

_GIVES = LazyPattern(
    r"给|交|让|转|由|请|归|派|应该?|\b(?:to|give|send|let|should|for)\b",
    re.IGNORECASE,
)
_HELPS = LazyPattern(r"配合|协办|协助|帮|\bhelp|\bwith\b", re.IGNORECASE)
_DENIES = LazyPattern(r"不|别|没|未|\bnot\b|n['’]t\b", re.IGNORECASE)
_TAKES = LazyPattern(r"^(?:把|将|give|send|let)\s*(?=第?#?\d)", re.IGNORECASE)
MOST = 40
"""Maximum length (characters) of such a sentence; longer ones tell of something."""


def natural_assignment(context: Context, text: str) -> str | None:
    """Return the sentence that assigns the named or quoted matter; None if the words are no such wish."""
    said = _TAKES.sub("", courteous(text).strip())
    numbers, rest = take_numbers(said)
    code = quoted_code(context.message)
    number = next(iter(numbers), code[0] if code else None)
    words = normalize(rest)
    if number is None or len(words) > MOST or not may_ever(context.person, "assign"):
        return None
    if asks(said) or not _GIVES.search(words) or _DENIES.search(words):
        return None
    return _sentence(context, number, words)


def _sentence(context: Context, number: int, words: str) -> str | None:
    """Return the sentence: one department has it, or the first leads and the others help."""
    names = [one.name for one in departments_in(words, context.office.institution)]
    chinese = context.office.texts.language == "zh"
    if len(names) == 1:
        return f"改派 {number} {names[0]}" if chinese else f"assign {number} {names[0]}"
    if len(names) < 2 or not _HELPS.search(words):
        return None
    lead, helpers = names[0], names[1:]
    if chinese:
        return f"牵头 {number} {lead} 协办 {'、'.join(helpers)}"
    return f"lead {number} {lead} with {', '.join(helpers)}"
