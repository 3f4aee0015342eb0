"""Read a chat record that was passed on as text: a header, and lines with the name of who said them."""

import re

from handlers.rules.lazy_pattern import LazyPattern

_HEADER = LazyPattern(
    r"[\[【]?[^\n，。:：]{0,20}(?:聊天记录|chat (?:history|records?))[\]】]?[:：]?[^\S\n]*\n", re.IGNORECASE
)
_SPEAKER = LazyPattern(r"^(?!https?:)[^\n:：，。]{1,16}[:：][^\S\n]*(?!//)", re.MULTILINE)


def header(text: str) -> str:
    """Return the header that a chat record begins with, or ""."""
    found = _HEADER.match(text)
    return found[0].strip() if found else ""


def without_speakers(text: str) -> str:
    """Return the lines of a chat record without its header and the names of those who say them; others as they are."""
    found = _HEADER.match(text)
    return _SPEAKER.sub("", text[found.end() :]) if found else text
