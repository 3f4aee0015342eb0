"""Print on every console, also in GBK or ASCII: a character that it does not know becomes a similar one, or a "?"."""

import codecs
import sys
from io import TextIOWrapper

SIMILAR = {"✓": "√+", "✗": "×x", "·": "."}
"""What stands for a character, the most similar first; the last is in every encoding."""


def take_every_character() -> None:
    """Let standard output and standard error take every text."""
    codecs.register_error("similar", _similar)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="similar")


def _similar(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    unknown = error.object[error.start : error.end]
    return "".join(_replaced(one, error.encoding) for one in unknown), error.end


def _replaced(character: str, encoding: str) -> str:
    return next((one for one in SIMILAR.get(character, "") if _is_known(one, encoding)), "?")


def _is_known(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
