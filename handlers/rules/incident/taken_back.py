"""What stands of an incident's audit lines: without those that their speaker has taken back (撤回)."""

from collections.abc import Iterable, Mapping
from typing import Any

UNDONE = "undone"
"""Kind of the event that takes back its speaker's last command; `kinds` are those of the events that go with it."""


def standing(lines: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the lines, in order, without undone ones and without the lines that tell of an undoing.

    Lines of several incidents may be mixed if each has its `incident`.
    """
    kept: list[Mapping[str, Any]] = []
    for line in lines:
        if line["kind"] != UNDONE:
            kept.append(line)
            continue
        for kind in line["data"].get("kinds", ()):
            last = next((n for n in range(len(kept) - 1, -1, -1) if _is_undone(kept[n], kind, line)), None)
            if last is not None:
                del kept[last]
    return kept


def _is_undone(line: Mapping[str, Any], kind: str, undoing: Mapping[str, Any]) -> bool:
    same = line["kind"] == kind and line["actor"] == undoing["actor"]
    return bool(same and line.get("incident") == undoing.get("incident"))
