"""What the wire formats of all platforms have in common."""

from typing import Annotated, Any

from msgspec import Meta

Id = Annotated[str, Meta(min_length=1, max_length=140, pattern=r"^[^\x00-\x1f]+$")]
Lenient = Any
"""A field that is known in part only, or in several shapes: read it with care, never refuse a message for it."""

LATEST_MS = 4_102_444_800_000
"""The year 2100, in milliseconds since 1970: what claims to be later is no time."""


class Malformed(Exception):
    """What a platform delivered is none of its messages."""


def text_of(value: Lenient) -> str:
    """Return the text without NUL and outer blanks; "" for what is no text."""
    return value.replace("\0", "").strip() if isinstance(value, str) else ""
