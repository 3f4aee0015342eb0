"""Read a list in a text: numbered from one (`1、`, `①`, `(1)`, `一、`, `第一，`), or with a bullet on each line."""

import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import NamedTuple

from handlers.rules.language.folding import normalize
from handlers.rules.language.numerals import number as numeral
from handlers.rules.lazy_pattern import LazyPattern

MOST_ITEMS = 999
_START = r"(?:(?<=^)|(?<=[\n:：;；。!！?？,，\s]))"
_NUMBERS: tuple[tuple[LazyPattern, Callable[[str], int]], ...] = (
    (LazyPattern(rf"{_START}(\d{{1,3}})\s*(?:[、)）]|[.．](?!\d)|[:：](?!\d))(?!\s*\d+\s*[、和,，])"), int),
    (LazyPattern(r"[(\[【]\s*(\d{1,3})\s*[)\]】]"), int),
    (LazyPattern(r"([①-⑳❶-❿])"), lambda sign: ord(sign) - ord("①" if sign <= "⑳" else "❶") + 1),
    (LazyPattern(rf"{_START}[(（]?([一二三四五六七八九十]{{1,3}})(?:[、)）]|[.．])"), numeral),
    (LazyPattern(rf"{_START}第([一二三四五六七八九十]{{1,3}})(?:[件条个项]|[,，、:：]|是)[事]?[,，、:：]?"), numeral),
    (LazyPattern(rf"{_START}其([一二三四五六七八九十])[,，、:：]"), numeral),
    (LazyPattern(rf"{_START}([一二三四五六七八九十])(?:是|则)"), numeral),
    (LazyPattern(r"^[^\S\n]*(\d{1,3})[^\S\n]+(?![号楼栋层室班件个]|年级|单元|[\d:：])", re.MULTILINE), int),
)
_BULLET = LazyPattern(r"^[^\S\n]*(?:[-–—*•·●○◆■▪►✅🔹]|\d{1,3}[^\S\n]+(?=https?:))[^\S\n]*(?=\S)", re.MULTILINE)


class ListItems(NamedTuple):
    """What stands before the list, and its items without their numbers. `lines` if each begins a line."""

    heading: str
    items: tuple[str, ...]
    lines: bool = False


def list_items(text: str) -> ListItems | None:
    """Return the list that a text holds; None without one. Numbers count up from one; the first style found counts."""
    plain = normalize(text)
    for signs in (plain, text):  # a circled number is a plain one in the normal form
        for pattern, value in _NUMBERS:
            marks = _counted(pattern, value, signs)
            if len(marks) > 1:
                return _cut(text, marks)
    bullets = [(found.start(), found.end()) for found in islice(_BULLET.finditer(text), MOST_ITEMS)]
    return _cut(text, bullets) if len(bullets) > 1 and _fills(text, bullets) else None


def _counted(pattern: LazyPattern, value: Callable[[str], int], text: str) -> list[tuple[int, int]]:
    """Return where the numbers 1, 2, 3 … stand, each once."""
    marks: list[tuple[int, int]] = []
    for found in pattern.finditer(text):
        if len(marks) < MOST_ITEMS and value(found[1]) == len(marks) + 1:
            marks.append((found.start(), found.end()))
    return marks


def _fills(text: str, bullets: Sequence[tuple[int, int]]) -> bool:
    """Return whether every line from the first bullet on has one."""
    lines = [line for line in text[bullets[0][0] :].splitlines() if line.strip()]
    return len(lines) == len(bullets) or len(bullets) == MOST_ITEMS


def _cut(text: str, marks: Sequence[tuple[int, int]]) -> ListItems:
    ends = [*(start for start, _ in marks[1:]), len(text)]
    items = tuple(text[start:end].strip(" \t\u3000\n;；,，、") for (_, start), end in zip(marks, ends, strict=True))
    lines = all(_begins_line(text, start) for start, _ in marks[1:])
    return ListItems(text[: marks[0][0]].strip(), items, lines)


def _begins_line(text: str, start: int) -> bool:
    line = text.rfind("\n", 0, start) + 1
    return line > 0 and not text[line:start].strip(" \t\u3000")
