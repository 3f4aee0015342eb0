"""Run the fault machine: `python -m tests.faults --seed 7 --faults 500`, on both set-ups one after the other.

Each set-up is a process of its own. The files of a run that failed are kept, and named.
"""

import argparse
import asyncio
import logging
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults.machine import Options
from tests.faults.runs import run

MOST_ROWS = 12


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="what the faults are drawn from")
    parser.add_argument("--faults", type=int, default=500, help="how many faults on each set-up")
    parser.add_argument("--setup", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--gap", type=float, default=0.7, help="seconds between two faults on average")
    parser.add_argument("--pause", type=float, default=0.35, help="seconds between what two people say on average")
    parser.add_argument("--posts", type=int, default=40, help="how many posts are forwarded at most")
    parser.add_argument("--restarts", type=int, default=5, help="how many restarts are measured")
    parser.add_argument("--only", nargs="*", default=(), help="draw only faults of these names")
    parser.add_argument("--but", nargs="*", default=(), help="draw no faults of these names")
    parser.add_argument("--direct", action="store_true", help="put no bot behind a pooler")
    parser.add_argument("--keep", action="store_true", help="keep the files of the run")
    return parser.parse_args()


def main() -> int:
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # the fakes break connections on purpose
    options = _options()
    if options.setup == "both":
        again = [sys.executable, "-m", "tests.faults", *sys.argv[1:], "--setup"]
        codes = [subprocess.run([*again, name], check=False).returncode for name in ("sqlite", "postgres")]
        return max(codes)
    return _one(options)


def _one(options: argparse.Namespace) -> int:
    home = Path(tempfile.mkdtemp(prefix=f"huiyin-faults-{options.setup}-"))
    home.chmod(0o755)
    names = ("seed", "faults", "gap", "pause", "posts", "restarts", "direct")
    chosen = Options(
        **{name: getattr(options, name) for name in names}, only=tuple(options.only), but=tuple(options.but)
    )
    result = asyncio.run(run(options.setup, chosen, home))
    print(f"\n## {options.setup}, seed {options.seed}, {options.faults} faults\n")
    print("\n\n".join(result.printed))
    for name, rows in result.broken.items():
        print(f"\nBROKEN: {name}: {len(rows)} rows")
        print("\n".join(f"  {row}" for row in rows[:MOST_ROWS]))
    if result.broken:
        print(f'\nagain: make faults OPTIONS="--setup {options.setup} --seed {options.seed} --faults {options.faults}"')
        print(f"files: {home}")
    elif not options.keep:
        shutil.rmtree(home)
    print("\nall invariants hold" if not result.broken else "", flush=True)
    return int(bool(result.broken))


if __name__ == "__main__":
    sys.exit(main())
