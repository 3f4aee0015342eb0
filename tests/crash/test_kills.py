"""Killed with SIGKILL at any point and started again, the bot loses nothing and does nothing twice.

The same holds if Valkey is killed or emptied at any point, or if two timekeepers race. `HUIYIN_CRASHES=500` adds that
many faults at random points to each script, up to six in one run: one half kills the bot, the other kills or empties
Valkey.
"""

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from itertools import product
from pathlib import Path

import pytest

from storage.timers.embedded import EmbeddedValkey
from tests.support.crash_runs import REPEAT, Driver, check, papers, rows, sendings, steps
from tests.support.thinned import one_in

TALK, PAPERS = "conversation", "papers"
CRASHES = int(os.environ.get("HUIYIN_CRASHES", "0"))
TALKING = (
    "before the inbox", "in the inbox", "message claimed", "in the transaction", "committed", "before arming", "armed",
    "step claimed", "step fired", "sending claimed", "before sending", "sent, not marked", "sending marked",
    "line read", "line followed", "before scheduling", "scheduled", "digest composed", "digest issued", "paper made",
    "paper kept",
)  # fmt: skip
POINTS = (
    *TALKING, "before the slots", "slots opened", "before the finding", "finding written", "shift changes",
    "shift changed", "before the swap", "swap written", "erased",
)  # fmt: skip


@pytest.fixture(scope="module")
def driver(valkey: EmbeddedValkey) -> Iterator[Driver]:
    one = Driver(valkey)
    yield one
    one.close()


@pytest.fixture(scope="module")
def calm(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An undisturbed run."""
    return undisturbed(driver, tmp_path_factory, TALK)


@pytest.fixture(scope="module")
def calm_papers(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return undisturbed(driver, tmp_path_factory, PAPERS)


def undisturbed(driver: Driver, directories: pytest.TempPathFactory, script: str) -> Path:
    """Run the script once for all workers of this session."""
    base = directories.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"calm-{script}"
    with home.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (home / "points").exists():
            driver.wipe()
            assert driver.run(home, script) == "ok", (home / "log").read_text()
    return home


def reached(home: Path) -> dict[str, int]:
    """Return how often a completed run reached each point."""
    found: dict[str, int] = json.loads((home / "points").read_text())
    return found


def test_the_calm_run_is_worth_comparing_with(calm: Path) -> None:
    assert set(reached(calm)) == set(TALKING)
    assert [row[0] for row in rows(calm, "SELECT stage FROM incidents ORDER BY number")] == ["resolved", "resolved"]
    assert len(steps(calm)) > 10
    check(calm, calm, 0)
    assert not any(len(texts) > 1 or texts[0].startswith(REPEAT) for texts in sendings(calm).values())


def test_the_calm_papers_are_worth_comparing_with(calm_papers: Path) -> None:
    assert set(reached(calm_papers)) == set(POINTS)
    check(calm_papers, calm_papers, 0)
    made = papers(calm_papers)
    assert [one[:3] for one in made["digests"] if one[0] == "daily"] == [("daily", 2026, n) for n in (1, 2, 3, 4)]
    assert {one[0] for one in made["digests"]} == {"daily", "weekly", "monthly", "numbered"}
    assert {one[0] for one in made["forms"]} == {"archive", "duty", "handling", "liaison", "summary"}
    assert [one[3] for one in made["swaps"]] == ["agreed", "agreed", "lapsed"]
    assert len({one["to"] for one in map(json.loads, (calm_papers / "record").read_text().splitlines())}) == 5
    assert rows(calm_papers, "SELECT number, erased_at IS NULL FROM incidents ORDER BY number") == [(1, 0), (2, 1)]
    assert rows(calm_papers, "SELECT COUNT(*) FROM outbox WHERE body LIKE '%异物%'") == [(0,)]


@pytest.mark.parametrize("share", [0.2, 0.6, 0.75] if CRASHES else [0.6])
@pytest.mark.parametrize("point", TALKING if CRASHES else one_in(3, TALKING[1::8]))
def test_killed_once(driver: Driver, calm: Path, tmp_path: Path, point: str, share: float) -> None:
    nth = max(1, round(json.loads((calm / "points").read_text())[point] * share))
    home = tmp_path / "home"
    driver.wipe()
    assert driver.run(home, TALK, f"{point}:{nth}:kill") == "killed"
    assert driver.run(home, TALK) == "ok", (home / "log").read_text()
    check(home, calm, 1)


@pytest.mark.parametrize(
    ("point", "what"),
    [*product(["in the transaction", "before arming", "armed", "step claimed", "step fired"], ["wipe", "down"])]
    if CRASHES
    else [("in the transaction", "wipe"), pytest.param("step claimed", "down", marks=pytest.mark.long)],
)
def test_redis_gone_at_a_point(driver: Driver, calm: Path, tmp_path: Path, point: str, what: str) -> None:
    nth = json.loads((calm / "points").read_text())[point] // 2
    home = tmp_path / "home"
    driver.wipe()
    assert driver.run(home, TALK, f"{point}:{nth}:{what}") == "ok", (home / "log").read_text()
    check(home, calm, 0)


def test_two_timekeepers(driver: Driver, calm: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    driver.wipe()
    assert driver.run(home, TALK, timekeepers="two") == "ok", (home / "log").read_text()
    check(home, calm, 0)


@pytest.mark.parametrize("point", ["committed", "before arming", "step claimed", "step fired"][:: 1 if CRASHES else 4])
def test_killed_and_redis_wiped(driver: Driver, calm: Path, tmp_path: Path, point: str) -> None:
    home = tmp_path / "home"
    driver.wipe()
    assert driver.run(home, TALK, f"{point}:4:kill") == "killed"
    driver.wipe()
    assert driver.run(home, TALK) == "ok", (home / "log").read_text()
    check(home, calm, 1)


def test_killed_again_and_again(driver: Driver, calm: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    driver.wipe()
    for point in ("in the inbox:1", "in the transaction:2", "sent, not marked:1", "step fired:1"):
        assert driver.run(home, TALK, f"{point}:kill") == "killed"
    assert driver.run(home, TALK) == "ok", (home / "log").read_text()
    check(home, calm, 4)


def test_killed_over_papers_again_and_again(driver: Driver, calm_papers: Path, tmp_path: Path) -> None:
    """Each kill is later in the script than the one before."""
    kills = (
        "slots opened:1", "finding written:1", "paper made:1", "paper kept:1", "line followed:2", "swap written:1",
        "digest composed:1", "digest issued:1", "digest composed:1", "scheduled:2", "shift changes:1",
        "shift changed:1", "swap written:1", "before the swap:1", "erased:1",
    )  # fmt: skip
    if not CRASHES:
        kills = kills[::5]
    home = tmp_path / "home"
    driver.wipe()
    for point in kills:
        assert driver.run(home, PAPERS, f"{point}:kill") == "killed", (point, (home / "log").read_text())
    assert driver.run(home, PAPERS) == "ok", (home / "log").read_text()
    check(home, calm_papers, len(kills))


@pytest.mark.long
@pytest.mark.parametrize(("script", "wanted"), [(TALK, CRASHES or 1), *([(PAPERS, CRASHES)] if CRASHES else [])])
def test_killed_at_random(
    driver: Driver, tmp_path: Path, script: str, wanted: int, request: pytest.FixtureRequest
) -> None:
    calm = request.getfixturevalue("calm" if script == TALK else "calm_papers")
    points = reached(calm)
    dice = random.Random(wanted)
    survived: Counter[str] = Counter()
    runs = 0
    while survived.total() < wanted:
        home = tmp_path / f"{runs}"
        driver.wipe()
        kills: list[str] = []
        for _ in range(dice.randint(1, 6)):
            point, what = dice.choice(sorted(points)), dice.choice(("kill", "kill", "wipe", "down"))
            nth = dice.randint(1, max(1, points[point] // dice.choice((1, 2, 4))))
            answer = driver.run(home, script, f"{point}:{nth}:{what}", dice.choice(("one", "two")))
            assert answer != "failed", (*kills, point, nth, what, (home / "log").read_text())
            if answer == "killed" or reached(home).get(point, 0) >= nth:
                kills.append(f"{point}:{nth}:{what}")
            if answer == "ok":
                break
            if dice.random() < 1 / 3:
                driver.wipe()
        assert driver.run(home, script) == "ok", (kills, (home / "log").read_text())
        try:
            check(home, calm, sum(one.endswith("kill") for one in kills))
        except AssertionError as error:
            raise AssertionError(f"after {kills} in {home}") from error
        survived.update(one.rpartition(":")[2] for one in kills)
        runs += 1
        shutil.rmtree(home)
    print(f"{script}: survived {dict(survived)} in {runs} runs")
