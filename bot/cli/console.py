"""Print on every console, also one in GBK: a character that it does not know becomes a similar one, or a "?"."""

import codecs
import sys
from io import TextIOWrapper

SIMILAR = {"✓": "√", "✗": "×", "·": "."}


def take_every_character() -> None:
    """Let standard output and standard error take every text."""
    codecs.register_error("similar", _similar)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="similar")


def _similar(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(SIMILAR.get(one, "?") for one in error.object[error.start : error.end]), error.end
