"""Measure what people and timers wait for on an old database: `make bench-old OPTIONS="--incidents 10000"`."""

import argparse
import asyncio
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.old import build
from tests.support.servers import postgres

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "bench" / "results" / "old.md"
FULL = 100_000
Figures = dict[str, tuple[float, float]]


def main() -> None:
    options = argparse.ArgumentParser(prog="bench.old")
    options.add_argument("--incidents", type=int, default=FULL)
    options.add_argument("--no-postgres", action="store_true")
    options.add_argument("--output", type=Path, default=RESULTS)
    chosen = options.parse_args()
    count = chosen.incidents
    kept = asyncio.run(build.sqlite(count))
    with tempfile.TemporaryDirectory(prefix="huiyin-bench-old-") as directory:
        file = Path(shutil.copyfile(kept, Path(directory) / "old.db"))
        waited = measured(f"sqlite:///{file}", count)
        beside = measured(f"sqlite:///{file}", count, "work")
        sizes = file.stat().st_size / 1e6, wal_megabytes(file)
    there = [] if chosen.no_postgres else sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    others = measured_on_postgres(count) if there else {}
    text = report(count, waited, beside, others, sizes)
    print(text)
    chosen.output.parent.mkdir(exist_ok=True)
    chosen.output.write_text(text + "\n", encoding="utf-8")


def measured(url: str, count: int, *more: str) -> Figures:
    """Measure in a process of its own: Tortoise keeps the statements of the dialect that a process used first."""
    print(f"… {url.partition(':')[0]} {' '.join(more)}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "bench.old.measure", url, str(count), *more]
    found: Figures = json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
    return found


def measured_on_postgres(count: int) -> Figures:
    with postgres("shared_buffers=256MB", "max_wal_size=4GB") as url:
        asyncio.run(build.postgres(url, count))
        return measured(url, count)


def wal_megabytes(file: Path) -> float:
    wal = file.with_name(f"{file.name}-wal")
    return wal.stat().st_size / 1e6 if wal.exists() else 0.0


def report(count: int, waited: Figures, beside: Figures, others: Figures, sizes: tuple[float, float]) -> str:
    lines = [
        "# An old database",
        "",
        f"`make bench-old`, {datetime.now(UTC):%Y-%m-%d}: {machine()}.",
        "",
        f"{count:,} incidents in five years, 300 of them open; each with 12 audit events, 12 messages sent, 5 "
        f"received, 4 duties. The file of SQLite has {sizes[0]:,.0f} MB, its log {sizes[1]:.0f} MB after all of this.",
        "",
        "Milliseconds: the median of nine calls, and the longest time that a trivial query waits meanwhile.",
        "",
        "| what is waited for | SQLite | PostgreSQL | everything else on SQLite waits |",
        "|---|---|---|---|",
        *(
            f"| {about} | {took:.1f} | {shown(others, about)} | {pause:.1f} |"
            for about, (took, pause) in waited.items()
        ),
        "",
        "| what runs beside the work, on SQLite | seconds | everything else waits, ms |",
        "|---|---|---|",
        *(f"| {about} | {took / 1000:.1f} | {pause:.1f} |" for about, (took, pause) in beside.items()),
    ]
    return "\n".join(lines)


def shown(figures: Figures, about: str) -> str:
    return f"{figures[about][0]:.1f}" if about in figures else "–"


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f"{name or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
