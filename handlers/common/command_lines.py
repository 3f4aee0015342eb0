"""Find the commands in a message that holds several: a line each, or parts that a comma or semicolon separates.

    签收 12
    拟复 13 您好，已送检。

A part is a command if it names its verb and a number; a line that is nothing but the name of a list (待办) is one as
well. A line with an address below a command without a text is a post, with the lines that follow it. What follows a
line of somebody else's chat is no command.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from handlers.rules.language.commands import Spoken, spoken
from handlers.rules.language.folding import normalize
from handlers.rules.language.own_words import is_chat
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.posts.links import find

FREE_TEXT = ("reply", "plan", "wording", "note", "follow_up", "instruct")
"""Commands whose text may run over several lines and hold commas."""
WITHOUT_TEXT = (
    "acknowledge", "assign", "lead", "merge", "undo", "lookup", "explain", "timeline", "evidence", "archive", "todo",
)  # fmt: skip
"""Commands that neither text nor address belongs to: a line with an address behind one is a post."""
LISTS = ("todo", "digest", "ledger", "failures", "roster", "help")
"""Commands that need no number: alone on a line beside commands without a text they are commands too."""
CERTIFYING = ("approve", "publish", "resolve")
"""Commands that a text of somebody else may hold: behind a free text it is not plain whose words they are."""
WITHIN_A_DRAFT = ("part", "collect")
"""Commands among colleagues that below a draft are lines of its text: Part 2 of the works is done."""
_LINE = LazyPattern(r"\n+")
_PART = LazyPattern(r"[;；]+|(?<=\S)[,，。]+")
_MARK = LazyPattern(r"\s*+(?:[-•·*]|\d{1,2}[.、)）](?!\d)|[(（]\d{1,2}[)）]|[①-⑳])\s*")
_MEASURE = LazyPattern(r"[件名处台次项位人家户辆起元万米度岁本张份只层组批期所座套间楼栋支块箱盒吨%％]")
_NUMBERED = LazyPattern(r"[0-9０-９一二两三四五六七八九十百①-⑳]")
MOST_LINES = 50
"""Maximum number of commands in one message; more are not looked for, and it is said."""


class CommandLine(NamedTuple):
    """One command's text. `apart` if it may be somebody else's words, so that it has to be said in its own message:

    what certifies behind a free text, and anything behind a line of a pasted chat.
    """

    text: str
    apart: bool = False


class Verbs:
    """The verbs of all commands, by the command's name; `phrases` are whole sentences that call for one."""

    def __init__(self, verbs: Mapping[str, Iterable[str]], phrases: Mapping[str, Iterable[str]]) -> None:
        self._names = {verb.casefold(): name for name, found in verbs.items() for verb in found}
        self._verbs = tuple(self._names)
        self._lists = {
            words.casefold(): name for name in LISTS for words in (*verbs.get(name, ()), *phrases.get(name, ()))
        }

    def command(self, part: str) -> tuple[str, str]:
        """Return a part's command and its text without a list's mark; "" if it is no command with a number."""
        mark = _MARK.match(part)
        for text in (part.strip(), *((part[mark.end() :].strip(),) if mark else ())):
            found = self._spoken(text)
            if found and not _MEASURE.match(found.rest):
                return self._names[found.verb.casefold()], text
        return "", part

    def named(self, command: str) -> tuple[str, tuple[int, ...]]:
        """Return the name of a command's text and the numbers behind its verb; "" if there are none."""
        found = self._spoken(command.strip())
        return (self._names[found.verb.casefold()], found.numbers) if found else ("", ())

    def list_named(self, line: str) -> str:
        """Return the command of a line that is nothing but the name of a list; "" if it is more."""
        return self._lists.get(normalize(line[:120]).strip(" 。.!！").casefold(), "")

    def _spoken(self, text: str) -> Spoken | None:
        found = spoken(text[:120], self._verbs, many=True) if _NUMBERED.search(text[:120]) else None
        return found if found and found.numbers else None


def command_lines(text: str, verbs: Verbs) -> list[CommandLine]:
    """Return the commands of a message in their order, at most one above MOST_LINES; one alone if it has no others."""
    reading = _Reading(verbs)
    for separator, part in _parts(text):
        if not reading.take(separator, part):
            break
    return reading.lines if len(reading.lines) > 1 else [CommandLine(text)]


class _Reading:
    """The commands that were found so far: the last one's `name`, and whether a `pasted` chat has begun."""

    def __init__(self, verbs: Verbs) -> None:
        self.lines: list[CommandLine] = []
        self._verbs = verbs
        self._name = ""
        self._pasted = False

    def take(self, separator: str, part: str) -> bool:
        """Take the next part, with the separator before it; return False if no more commands are looked for."""
        found, words = self._command(separator, part)
        self._pasted = self._pasted or (not found and is_chat(part))
        if not found and not self.lines:
            return False
        if not found and self._begins_post(separator, part):
            self._add("forward", part)
            return True
        if not found or (self.lines and self._belongs(separator, found)):
            self.lines[-1] = self.lines[-1]._replace(text=f"{self.lines[-1].text}{separator}{part}")
            return True
        self._add(found, words)
        return len(self.lines) <= MOST_LINES

    def _command(self, separator: str, part: str) -> tuple[str, str]:
        """Return a part's command and its text without a list's mark; "" if it is none."""
        found, words = ("", part) if self._is_inside(separator) else self._verbs.command(part)
        return (found or (self._verbs.list_named(part) if self._stands_alone(separator) else "")), words

    def _stands_alone(self, separator: str) -> bool:
        """Return whether a part begins a message, or a line below a command that takes no text."""
        below = "\n" in separator and self._name in (*WITHOUT_TEXT, *LISTS) and not self._pasted
        return below or not self.lines

    def _begins_post(self, separator: str, part: str) -> bool:
        """Return whether a line below a command that takes no text is a forwarded post."""
        return "\n" in separator and self._name in WITHOUT_TEXT and not self._pasted and bool(find(part))

    def _add(self, found: str, words: str) -> None:
        apart = self._pasted or (self._name in FREE_TEXT and found in CERTIFYING)
        self.lines.append(CommandLine(words, apart))
        self._name = self._name if apart else found

    def _is_inside(self, separator: str) -> bool:
        """Return whether a part is within a line of free text, whose commas separate no commands."""
        return self._name in FREE_TEXT and bool(separator) and "\n" not in separator

    def _belongs(self, separator: str, found: str) -> bool:
        """Return whether a part that could be a command belongs to the text of the command before it."""
        if self._name == "reply" and found in WITHIN_A_DRAFT:
            return True
        if "\n" in separator:
            return False
        return self._pasted or (separator.strip(";；") != "" and found in CERTIFYING)


def _parts(text: str) -> Iterable[tuple[str, str]]:
    """Yield the parts with the separator before each."""
    before = ""
    for n, line in enumerate(_LINE.split(text.strip())):
        start = 0
        before = "\n" if n else ""
        for found in _PART.finditer(line):
            yield before, line[start : found.start()]
            before, start = found[0], found.end()
        yield before, line[start:]
