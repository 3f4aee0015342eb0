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
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Traced(NamedTuple):
    """A test: how long it takes, and the lines that it executes."""

    id: str
    seconds: float
    lines: frozenset[Place]


def chosen(mutation: Mutation, tests: Sequence[Traced], paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the quickest tests that execute the mutated line, and others, in the order to run them.

    They are those that execute one of its `places`, else all that execute its file. Files of tests take turns.
    """
    found = places(mutation.path, mutation.line, paths)
    here = [one for one in tests if not one.lines.isdisjoint(found)]
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
    """Return tests in order: those of the layer first, then the quickest of each file, the second of each, and so on."""
    taken: Counter[str] = Counter()
    turns = []
    for one in sorted(tests, key=lambda one: one.seconds):
        file = one.id.partition("::")[0]
        turns.append((not file.startswith(("tests/rules", "tests/storage")), taken[file], one.seconds, one))
        taken[file] += 1
    return [turn[-1] for turn in sorted(turns, key=lambda turn: turn[:3])]


def places(path: str, line: int, paths: Sequence[str]) -> set[Place]:
    """Return the lines of which a test has to execute one to notice a change in `line` of the file `path`.

    In a function that is the line where its statement begins. What runs on import is noticed by the functions in
    `paths` that read a name that it sets, or a constant made of one; a class is also noticed by its methods.
    """
    top = _statement_at(path, line)
    if top is None:
        return set()
    functions = [one for one in _functions(top) if _holds(one, line)]
    if functions:
        return {(path, one) for one in _executed(functions[-1], line)}
    found = {path: {line for one in _functions(top) for line in _lines(one)}}
    for other in paths:
        found[other] = {*found.get(other, ()), *_reading(other, path, _names(top))}
    return {(other, one) for other, lines in found.items() for one in lines}


def _statement_at(path: str, line: int) -> ast.stmt | None:
    """Return the statement of a module that holds a line, with its decorators."""
    return next((one for one in _tree(path).body if _first(one) <= line <= (one.end_lineno or 0)), None)


def _executed(function: Function, line: int) -> Iterable[int]:
    """Return the line where the innermost statement of a function begins that holds a line; all for its signature."""
    inside = [one for statement in function.body for one in ast.walk(statement) if _holds(one, line)]
    starts = [one.lineno for one in inside if isinstance(one, ast.stmt)]
    return starts[-1:] or _lines(function)


def _known(other: str, path: str, names: set[str]) -> set[str]:
    """Return those of the names of the module `path` that the module `other` knows."""
    if other == path:
        return names
    module = path.removesuffix(".py").replace("/", ".")
    imports = (one for one in ast.walk(_tree(other)) if isinstance(one, ast.ImportFrom) and one.module == module)
    return {alias.name for one in imports for alias in one.names} & names


def _reading(path: str, setting: str, names: set[str]) -> Iterator[int]:
    """Yield the lines of a file's functions that mention one of the `setting` file's names, or what is made of one."""
    names = {*_known(path, setting, names)}
    for statement in _tree(path).body if names else ():
        if _mentions(statement, names):
            yield from (line for one in _functions(statement) if _mentions(one, names) for line in _lines(one))
            names |= _names(statement) if isinstance(statement, ast.Assign | ast.AnnAssign) else set()


def _mentions(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(one, ast.Name) and one.id in names for one in ast.walk(node))


def _names(statement: ast.stmt) -> set[str]:
    """Return the names that a statement binds."""
    if isinstance(statement, ast.ClassDef | Function):
        return {statement.name}
    return {one.id for one in ast.walk(statement) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def _functions(statement: ast.stmt) -> list[Function]:
    return [one for one in ast.walk(statement) if isinstance(one, Function)]


def _lines(function: Function) -> range:
    return range(function.lineno, (function.end_lineno or 0) + 1)


def _holds(node: ast.AST, line: int) -> bool:
    """Return whether a line is in a node; the decorators of a function are not."""
    return isinstance(node, ast.stmt | ast.expr) and node.lineno <= line <= (node.end_lineno or 0)


def _first(statement: ast.stmt) -> int:
    """Return the first line of a statement, with its decorators."""
    return min((one.lineno for one in getattr(statement, "decorator_list", ())), default=statement.lineno)


@lru_cache
def _tree(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_bytes())
