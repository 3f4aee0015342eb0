"""Remember what a text was read as: several handlers ask the same of the same words, one after the other."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

LONGEST = 4096
"""Maximum length (characters) of a text that stays remembered; of longer ones only the last few are."""
LONG_ONES = 4
_Read = TypeVar("_Read", bound=Callable[..., Any])


def text_cache(maxsize: int) -> Callable[[_Read], _Read]:
    """Remember the answers to the last `maxsize` texts, which are the first argument. Long ones fill no memory."""

    def remembering(read: _Read) -> _Read:
        short, long = lru_cache(maxsize)(read), lru_cache(LONG_ONES)(read)

        @wraps(read)
        def remembered(text: str, *rest: Any, **named: Any) -> Any:
            return (short if len(text) <= LONGEST else long)(text, *rest, **named)

        return cast("_Read", remembered)

    return remembering
