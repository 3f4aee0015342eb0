"""Print what was done and what became of it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.faults.evidence import Evidence, missing
from tests.faults.message_invariants import never_tried


def of_faults(hit: Mapping[str, Counter[str]], skipped: Mapping[str, str]) -> str:
    """Return the table of faults: which kind, how often, what it hit."""
    lines = ["fault | times | what it hit", "--- | ---: | ---"]
    for name, what in sorted(hit.items()):
        shown = ", ".join(f"{one} {count}" for one, count in what.most_common(6))
        lines.append(f"{name} | {what.total()} | {shown}")
    total = sum(what.total() for what in hit.values())
    lines.append(f"**all** | **{total}** |")
    lines += [f"{name} | skipped | {why}" for name, why in sorted(skipped.items())]
    return "\n".join(lines)


def of_messages(found: Evidence) -> str:
    """Return the sums of what came in and of what went out."""
    doors = found.arena.doors
    said = Counter("taken" if one.taken else "given up by the platform" for one in doors.all)
    lost = sum(doors.excused(one) for one in missing(found))
    again = sum(one.times > 1 for one in doors.all)
    states = Counter(row[2] for row in found.inbox)
    told = sum(row[2] == "failed" and row[3] is not None for row in found.inbox)
    sends = Counter(row["state"] for row in found.outbox)
    marked = sum(one.marked for one in found.shown)
    marks = f"with a mark {marked}, of which the platforms saw {len(never_tried(found))} once only"
    processes, dropped = found.arena.processes, len(found.arena.fakes.dropped())
    return "\n".join(
        (
            f"said {len(doors.all)} ({_sum(said)}; more than once {again}; lost with WeCom's connection {lost})",
            f"inbox {len(found.inbox)} ({_sum(states)}; failed and told {told})",
            f"outbox {len(found.outbox)} ({_sum(sends)}); shown to people {len(found.shown)}, {marks}",
            f"dropped by WeCom beyond its limit, though accepted: {dropped}",
            f"starts {processes.starts}, ended {_sum(processes.ended)}; the clock was moved {found.arena.moved} times",
        )
    )


def _sum(counts: Counter[Any]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
