"""What the wire formats of all platforms have in common.

A field of an odd type is dropped and its message kept: what a platform delivers once is not delivered again.
"""

import re
from typing import Any

import msgspec

Lenient = Any
"""A field that is known in part only, or in several shapes: read it with care, never refuse a message for it."""

LATEST_MS = 4_102_444_800_000
"""The year 2100, in milliseconds since 1970: what claims to be later is no time."""
LONGEST_ID = 118
"""Maximum length (characters) of an identifier: with what the channels put before it, it fits every column."""
MOST_TEXT = 8000
DEEPEST = 12
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TEXT_KEYS = (
    "title", "desc", "description", "text", "content", "value", "markdown", "summary", "keyname", "sub_title_text",
    "quote_text", "recognition", "done",
)  # fmt: skip
"""Keys of texts that people see; addresses, keys for decryption and ids are none."""
_UNSEEN = ("button_list", "buttons", "action_menu", "jump_list", "card_action", "source")


class Malformed(Exception):
    """What a platform delivered is none of its messages."""


def text_of(value: Lenient) -> str:
    """Return the text without NUL and outer blanks, a number as a text; "" for what is neither."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def id_of(value: Lenient) -> str:
    """Return an identifier; "" for what cannot be one."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and 0 < len(text) <= LONGEST_ID and not _CONTROL.search(text) else ""


def whole_number(value: Lenient) -> int | None:
    """Return a whole number that came as such or as digits; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20 else None


def parsed(value: Lenient) -> Lenient:
    """Return the value of a text that holds JSON; any other value as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return msgspec.json.decode(value)
        except (ValueError, RecursionError):
            return value
    return value


def all_texts(value: Lenient) -> str:
    """Return the texts that people see in a card's tree, in their order, a line each."""
    return "\n".join(dict.fromkeys(_texts(parsed(value), 0)))[:MOST_TEXT]


def _texts(value: Lenient, depth: int) -> list[str]:
    if isinstance(value, str):
        return [text] if (text := text_of(value)) else []
    if depth >= DEEPEST:
        return []
    if isinstance(value, list):
        return [text for one in value for text in _texts(one, depth + 1)]
    if not isinstance(value, dict):
        return []
    found: list[str] = []
    for key, one in value.items():
        inner = parsed(one)
        if key not in _UNSEEN and (isinstance(inner, dict | list) or key in _TEXT_KEYS):
            found += _texts(inner, depth + 1)
    return found
