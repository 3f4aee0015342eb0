"""The kind of a matter: a request, a suggestion, disputed facts, a surge. A guess that people may correct."""

import re
from typing import Literal

Kind = Literal["request", "suggestion", "disputed", "surge"]

_DISPUTED = re.compile(r"谣言|造谣|不实|网传|据传|虚假|假的|rumou?r|untrue|fake", re.IGNORECASE)
_SUGGESTION = re.compile(
    r"建议|希望(?:能|可以|学校|政府)|能否|不如|应该|suggest|please consider|would be better", re.IGNORECASE
)


def guess(text: str, tier: str) -> Kind:
    """Guess the kind by the post's words and its tier."""
    if tier != "general":
        return "surge"
    if _DISPUTED.search(text):
        return "disputed"
    return "suggestion" if _SUGGESTION.search(text) else "request"
