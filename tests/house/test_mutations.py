"""`tools.mutations` changes what a test should notice, and leaves alone what none can."""

import ast

import pytest

from tools import mutants_chosen
from tools.mutants import EQUIVALENT, ROOT, equivalent
from tools.mutants_chosen import Traced, chosen, places
from tools.mutations import Mutation, mutations

SOURCE = '''"""Decide. It is late if 1 < 2."""
import re
from typing import Literal
Kind = Literal["a", "b"]
_WORD = LazyPattern(r"x+")
def decide(case: "Case", now: int = 3) -> bool:
    """Return True."""
    if case.late and not case.open:
        raise Refusal("late")
    log.info("decided")
    case.tell()
    for one in zip(case.duties, case.drafts, strict=True): one.tell()
    return case.due <= now if case.timed else case.kind == "你好"
'''
CHANGED = [
    ("def decide(case", "now: int = 4)"),
    ("if case.late and", "if (case.late or not case.open):"),
    ("if case.late and", "if case.late and (case.open):"),
    ("raise Refusal", "pass"),
    ("raise Refusal", "raise Refusal('late?')"),
    ("case.tell", "pass"),
    ("for one in", "strict=True): pass"),
    ("return case.due", "return None"),
    ("return case.due", "return (case.kind == '你好' if case.timed else case.due <= now)"),
    ("return case.due", "return (case.due < now) if case.timed"),
    ("return case.due", "else (case.kind != '你好')"),
    ("return case.due", "else case.kind == '你好?'"),
]


def test_each_of_these_is_changed_and_nothing_else() -> None:
    found = mutations("decide.py", SOURCE.encode())
    assert len(found) == len(CHANGED)
    for old, new in CHANGED:
        assert [one for one in found if one.old.startswith(old) and new in one.new], new


def test_a_mutation_changes_one_piece_of_the_text() -> None:
    for one in mutations("decide.py", SOURCE.encode()):
        changed = one.apply(SOURCE.encode()).decode()
        assert changed != SOURCE
        assert changed.splitlines()[: one.line - 1] == SOURCE.splitlines()[: one.line - 1]


def test_tests_that_execute_the_line_are_chosen_the_rules_first_and_files_take_turns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line, other = frozenset({("a.py", 7)}), frozenset({("a.py", 8)})
    tests = [
        Traced("tests/stories/test_b.py::one", 1.0, line),
        Traced("tests/stories/test_c.py::two", 2.0, line),
        Traced("tests/stories/test_b.py::three", 1.5, line),
        Traced("tests/stories/test_d.py::slow", 30.0, line),
        Traced("tests/rules/test_e.py::rule", 0.1, line),
        Traced("tests/rules/test_e.py::other", 0.1, other),
    ]
    monkeypatch.setattr(
        mutants_chosen, "_tree", lambda _: ast.parse("\n" * 5 + "def decide():\n    one()\n    other()")
    )
    quick, rest = chosen(Mutation("a.py", 7, 0, 1, "", "", ""), tests, ["a.py"])
    assert [id.partition("::")[2] for id in quick] == ["rule", "one", "two"]
    assert [id.partition("::")[2] for id in rest] == ["slow", "three"]
    assert len(chosen(Mutation("a.py", 9, 0, 1, "", "", ""), tests, ["a.py"])[0]) == 4


def test_a_line_that_runs_on_import_is_tested_by_what_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {
        "rules/a.py": "WORD = 1\nMADE = (WORD,)\ndef reads():\n    return MADE\ndef other():\n    pass\n",
        "rules/b.py": "from rules.a import MADE\nclass Row:\n    mine = 2\n    def see(self):\n        return MADE\n",
        "rules/c.py": "MADE = 3\ndef own(\n    one=1,\n):\n    return own(\n    1)\n",
    }
    monkeypatch.setattr(mutants_chosen, "_tree", lambda path: ast.parse(sources[path]))
    see = {("rules/b.py", 4), ("rules/b.py", 5)}
    assert places("rules/a.py", 1, [*sources]) == {("rules/a.py", 3), ("rules/a.py", 4)}
    assert places("rules/a.py", 2, [*sources]) == {("rules/a.py", 3), ("rules/a.py", 4)} | see
    assert places("rules/b.py", 3, [*sources]) == see
    assert places("rules/a.py", 4, [*sources]) == {("rules/a.py", 4)}
    assert places("rules/c.py", 6, [*sources]) == {("rules/c.py", 5)}
    assert places("rules/c.py", 3, [*sources]) == {("rules/c.py", line) for line in range(2, 7)}


def test_a_mutant_is_called_equivalent_with_a_reason_and_is_one() -> None:
    entry = "a.py\n- x < 1\n+ x <= 1\nx is never 1\n"
    assert equivalent(f"# comment\n\n{entry}") == {("a.py", "x < 1", "x <= 1")}
    with pytest.raises(ValueError, match="a reason"):
        equivalent("a.py\n- x < 1\n+ x <= 1\n")
    listed = equivalent(EQUIVALENT.read_text(encoding="utf-8"))
    paths = {path for path, _, _ in listed}
    assert listed <= {one.key for path in paths for one in mutations(path, (ROOT / path).read_bytes())}
