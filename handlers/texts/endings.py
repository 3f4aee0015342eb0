"""Join people's words with the punctuation of the sentence around them: no 。。, no ？， and no blank before a comma.

A filter that shows somebody's words marks their end where it is a stop; once the sentence is whole, the mark decides
which of two stops stays. What people wrote inside is never touched, nor is anything between quotation marks: a quoted
text keeps its stop, and the sentence does without.
"""

from collections.abc import Callable
from typing import Any

from handlers.rules.lazy_pattern import LazyPattern

_MARK = "\ue000"
_SOFT, _HARD = "。.，,；;、：:", "！!？?"
_STOPS = (*_SOFT, *_HARD, "…")
_CLOSING = r"[”’」』）)\"']"
_SOFT_END = LazyPattern(rf"(?<![{_SOFT} ])[{_SOFT} ]++{_MARK}++(?=[{_SOFT}{_HARD}](?!\d))")
_QUOTED_END = LazyPattern(rf"{_MARK}+({_CLOSING})[。.](?!\d)")
_HARD_END = LazyPattern(rf"(?<=[{_HARD}]){_MARK}+[{_SOFT}](?!\d)(?<![：:])")
_DOTS_END = LazyPattern(rf"(?<=…){_MARK}+[。.](?!\d)")
Filter = Callable[..., Any]


def marking(shown: Filter) -> Filter:
    """Return a filter that marks a stop at the end of what it shows."""

    def marked(value: Any, *options: Any, **named: Any) -> Any:
        plain = value.replace(_MARK, "") if isinstance(value, str) else value
        result = shown(plain, *options, **named)
        return f"{result}{_MARK}" if isinstance(result, str) and result.endswith(_STOPS) else result

    return marked


def joined(text: str) -> str:
    """Return a whole sentence without the marks, and with one stop where two met."""
    if _MARK not in text:
        return text
    found: str = _QUOTED_END.sub(r"\1", _SOFT_END.sub("", text))
    for pattern in (_HARD_END, _DOTS_END):
        found = pattern.sub("", found)
    return found.replace(_MARK, "")


MARKED = ("short", "inner", "mask", "ours", "document", "deed", "excerpt")
"""The filters that show what somebody wrote."""
