"""A plugin of pytest that writes which tests execute which statements of the rules: `HUIYIN_TRACED` names the file.

Used by `tools.mutants`. The rules are compiled with a call before every statement of their functions that notes its
line, which takes far less time than a trace function.
"""

import ast
import json
import os
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from sys import meta_path
from types import CodeType, ModuleType
from typing import Any

import pytest

_ROOT = str(Path.cwd()) + os.sep
_FILES = frozenset(os.environ.get("HUIYIN_TRACED_FILES", "").split())
_NOTE = "_note_line"
_lines: set[tuple[str, int]] = set()
_traced: dict[str, dict[str, Any]] = {}


class _Finder:
    """Find the rules' modules, to be loaded by `_Loader`."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, _target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path)
        if spec is None or spec.origin is None or spec.origin.removeprefix(_ROOT) not in _FILES:
            return None
        spec.loader = _Loader(name, spec.origin)
        return spec


class _Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        tree = ast.parse(self.get_data(self.get_filename(fullname)))
        for one in ast.walk(tree):
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                _note(one, self.path.removeprefix(_ROOT))
        return compile(tree, self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        setattr(module, _NOTE, _lines.add)
        super().exec_module(module)


def _note(function: ast.FunctionDef | ast.AsyncFunctionDef, path: str) -> None:
    """Put a call before every statement of a function but its docstring; functions inside it are the caller's."""
    blocks = [function.body]
    while blocks:
        block = blocks.pop()
        for one in [one for one in block if not _is_text(one)]:
            call = ast.parse(f"{_NOTE}(({path!r}, {one.lineno}))").body[0]
            block.insert(block.index(one), ast.fix_missing_locations(ast.copy_location(call, one)))
            if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                blocks += _blocks(one)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _blocks(statement: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the lists of statements that are directly inside a statement."""
    for name in ("body", "orelse", "finalbody"):
        if isinstance(block := getattr(statement, name, None), list):
            yield block
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield from _blocks(part)


meta_path.insert(0, _Finder())  # type: ignore[arg-type]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _lines.clear()
    try:
        return (yield)
    finally:
        _traced.setdefault(item.nodeid, {"seconds": 0.0, "passed": True})["lines"] = sorted(_lines)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    entry = _traced.setdefault(report.nodeid, {"seconds": 0.0, "passed": True})
    entry["seconds"] += report.duration
    entry["passed"] &= not report.failed


def pytest_sessionfinish() -> None:
    Path(os.environ["HUIYIN_TRACED"]).write_text(json.dumps(_traced), encoding="utf-8")
