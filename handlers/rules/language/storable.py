"""Make a message storable as it comes in: PostgreSQL takes no NUL, and no database half a character.

SQLite would store both silently and fail later, or never; so they are replaced in one place, before anything else.
"""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from handlers.rules.language.messages import Message

REPLACEMENT = "\ufffd"
LONGEST_ID = 140
"""Maximum length (characters) of a message's id; a longer one is known by its digest."""


def storable(message: Message) -> Message:
    """Return the message without NUL and lone surrogates in any of its texts, and with an id that fits its column."""
    clean: Message = _clean(message)
    if len(clean.id) > LONGEST_ID:
        from hashlib import sha256

        clean = replace(clean, id=sha256(clean.id.encode()).hexdigest())
    return clean


def storable_text(text: str) -> str:
    """Return the text with NUL removed and each half of a surrogate pair that stands alone replaced."""
    if text.isascii():
        return text.replace("\0", "")
    return text.replace("\0", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, tuple):
        return tuple(_clean(one) for one in value)
    if isinstance(value, Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        changed = {name: new for name, old in fields.items() if (new := _clean(old)) != old}
        return replace(value, **changed) if changed else value
    return value
