"""What a regular expression can begin with, read from its parsed form: most places of a text need no further look.

Python's engine tries each alternative of a pattern at each character, which takes three to thirty times as long as to
look for the characters that one of them begins with. The parsed form is no public part of Python: `test_quick_patterns`
compares what every pattern finds with and without it.
"""

import re
from collections.abc import Iterable, Sequence
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any


def beginning(pattern: str, flags: re.RegexFlag) -> str | None:
    """Return the inside of a class of the characters that a match can begin with; None if that would not help."""
    parsed = _parser.parse(pattern, flags)
    if parsed.state.flags != _parser.parse("", flags).state.flags or _is_quick(parsed.data, flags):
        return None
    found = _first(parsed.data)
    return None if found is None or "" in found else "".join(sorted(found))


def _is_quick(parts: Sequence[tuple[Any, Any]], flags: re.RegexFlag) -> bool:
    """Return whether the engine by itself looks for the character that the parts begin with."""
    if not parts:
        return True
    kind, value = parts[0]
    if kind is _constants.SUBPATTERN:
        return _is_quick(value[3].data, flags)
    if kind is _constants.BRANCH:
        return not flags & re.IGNORECASE and all(one.data and one.data[0][0] is _constants.LITERAL for one in value[1])
    return kind in (_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN, _constants.ANY)


_EMPTY = (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT)
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
_CATEGORIES = {
    _constants.CATEGORY_DIGIT: r"\d", _constants.CATEGORY_SPACE: r"\s", _constants.CATEGORY_WORD: r"\w",
    _constants.CATEGORY_NOT_DIGIT: r"\D", _constants.CATEGORY_NOT_SPACE: r"\S", _constants.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def _first(parts: Iterable[tuple[Any, Any]]) -> set[str] | None:
    """Return what parts of a pattern that follow each other can begin with, "" if with nothing; None if unknown."""
    found: set[str] = set()
    for kind, value in parts:
        if kind in _EMPTY:
            continue
        of_one = _first_of(kind, value)
        if of_one is None:
            return None
        found |= of_one - {""}
        if "" not in of_one:
            return found
    return found | {""}


def _first_of(kind: Any, value: Any) -> set[str] | None:
    if kind is _constants.LITERAL:
        return {re.escape(chr(value))}
    if kind is _constants.IN:
        return _members(value)
    if kind is _constants.BRANCH:
        return _first_of_any(value[1])
    if kind is _constants.SUBPATTERN and not (value[1] or value[2]):
        return _first(value[3])
    if kind in _REPEATS:
        once = _first(value[2])
        return once if once is None or value[0] else once | {""}
    return None


def _first_of_any(branches: Iterable[Any]) -> set[str] | None:
    each = [_first(one) for one in branches]
    return None if None in each else {char for one in each for char in one or ()}


def _members(members: Iterable[tuple[Any, Any]]) -> set[str] | None:
    """Return the members of a class as they are written; None for one of what it does not contain."""
    found = set()
    for kind, value in members:
        if kind is _constants.LITERAL:
            found.add(re.escape(chr(value)))
        elif kind is _constants.RANGE:
            found.add("-".join(re.escape(chr(end)) for end in value))
        elif kind is _constants.CATEGORY:
            found.add(_CATEGORIES[value])
        else:
            return None
    return found
