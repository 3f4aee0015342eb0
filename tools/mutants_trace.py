"""A plugin of pytest that writes which tests execute which lines of the rules: `HUIYIN_TRACED` names the file.

Used by `tools.mutants`. The rules run in the tests' own thread, so that its trace function sees them all.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

_ROOT = str(Path.cwd()) + os.sep
_FILES = frozenset(os.environ.get("HUIYIN_TRACED_FILES", "").split())
_lines: set[tuple[str, int]] = set()
_traced: dict[str, dict[str, Any]] = {}
_names: dict[str, str | None] = {}

Trace = Callable[[FrameType, str, Any], Any]


def _calls(frame: FrameType, _event: str, _argument: Any) -> Trace | None:
    """Trace the lines of a call, if it is one of the rules."""
    name = frame.f_code.co_filename
    if name not in _names:
        inside = name.removeprefix(_ROOT)
        _names[name] = inside if inside in _FILES else None
    path = _names[name]
    if path is None:
        return None
    _lines.add((path, frame.f_lineno))

    def lines(frame: FrameType, _event: str, _argument: Any) -> Trace:
        _lines.add((path, frame.f_lineno))
        return lines

    return lines


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _lines.clear()
    sys.settrace(_calls)
    try:
        return (yield)
    finally:
        sys.settrace(None)
        _traced.setdefault(item.nodeid, {"seconds": 0.0, "passed": True})["lines"] = sorted(_lines)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    entry = _traced.setdefault(report.nodeid, {"seconds": 0.0, "passed": True})
    entry["seconds"] += report.duration
    entry["passed"] &= not report.failed


def pytest_sessionfinish() -> None:
    Path(os.environ["HUIYIN_TRACED"]).write_text(json.dumps(_traced), encoding="utf-8")
