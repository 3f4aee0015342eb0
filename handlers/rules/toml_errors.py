"""Report faults in TOML files with the line and the remedy, for the configuration and for regimes."""

import codecs
import re
from typing import Any, NamedTuple, TypeVar

import msgspec

from handlers.rules.lazy_pattern import LazyPattern

T = TypeVar("T")
_PART = LazyPattern(r"\.([\w-]+)|\[(\d+)\]")
_HEADER = LazyPattern(r"\s*\[+\s*([\w.-]+)\s*\]+")
_UNKNOWN = LazyPattern(r"unknown field `([\w-]+)`")
_AT_LINE = LazyPattern(r"\(at line (\d+),")
_TEXT = LazyPattern(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')
PLAIN = {"“": '"', "”": '"', "＂": '"', "‘": "'", "’": "'", "＝": "=", "，": ",", "、": ",", "【": "[", "】": "]"}
"""What TOML asks for, by what Chinese keyboards and word processors write in its place."""
REMEDIES = {
    "unknown field": "check the spelling, or take the key out",
    "missing required": "add it",
    "Invalid enum value": "write one of the words that the comments in the shipped file name",
}
"""The remedies for msgspec's complaints, by words that occur in them."""


class Complaint(NamedTuple):
    """What cannot work: the path of its key, such as `.person[2].roles`, and a sentence with the remedy."""

    where: str
    sentence: str


class TomlError(ValueError):
    """A fault in a TOML file: `line` (from 1) where it is known, `where` the key's path or "", a sentence."""

    def __init__(self, sentence: str, line: int | None = None, where: str = "") -> None:
        super().__init__(sentence)
        self.line, self.where = line, where

    def at(self, file: object) -> str:
        """Return the fault with its place: `config.toml, line 3: …`."""
        return f"{file}{f', line {self.line}' if self.line else ''}: {self}"


def decode(body: bytes) -> str:
    """Return the text of a file: UTF-8, with or without a byte order mark, or GBK, which editors in China write.

    TomlError if it is neither.
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise TomlError("the file is not UTF-8, but UTF-16: save it as UTF-8", line)
    try:
        return body.decode("gb18030")
    except UnicodeDecodeError as error:
        raise TomlError("the file is neither UTF-8 nor GBK: save it as UTF-8", line) from error


def parse(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text. TomlError if it is none."""
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else len(text.splitlines())
        raise _typographic(text, line) or TomlError(f"not valid TOML: {error}", line) from error


def _typographic(text: str, near: int) -> TomlError | None:
    """Return the error about typographic characters in the place of TOML's own, on a line or the one before it."""
    lines = text.splitlines()
    for number in (near, near - 1):
        code = _TEXT.sub("", lines[number - 1]).partition("#")[0] if 0 < number <= len(lines) else ""
        found = [char for char in code if char in PLAIN]
        if found:
            plain = ", ".join(f"{PLAIN[char]} instead of {char}" for char in dict.fromkeys(found))
            return TomlError(f"typographic characters in the place of plain ones: write {plain}", number)
    return None


def convert(tables: dict[str, Any], kind: type[T], text: str) -> T:
    """Return the tables as a value of that type; `text` is what they were read from. TomlError if they do not fit."""
    try:
        return msgspec.convert(tables, kind)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        where = where.rstrip("`")
        remedy = next((f": {remedy}" for words, remedy in REMEDIES.items() if words in message), "")
        raise TomlError(f"{message}{remedy}", line_of(text, where, message), where) from error


def refusal(complaint: Complaint, text: str) -> TomlError:
    """Return a complaint about a text as an error that names the line."""
    return TomlError(complaint.sentence, line_of(text, complaint.where), complaint.where)


def line_of(text: str, path: str, message: str = "") -> int | None:
    """Return the line (from 1) of a path such as `.person[2].roles`, or of the unknown key that a message names."""
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
    """Return the line (from 0) where the innermost table of the path begins; 0 if it has no header of its own."""
    for depth in range(len(names), 0, -1):
        header = ".".join(names[:depth])
        found = [n for n, line in enumerate(lines) if (match := _HEADER.match(line)) and match[1] == header]
        if found:
            return found[min(index, len(found) - 1)]
    return 0
