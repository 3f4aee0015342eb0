"""Docstrings, comments, log lines and documents are plain: no banned words, functions described in the imperative."""

import ast
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.each import for_each
from tests.support.prose import documents

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "storage", "tools", "bench")
BANNED = re.compile(r"\b(?:whoever|reckon\w*|anew|so-manieth)\b", re.IGNORECASE)
QUOTED = re.compile(r"`[^`]*`")
"""Identifiers in prose, such as the column `reckoning`, may contain a banned word."""
LOGGING = {"debug", "info", "warning", "error", "exception", "critical"}
NOUNS = {"Requests"}
"""First words that look like a verb in the third person and are none."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DOCUMENTS = [*documents(), *sorted((ROOT / "bench").rglob("*.md"))]
FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))


def docstrings(tree: ast.AST) -> Iterator[str]:
    """Yield strings that stand alone: docstrings of modules, classes and functions, and those below a constant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def log_lines(tree: ast.AST) -> Iterator[str]:
    """Yield the strings in the first argument of each call that writes to the log."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOGGING:
            for part in (part for argument in node.args[:1] for part in ast.walk(argument)):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def comments(file: Path) -> Iterator[str]:
    with tokenize.open(file) as source:
        yield from (one.string for one in tokenize.generate_tokens(source.readline) if one.type == tokenize.COMMENT)


def banned(text: str) -> list[str]:
    return BANNED.findall(QUOTED.sub("", text))


@cache
def public(file: Path) -> list[tuple[ast.AST, str]]:
    """Return each public class and function that has a docstring, with the docstring's first word."""
    return [
        (node, text.split()[0].strip(".,:;"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, (ast.ClassDef, *FUNCTIONS)) and not node.name.startswith("_")
        if (text := ast.get_docstring(node))
    ]


@cache
def verbs() -> frozenset[str]:
    """Return the words with which the functions' docstrings begin, most of them verbs in the imperative."""
    return frozenset(
        word for file in FILES for node, word in public(file) if isinstance(node, FUNCTIONS) and word.istitle()
    )


def third_person(word: str) -> bool:
    """Return whether a word is one of `verbs` with the ending of the third person."""
    stems = {word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"} - {word}
    return word not in NOUNS and bool(stems & verbs())


def test_the_verbs_are_those_of_the_code() -> None:
    assert {"Return", "Send", "Read", "Make"} <= verbs()
    assert all(map(third_person, ("Returns", "Sends", "Reads", "Makes")))
    assert not any(map(third_person, ("Address", "Business", "Return", "Whether")))


@pytest.mark.parametrize("package", [*PACKAGES, "tests"])
def test_no_banned_word_in_the_prose_of_the_code(package: str) -> None:
    found = []
    for file in sorted((ROOT / package).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if not BANNED.search(text):
            continue
        tree = ast.parse(text)
        prose = (*docstrings(tree), *log_lines(tree), *comments(file))
        found += [(str(file.relative_to(ROOT)), text) for text in prose if banned(text)]
    assert found == []


@for_each("file", DOCUMENTS)
def test_no_banned_word_in_a_document(file: Path) -> None:
    assert banned(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_docstring_begins_in_the_third_person(package: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno} {word}"
        for file in sorted((ROOT / package).rglob("*.py"))
        for node, word in public(file)
        if third_person(word)
    ]
    assert found == []
