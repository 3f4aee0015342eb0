"""No function has a complexity over 12 by radon's count, which includes boolean operators and comprehensions."""

from pathlib import Path

import pytest
from radon.complexity import cc_visit

ROOT = Path(__file__).parents[2]
MOST = 12


@pytest.mark.parametrize("package", ["bot", "handlers", "storage", "tools", "bench"])
def test_no_function_branches_more_than_twelve_times(package: str) -> None:
    found = [
        (block.complexity, f"{file.relative_to(ROOT)}:{block.lineno} {block.name}")
        for file in sorted((ROOT / package).rglob("*.py"))
        for block in cc_visit(file.read_text(encoding="utf-8"))
    ]
    assert found
    assert [one for one in sorted(found, reverse=True) if one[0] > MOST] == []
