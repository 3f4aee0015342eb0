"""Measure the bot's start-up time and memory beside `python -c "import aiohttp"`: `make bench-start`.

Each round starts the demonstration on a new database, then again on the same one, then imports aiohttp alone and the
rules alone in separate processes. It prints medians. Ratios are comparable between machines, seconds are not.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.standing import ROOT, bot, resident, until_ready

RULES = """
import importlib, pkgutil, handlers.rules as rules
for module in pkgutil.walk_packages(rules.__path__, "handlers.rules."):
    importlib.import_module(module.name)
"""
RESIDENT = "; print(open('/proc/self/status').read().partition('VmRSS:')[2].split()[0])"
Round = dict[str, float]


def main() -> None:
    options = argparse.ArgumentParser(prog="bench.start")
    options.add_argument("--runs", type=int, default=7, metavar="N")
    runs = options.parse_args().runs
    _imported("import aiohttp")
    rounds = [asyncio.run(_round()) for _ in range(runs)]
    sys.stdout.write(_report(rounds))


async def _round() -> Round:
    with TemporaryDirectory(prefix="huiyin-bench-") as directory:
        first, _ = await _started(Path(directory))
        again, megabytes = await _started(Path(directory))
    aiohttp_seconds, aiohttp_megabytes = _imported("import aiohttp")
    rules_seconds, _ = _imported(RULES)
    return {
        "first start": first, "start": again, "start MB": megabytes, "import aiohttp": aiohttp_seconds,
        "import aiohttp MB": aiohttp_megabytes, "import handlers.rules": rules_seconds,
    }  # fmt: skip


async def _started(directory: Path) -> tuple[float, float]:
    """Start the bot; return the seconds until it answers, and its memory in MB then."""
    with bot(directory) as (process, port):
        return await until_ready(process, port), resident(process.pid)


def _imported(code: str) -> tuple[float, float]:
    """Import in a process of its own; return CPU seconds beyond a bare interpreter's, and memory in MB."""
    bare, _ = _ran("pass")
    seconds, megabytes = _ran(code)
    return max(seconds - bare, 0.0), megabytes


def _ran(code: str) -> tuple[float, float]:
    before, began = os.times(), time.perf_counter()
    command = [sys.executable, "-c", f"{code}\npass{RESIDENT}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return min(cpu, time.perf_counter() - began), int(done.stdout) / 1024


def _report(rounds: list[Round]) -> str:
    found = {name: median(one[name] for one in rounds) for name in rounds[0]}
    bot_line = f"ready {found['start']:.2f} s ({found['first start']:.2f} s on a new database)"
    aiohttp_line = f"{found['import aiohttp']:.3f} s CPU, {found['import aiohttp MB']:.1f} MB"
    return (
        f"medians of {len(rounds)} runs, {os.cpu_count()} cores\n"
        f"python -m bot run: {bot_line}, {found['start MB']:.1f} MB\n"
        f"import aiohttp: {aiohttp_line}\n"
        f"import handlers.rules, all of it: {found['import handlers.rules']:.3f} s CPU\n"
        f"ready / import aiohttp: {found['start'] / found['import aiohttp']:.1f}\n"
    )


if __name__ == "__main__":
    main()
