"""One name has one meaning: no two classes or types of the product have the same name."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "storage")
SAME_EVERYWHERE = {"Migration"}
"""Names that a library requires."""


def named(file: Path) -> list[str]:
    """Return the classes and type aliases at the top level of a file: capitalised names that are no constants."""
    found = []
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.append(node.targets[0].id)
    return [name for name in found if name[0].isupper() and not name.isupper()]


def test_no_two_classes_share_a_name() -> None:
    places = defaultdict(list)
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            for name in named(file):
                places[name].append(str(file.relative_to(ROOT)))
    assert {name: files for name, files in places.items() if len(files) > 1 and name not in SAME_EVERYWHERE} == {}


def test_values_of_the_rules_are_structs() -> None:
    """Structs import in half the time of dataclasses; `dataclasses.replace` fails on them only when it is called."""
    rules = (ROOT / "handlers" / "rules").rglob("*.py")
    imported = {str(file.relative_to(ROOT)) for file in rules if "dataclasses" in file.read_text(encoding="utf-8")}
    assert imported == set()
