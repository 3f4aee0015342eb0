"""The kind of a matter: a request, a complaint, a suggestion, disputed facts, a surge. A guess that people correct."""

import re

from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.regime.regime_parts import Kind

_DISPUTED = LazyPattern(r"谣言|造谣|不实|网传|据传|虚假|假的|rumou?r|untrue|fake", re.IGNORECASE)
_COMPLAINT = LazyPattern(
    r"(?:投诉|举报|检举|控告)(?!.{0,2}(?:电话|热线|邮箱|渠道|方式|途径|信箱|平台|入口))"
    r"|\bcomplain(?!ts? (?:line|number|box|form))",
    re.IGNORECASE,
)
_SUGGESTION = LazyPattern(
    r"建议|希望(?:能|可以|学校|政府)|能否|不如|应该|suggest|please consider|would be better", re.IGNORECASE
)


def guess(text: str, tier: str) -> Kind:
    """Guess the kind by the post's words and its tier."""
    if tier != "general":
        return "surge"
    if _DISPUTED.search(text):
        return "disputed"
    if _COMPLAINT.search(text):
        return "complaint"
    return "suggestion" if _SUGGESTION.search(text) else "request"
