"""`make mutants`: change the rules in one place at a time, and see whether their tests notice.

Sample mutations of the rules of incidents and figures and of the record of overruns, apply each to a copy of the tree,
and run the tests that execute the changed line or read what it sets, the quickest first, until one fails. Print the
survivors as a diff. Which test executes which line is measured once, and kept in the system's temporary directory until
a source or the test changes. `tools/mutants_equivalent.txt` lists mutants that change nothing, each with the reason.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import Any, NamedTuple

from tools.mutants_chosen import ALL_SECONDS, QUICK_SECONDS, ROOT, Traced, chosen
from tools.mutations import Mutation, mutations

FOLDERS = ("handlers/rules/incident", "handlers/rules/figures")
FILES = ("storage/overruns.py",)
VOCABULARY = ("result_words_en", "result_words_zh")
"""Files of words and patterns, which tables of sentences test."""
TESTS = ("tests/rules/test_*", "tests/stories/test_*", "tests/regimes/test_*", "tests/storage/test_overruns*")
EQUIVALENT = ROOT / "tools" / "mutants_equivalent.txt"
PARTS = ("bot", "handlers", "storage", "tools", "tests", "config.toml", "config.en.toml", "pyproject.toml", "docs")
SETTING_UP = 20.0


class Verdict(NamedTuple):
    mutation: Mutation
    noticed: bool
    how: str


def main() -> int:
    options = _options()
    found = [one for path in _paths() for one in mutations(path, (ROOT / path).read_bytes())]
    known = equivalent(EQUIVALENT.read_text(encoding="utf-8"))
    candidates = [one for one in found if one.key not in known]
    sample = random.Random(options.seed).sample(candidates, min(options.count, len(candidates)))
    print(f"{len(found)} mutants, {len(found) - len(candidates)} of them equivalent; {len(sample)} sampled", flush=True)
    tests = _traced(options.workers)
    print(f"{len(tests)} tests", flush=True)
    begun = monotonic()
    verdicts = _run_all(sample, tests, options.workers)
    noticed = sum(one.noticed for one in verdicts)
    share = 100 * noticed / len(verdicts)
    minutes = (monotonic() - begun) / 60
    print(f"{noticed} of {len(verdicts)} mutants noticed: {share:.1f} %, in {minutes:.1f} minutes")
    return 0 if share >= options.least else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200, help="how many mutants (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the same number, the same sample (%(default)s)")
    parser.add_argument("--least", type=float, default=95.0, help="fail below this share, in per cent (%(default)s)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="how many at once (%(default)s)")
    return parser.parse_args()


def _paths() -> list[str]:
    inside = (path for folder in FOLDERS for path in (ROOT / folder).glob("*.py") if path.stem not in VOCABULARY)
    return sorted((*(path.relative_to(ROOT).as_posix() for path in inside), *FILES))


def equivalent(text: str) -> set[tuple[str, str, str]]:
    """Return the keys of the mutants that a list calls equivalent: path, old line, new line, and why, by blank lines.

    ValueError if an entry is incomplete.
    """
    known = set()
    for entry in text.strip().split("\n\n"):
        rows = [row for row in entry.splitlines() if not row.startswith("#")]
        if not rows:
            continue
        path, old, new, *why = rows
        if not (old.startswith("- ") and new.startswith("+ ") and why):
            raise ValueError(f"an entry needs a path, - the line, + the mutant, and a reason: {entry}")
        known.add((path, old[2:], new[2:]))
    return known


def shown(verdict: Verdict) -> str:
    """Return a survivor as a diff of one line."""
    one = verdict.mutation
    return f"{one.path}:{one.line} ({verdict.how})\n- {one.old}\n+ {one.new}\n"


def _traced(workers: int) -> list[Traced]:
    """Return the tests with the lines that they execute; those of files that have changed are measured again."""
    kept = Path(tempfile.gettempdir()) / f"huiyin-traced-{_digest(_sources())}.json"
    known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    digests = {path: _digest([ROOT / path]) for path in _test_files()}
    if fresh := [path for path, digest in digests.items() if digest not in known]:
        print(f"measuring which lines {len(fresh)} files of tests execute …", flush=True)
        measured = _measured(fresh, workers)
        for path in fresh:
            known[digests[path]] = {id: row for id, row in measured.items() if id.partition("::")[0] == path}
        kept.write_text(json.dumps(known), encoding="utf-8")
    return [_read(id, row) for digest in digests.values() for id, row in known[digest].items() if row["passed"]]


def _read(id: str, row: dict[str, Any]) -> Traced:
    return Traced(id, row["seconds"], frozenset((path, line) for path, line in row["lines"]))


def _sources() -> Iterator[Path]:
    """Yield the files that decide which lines a test executes, beside the test itself."""
    for part in ("bot", "handlers", "storage", "tests/support"):
        yield from (path for path in (ROOT / part).rglob("*.*") if path.suffix != ".pyc")


def _test_files() -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for part in TESTS for path in ROOT.glob(f"{part}.py"))


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _measured(files: Sequence[str], workers: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with _copies(workers) as copies, ThreadPoolExecutor(workers) as pool:
        parts = [(copy, files[k::workers]) for k, copy in enumerate(copies) if files[k::workers]]
        for traced in pool.map(lambda part: _trace(*part), parts):
            found |= traced
    return found


def _trace(copy: Path, files: Sequence[str]) -> dict[str, Any]:
    written = copy / "traced.json"
    environment = {"HUIYIN_TRACED": str(written), "HUIYIN_TRACED_FILES": " ".join(_paths())}
    _pytest(copy, ("-p", "tools.mutants_trace", *files), 3600, environment)
    traced: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
    return traced


@contextmanager
def _copies(count: int) -> Iterator[list[Path]]:
    """Yield copies of the tree, each with its compiled sources."""
    with tempfile.TemporaryDirectory(prefix="huiyin-mutants-") as directory:
        copies = [Path(directory) / str(k) for k in range(count)]
        for copy in copies:
            copy.mkdir()
            for part in PARTS:
                place = ROOT / part
                (shutil.copytree if place.is_dir() else shutil.copy2)(place, copy / part)
        yield copies


def _run_all(sample: Iterable[Mutation], tests: Sequence[Traced], workers: int) -> list[Verdict]:
    """Judge every mutant; print those that are missed, each as a diff."""
    free: SimpleQueue[Path] = SimpleQueue()
    with _copies(workers) as copies, ThreadPoolExecutor(workers) as pool:
        for copy in copies:
            free.put(copy)

        def judged(mutation: Mutation) -> Verdict:
            copy = free.get()
            try:
                return _judge(mutation, copy, tests)
            finally:
                free.put(copy)

        found = []
        for one in pool.map(judged, sample):
            found.append(one)
            if not one.noticed:
                print(f"{len(found)}: {shown(one)}", flush=True)
        return found


def _judge(mutation: Mutation, copy: Path, tests: Sequence[Traced]) -> Verdict:
    """Run the tests of a mutant in a copy of the tree, which is as before afterwards."""
    quick, rest = chosen(mutation, tests, _paths())
    if not quick:
        return Verdict(mutation, False, "no test executes it")
    path = copy / mutation.path
    source = path.read_bytes()
    path.write_bytes(mutation.apply(source))
    try:
        if _fails(copy, quick, 4 * QUICK_SECONDS) or (rest and _fails(copy, rest, 3 * ALL_SECONDS)):
            return Verdict(mutation, True, "noticed")
    finally:
        path.write_bytes(source)
    return Verdict(mutation, False, f"{len(quick) + len(rest)} tests pass")


def _fails(copy: Path, ids: Sequence[str], seconds: float) -> bool:
    """Run tests until one fails; return whether one did, or they took so long that the mutant hangs."""
    listed = copy / "ids.txt"
    listed.write_text("\n".join(ids), encoding="utf-8")
    return _pytest(copy, ("-x", "@ids.txt"), SETTING_UP + seconds) != 0


def _pytest(copy: Path, arguments: Sequence[str], seconds: float, environment: dict[str, str] | None = None) -> int:
    """Run pytest in a copy; return 1 if a test fails or time is up, 0 if all pass. RuntimeError if it cannot run."""
    command = [sys.executable, "-m", "pytest", "-n0", "-p", "no:randomly", "-p", "no:cacheprovider", "-o", "addopts=-q"]
    settings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})}
    try:
        run = subprocess.run([*command, *arguments], cwd=copy, env=settings, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return 1
    if run.returncode in (3, 4, 5) and b"rror" not in run.stdout + run.stderr:
        raise RuntimeError((run.stdout + run.stderr).decode()[-2000:])
    return min(run.returncode, 1)


if __name__ == "__main__":
    sys.exit(main())
