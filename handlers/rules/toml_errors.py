"""Finds the line of a TOML text that a complaint is about: `.person[2].roles` is line 79."""

import re
from typing import NamedTuple


class Complaint(NamedTuple):
    """What cannot work: the path of its key, such as `.person[2].roles`, and a sentence with the remedy."""

    where: str
    sentence: str


_PART = re.compile(r"\.([\w-]+)|\[(\d+)\]")
_HEADER = re.compile(r"\s*\[+\s*([\w.-]+)\s*\]+")
_UNKNOWN = re.compile(r"unknown field `([\w-]+)`")


def line_of(text: str, path: str, message: str = "") -> int | None:
    """The line (from 1) of a path such as `.person[2].roles`; an unknown key's own line where a message names one."""
    names, index = _read(path)
    unknown = _UNKNOWN.search(message)
    key = unknown[1] if unknown else (names[-1] if names else "")
    lines = text.splitlines()
    start = _table(lines, names, index)
    for number in range(start, len(lines)):
        if number > start and _HEADER.match(lines[number]) and unknown is None:
            break
        if re.match(rf"\s*\[*{re.escape(key)}\b", lines[number]):
            return number + 1
    return start + 1 if names else None


def _read(path: str) -> tuple[list[str], int]:
    names, index = [], 0
    for name, number in _PART.findall(path):
        if name:
            names.append(name)
        elif number and len(names) == 1:
            index = int(number)
    return names, index


def _table(lines: list[str], names: list[str], index: int) -> int:
    """Where the innermost table of the path begins, 0 if it has no header of its own."""
    for depth in range(len(names), 0, -1):
        header = ".".join(names[:depth])
        found = [n for n, line in enumerate(lines) if (match := _HEADER.match(line)) and match[1] == header]
        if found:
            return found[min(index, len(found) - 1)]
    return 0
