"""What the log may show: no control characters, and of an error its class, its lines and no values.

A value may come from outside: an escape sequence would act on the terminal that shows the log, and a line break would
look like a line of ours. An error's own words may quote what people wrote.
"""

import re
import sys
import traceback
from collections.abc import Iterator

from structlog.typing import EventDict, WrappedLogger

from storage.database.faults import words_of

MOST_FRAMES, MOST_ERRORS = 40, 10
_PLACEHOLDER = re.compile(r"%(?:\(\w*\))?[-#0-9 +.*]*[a-zA-Z]")
_VALUES = re.compile(r"[<(](?!\)).*", re.DOTALL)
_BECAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_MEANWHILE = "\nDuring handling of the above exception, another exception occurred:\n\n"


def escaped(text: str) -> str:
    """Return the text with what cannot be printed as escapes: controls, line ends, directions, half characters."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    """Return a character, or its escape as in a Python string and, from U+0100 on, in JSON."""
    if character.isprintable() or character == "\u3000":
        return character
    return repr(character)[1:-1]


def escape_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Escape every value of a line; a value that is no text counts by what it would be shown as."""
    return {name: value if name == "exception" else _safe(value) for name, value in event.items()}


def _safe(value: object) -> object:
    shown = value if isinstance(value, str) else repr(value)
    safe = escaped(shown)
    return value if safe == shown else safe


def escape_json(_logger: WrappedLogger, _method: str, line: str) -> str:
    """Escape in a line of JSON what JSON itself allows unescaped."""
    return line if line.isprintable() else "".join(map(_in_json, line))


def _in_json(character: str) -> str:
    if character.isprintable():
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n : n + 2].hex()}" for n in range(0, len(units), 2))


def error_of(event: EventDict) -> BaseException | None:
    """Return the error of a line, in any of the ways in which `exc_info` names one."""
    given = event.get("exc_info")
    found = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    return found if isinstance(found, BaseException) else None


def show_error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put the lines of the error, and of what led to it, in place of `exc_info`."""
    error = error_of(event)
    event.pop("exc_info", None)
    if error is not None:
        event["exception"] = traceback_of(error)
    return event


def traceback_of(error: BaseException) -> str:
    """Return where an error and those that led to it were raised, each with its class and no words of others."""
    return "".join(_links(error)).rstrip("\n")


def _links(error: BaseException) -> Iterator[str]:
    chain: list[tuple[BaseException, str]] = []
    one: BaseException | None = error
    seen: set[int] = set()
    while one is not None and id(one) not in seen and len(chain) < MOST_ERRORS:
        seen.add(id(one))
        cause = one.__cause__
        chain.append((one, _BECAUSE if cause is not None else _MEANWHILE))
        one = cause if cause is not None else None if one.__suppress_context__ else one.__context__
    for n, (link, joint) in enumerate(reversed(chain)):
        if n:
            yield joint
        yield from _one(link)


def _one(error: BaseException) -> Iterator[str]:
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(error.__traceback__, limit=-MOST_FRAMES)
    yield f"{_named(error)}\n"
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions[:MOST_ERRORS]:
            yield from (f"  | {line}\n" for line in traceback_of(part).splitlines())


def _named(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    words = escaped(words_of(error))
    return f"{name}: {words}" if words else name


def sentence_of(message: str) -> str:
    """Return what a library says, up to the first value in it, with "…" for what it would fill in; one line."""
    first = message.strip().partition("\n")[0]
    return _PLACEHOLDER.sub("…", _VALUES.sub("", first)).strip()
