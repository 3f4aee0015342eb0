"""Measure our timers, the raw limit of Redis and other libraries on one Valkey in one run: `make bench-timers`."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.timers.contest import Contest, Result
from bench.timers.contestant import Contestant
from bench.timers.engine import Engine
from bench.timers.environments import ROOT, peers
from bench.timers.report import OURS, write_report
from bench.timers.server import valkey
from tests.support.database import migrated


def main() -> None:
    options = argparse.ArgumentParser(prog="bench.timers")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--peers", help="names, separated by commas; all that install by default, none with ''")
    options.add_argument("--no-contest", action="store_true", help="leave out the table of all")
    options.add_argument("--no-engine", action="store_true", help="leave out idle cost, rebuilds and the burst's CPU")
    options.add_argument("--output", type=Path, default=ROOT / "bench" / "results" / "timers.md")
    chosen = options.parse_args()
    wanted = None if chosen.peers is None else {name for name in chosen.peers.split(",") if name}
    with tempfile.TemporaryDirectory(prefix="huiyin-bench-") as made:
        directory = Path(made)
        with valkey(directory) as (url, server):
            results = (
                [] if chosen.no_contest else list(measure_all(Contest(url, directory), directory, wanted, chosen.runs))
            )
            engine = [] if chosen.no_engine else asyncio.run(Engine(url, server, directory, chosen.runs).measure())
    print(write_report(results, engine, chosen.runs, chosen.output))


def measure_all(contest: Contest, directory: Path, wanted: set[str] | None, runs: int) -> Iterator[Result]:
    """Measure ours and the raw limit `runs` times, each peer once, because some take minutes."""
    database = f"sqlite:///{directory}/ours/huiyin.db"

    def fresh() -> None:
        home = directory / "ours"
        home.mkdir(exist_ok=True)
        for file in home.iterdir():
            file.unlink()
        asyncio.run(migrated(home))

    def ours(per_incident: int) -> tuple[str, ...]:
        variables = (f"BENCH_DATABASE={database}", f"BENCH_PER_INCIDENT={per_incident}")
        return ("env", *variables, sys.executable, "-m", "bench.timers.ours")

    contestants = [
        (Contestant("raw limit", (sys.executable, "-m", "bench.timers.raw"), ROOT), runs, lambda: None),
        (Contestant(OURS, ours(8), ROOT), runs, fresh),
        (Contestant("Huiyin, one duty an incident", ours(1), ROOT), runs, fresh),
        *((peer, 1, lambda: None) for peer in peers(wanted)),
    ]
    for contestant, times, prepare in contestants:
        print(f"… {contestant.name}", file=sys.stderr, flush=True)
        result = contest.of(contestant, times, prepare)
        print(result, file=sys.stderr, flush=True)
        yield result


main()
