"""Write the figures as tables, with the machine and the command that produced them."""

import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.timers.contest import BURST, LIGHT, STEADY_RATE, Result
from bench.timers.engine import Figure

OURS = "Huiyin, eight duties an incident"
HEAD = (
    "| | one by one /s | bulk /s | bytes each | {burst:,} due at once | lateness p50 / p99 at {rate:,} due per second "
    "| p50 / p99 at light load |\n|---|---|---|---|---|---|---|"
)


def write_report(results: Sequence[Result], engine: Sequence[Figure], runs: int, output: Path) -> str:
    """Write the tables to `output` and return them."""
    text = "\n".join([
        "# Timers\n",
        f"`{command()}` on {platform.platform()}, {processor()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}; one Valkey, append-only file synced every second; medians of {runs} runs, the "
        "peers' of one.\n",
        HEAD.format(burst=BURST, rate=STEADY_RATE),
        *(row(result) for result in results),
        "\nHuiyin's burst and lateness end with the commit of the rows, the audit trail and the outbox on SQLite (WAL, "
        "synchronous FULL); the peers' and the raw limit's with the call of an empty function. At light load another "
        f"process sets {LIGHT} timers, one every 100 ms, each 150 ms ahead. A worker that does not hear of "
        "timers which another process sets cannot finish.\n",
        *ratios(results),
        *(["\n| Huiyin by itself | | to reach |\n|---|---|---|"] if engine else []),
        *(f"| {figure.what} | {figure.value} | {figure.target} |" for figure in engine),
    ])  # fmt: skip
    output.parent.mkdir(exist_ok=True)
    output.write_text(text + "\n", encoding="utf-8")
    return text


def command() -> str:
    options = " ".join(word for word in sys.argv[1:] if not word.startswith("--output"))
    return f"make bench-timers OPTIONS='{options}'" if options else "make bench-timers"


def row(one: Result) -> str:
    drained = f"{one.drained:.2f} s" if one.drained is not None else "unfinished after 60 s"
    return (
        f"| {one.name} | {one.single:,.0f} | {one.bulk:,.0f} | {one.bytes_each:.0f} | {drained} "
        f"| {late(one.steady)} | {late(one.light)} |"
    )


def late(pair: tuple[float, float] | None) -> str:
    if pair is None:
        return "some never came"
    return " / ".join(f"{one * 1000:.1f} ms" if one < 1 else f"{one:.1f} s" for one in pair)


def ratios(results: Sequence[Result]) -> list[str]:
    """Return the others' burst times as multiples of ours."""
    ours = next((one.drained for one in results if one.name == OURS), None)
    if not ours:
        return []
    others = [one for one in results if one.name != OURS and one.drained is not None]
    listed = ", ".join(f"{one.name} {(one.drained or 0) / ours:.1f}" for one in others)
    return [f"The burst, as a multiple of Huiyin's: {listed}."]


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown CPU")
