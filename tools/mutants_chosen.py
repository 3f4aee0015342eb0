"""Choose the tests of a mutant: those that execute its line, or that read what the line sets on import."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from tools.mutations import Mutation

ROOT = Path(__file__).resolve().parents[1]
QUICK_SECONDS, ALL_SECONDS = 12.0, 45.0
"""How long the quickest tests of a mutant take in all, and how long all may take that are run if those miss it."""
Place = tuple[str, int]
"""A line of a file: its path and its number."""


class Traced(NamedTuple):
    """A test: how long it takes, and the lines that it executes."""

    id: str
    seconds: float
    lines: frozenset[Place]


def chosen(mutation: Mutation, tests: Sequence[Traced], paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the quickest tests that execute the mutated line, and others, in the order to run them.

    For a line that runs on import, they are those that execute a function in `paths` that reads what it sets, else all
    that execute its file. Files of tests take turns.
    """
    places = readers(mutation.path, mutation.line, paths) or {(mutation.path, mutation.line)}
    here = [one for one in tests if not one.lines.isdisjoint(places)]
    here = here or [one for one in tests if any(path == mutation.path for path, _ in one.lines)]
    quick: list[str] = []
    rest: list[str] = []
    spent = 0.0
    for one in _taking_turns(here):
        spent += one.seconds
        if spent <= QUICK_SECONDS or not quick:
            quick.append(one.id)
        elif spent <= ALL_SECONDS:
            rest.append(one.id)
    return quick, rest


def _taking_turns(tests: Iterable[Traced]) -> list[Traced]:
    """Return tests in order: those of the rules first, then the quickest of each file, the second of each, and so on."""
    taken: Counter[str] = Counter()
    turns = []
    for one in sorted(tests, key=lambda one: one.seconds):
        file = one.id.partition("::")[0]
        turns.append((not file.startswith("tests/rules"), taken[file], one.seconds, one))
        taken[file] += 1
    return [turn[-1] for turn in sorted(turns, key=lambda turn: turn[:3])]


def readers(path: str, line: int, paths: Sequence[str]) -> set[Place]:
    """Return the lines of the functions in `paths` that read what a line outside all functions sets; none for others.

    A constant that another is made of is read where that one is. A class is read by its methods too.
    """
    setting = next((one for one in _tree(path).body if _first(one) <= line <= (one.end_lineno or 0)), None)
    if setting is None or any(line in body for body in _bodies(setting)):
        return set()
    names = _names(setting)
    found = {(path, one) for body in _bodies(setting) for one in body}
    for other in paths:
        found |= {(other, one) for one in _reading(other, _known(other, path, names))}
    return found


def _known(other: str, path: str, names: set[str]) -> set[str]:
    """Return those of the names of the module `path` that the module `other` knows."""
    if other == path:
        return names
    module = path.removesuffix(".py").replace("/", ".")
    imports = (one for one in ast.walk(_tree(other)) if isinstance(one, ast.ImportFrom) and one.module == module)
    return {alias.name for one in imports for alias in one.names} & names


def _reading(path: str, names: set[str]) -> Iterator[int]:
    """Yield the lines of the functions that mention one of these names, or a constant made of one."""
    names = {*names}
    for statement in _tree(path).body:
        mentioned = {one.id for one in ast.walk(statement) if isinstance(one, ast.Name)}
        if mentioned & names:
            yield from (line for body in _bodies(statement) for line in body)
            names |= _names(statement) if isinstance(statement, ast.Assign | ast.AnnAssign) else set()


def _names(statement: ast.stmt) -> set[str]:
    """Return the names that a statement binds."""
    if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return {statement.name}
    return {one.id for one in ast.walk(statement) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def _bodies(statement: ast.stmt) -> list[range]:
    """Return the lines of the functions in a statement, from the `def` on."""
    found = [one for one in ast.walk(statement) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [range(one.lineno, (one.end_lineno or 0) + 1) for one in found]


def _first(statement: ast.stmt) -> int:
    """Return the first line of a statement, with its decorators."""
    return min((one.lineno for one in getattr(statement, "decorator_list", ())), default=statement.lineno)


@lru_cache
def _tree(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_bytes())
