"""Killed with SIGKILL at any point and started again, the bot loses nothing and does nothing twice.

Nor does it when Valkey is killed or emptied at any point, or when two timekeepers race. `HUIYIN_CRASHES=500` adds that
many at random points, up to four in one run: two of three kill the bot, the others Valkey or what is in it.
"""

import asyncio
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from storage import embedded
from storage.embedded import EmbeddedValkey
from tests.support.crash_driver import SCRIPT
from tests.support.story import monday

ROOT = Path(__file__).parents[2]
CRASHES = int(os.environ.get("HUIYIN_CRASHES", "4"))
REPEAT = "（可能重复送达）"
POINTS = (
    "before the inbox", "in the inbox", "message claimed", "in the transaction", "committed", "before arming", "armed",
    "step claimed", "step fired", "sending claimed", "before sending", "sent, not marked", "sending marked",
)  # fmt: skip


class Driver:
    """Bots to be killed, each in a directory of its own."""

    def __init__(self, valkey: EmbeddedValkey) -> None:
        self._valkey = valkey
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.crash_driver"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, home: Path, wanted: str = "-", timekeepers: str = "one") -> str:
        assert self._process.stdin
        assert self._process.stdout
        home.mkdir(exist_ok=True)
        self._process.stdin.write(f"{home}\t{self._valkey.home}\t{wanted}\t{timekeepers}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def wipe(self) -> None:
        asyncio.run(embedded.start(self._valkey.home))
        with Redis.from_url(self._valkey.url) as redis:
            redis.flushall()

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def driver(valkey: EmbeddedValkey) -> Iterator[Driver]:
    one = Driver(valkey)
    yield one
    one.close()


@pytest.fixture(scope="module")
def calm(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody disturbs."""
    home = tmp_path_factory.mktemp("calm") / "home"
    driver.wipe()
    assert driver.run(home) == "ok", (home / "log").read_text()
    return home


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(home / "huiyin.db") as database:
        return database.execute(query).fetchall()


def steps(home: Path) -> Counter[tuple[int, int]]:
    """How often each step of each duty was taken, sounding or passed over."""
    found: Counter[tuple[int, int]] = Counter()
    for (data,) in rows(home, "SELECT data FROM events WHERE kind = 'reminded'"):
        event = json.loads(data)
        found.update((event["duty"], rung) for rung in (event["rung"], *event["skipped"]))
    return found


def state(home: Path) -> dict[str, Any]:
    """What it all came to, but for moments that a restart delays by a minute."""
    return {
        "incidents": rows(
            home, "SELECT number, version, stage, department, holder, answer, proof, outcome, result FROM incidents"
        ),
        "duties": rows(home, "SELECT id, incident_id, kind, state, rung IS NULL, next_at IS NULL FROM duties"),
        "requests": rows(home, "SELECT id, incident_id, kind, state, asked_by, decided_by FROM requests"),
        "drafts": rows(home, "SELECT incident_id, edition, text, author FROM drafts"),
        "posts": rows(home, "SELECT incident_id, fingerprint FROM posts"),
        "forwardings": rows(home, "SELECT incident_id, message, joined, by FROM forwardings"),
        "events": Counter(rows(home, "SELECT incident, actor, kind FROM events")),
        "holdings": rows(home, "SELECT incident_id, holder FROM holdings"),
        "said": Counter(rows(home, "SELECT incident, duty IS NULL, urgency = 0, card FROM outbox")),
    }


def sendings(home: Path) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for line in (home / "record").read_text(encoding="utf-8").splitlines():
        sent = json.loads(line)
        if sent["update"] and sent["key"] in found:
            continue  # a card that is updated twice shows what it showed
        found.setdefault(sent["key"], []).append(sent["text"])
    return found


def check(home: Path, calm: Path, kills: int) -> None:
    messages = [f"m{n}" for n, step in enumerate(SCRIPT) if isinstance(step, tuple)]
    assert rows(home, "SELECT message, state FROM inbox ORDER BY id") == [(name, "done") for name in messages]
    assert rows(home, "SELECT COUNT(*), MAX(number) FROM incidents") == [(2, 2)]
    assert set(steps(home).values()) == {1}
    assert steps(home) == steps(calm)
    assert state(home) == state(calm)
    overdue = f"SELECT id FROM duties WHERE state = 'open' AND next_at <= {monday('09:00', 3).timestamp() * 1000}"
    assert rows(home, overdue) == []
    check_sendings(home, kills)
    check_chain(home)


def check_sendings(home: Path, kills: int) -> None:
    arrived = sendings(home)
    planned = rows(home, "SELECT id, state FROM outbox")
    assert {one for _, one in planned} == {"accepted"}
    assert {id for id, _ in planned} == set(arrived)
    repeats = [texts for texts in arrived.values() if len(texts) > 1]
    assert sum(len(texts) - 1 for texts in repeats) <= kills
    assert all(text.startswith(REPEAT) for texts in repeats for text in texts[1:])
    assert all(text.removeprefix(REPEAT) == texts[0].removeprefix(REPEAT) for texts in repeats for text in texts)


def check_chain(home: Path) -> None:
    from storage.audit import GENESIS, digest

    previous, expected = GENESIS, 1
    for id, incident, at, actor, kind, data, hash in rows(
        home, "SELECT id, incident, at, actor, kind, data, hash FROM events ORDER BY id"
    ):
        previous = digest(previous, id, incident, at, actor, kind, data)
        assert (id, hash) == (expected, previous)
        expected += 1


def test_the_calm_run_is_worth_comparing_with(calm: Path) -> None:
    reached = json.loads((calm / "points").read_text())
    assert set(reached) == set(POINTS)
    assert [row[0] for row in rows(calm, "SELECT stage FROM incidents")] == ["resolved", "resolved"]
    assert len(steps(calm)) > 10
    check(calm, calm, 0)
    assert not any(len(texts) > 1 or texts[0].startswith(REPEAT) for texts in sendings(calm).values())


@pytest.mark.parametrize("share", [0.2, 0.75])
@pytest.mark.parametrize("point", POINTS)
def test_killed_once(driver: Driver, calm: Path, tmp_path: Path, point: str, share: float) -> None:
    nth = max(1, round(json.loads((calm / "points").read_text())[point] * share))
    home = tmp_path / "home"
    driver.wipe()
    assert driver.run(home, f"{point}:{nth}:kill") == "killed"
    assert driver.run(home) == "ok", (home / "log").read_text()
    check(home, calm, 1)


@pytest.mark.parametrize("what", ["wipe", "down"])
@pytest.mark.parametrize("point", ["in the transaction", "before arming", "armed", "step claimed", "step fired"])
def test_redis_gone_at_a_point(driver: Driver, calm: Path, tmp_path: Path, point: str, what: str) -> None:
    nth = json.loads((calm / "points").read_text())[point] // 2
    home = tmp_path / "home"
    driver.wipe()
    assert driver.run(home, f"{point}:{nth}:{what}") == "ok", (home / "log").read_text()
    check(home, calm, 0)


def test_two_timekeepers(driver: Driver, calm: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    driver.wipe()
    assert driver.run(home, timekeepers="two") == "ok", (home / "log").read_text()
    check(home, calm, 0)


@pytest.mark.parametrize("point", ["committed", "before arming", "step claimed", "step fired"])
def test_killed_and_redis_wiped(driver: Driver, calm: Path, tmp_path: Path, point: str) -> None:
    home = tmp_path / "home"
    driver.wipe()
    assert driver.run(home, f"{point}:4:kill") == "killed"
    driver.wipe()
    assert driver.run(home) == "ok", (home / "log").read_text()
    check(home, calm, 1)


def test_killed_again_and_again(driver: Driver, calm: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    driver.wipe()
    for point in ("in the inbox:1", "in the transaction:2", "sent, not marked:1", "step fired:1"):
        assert driver.run(home, f"{point}:kill") == "killed"
    assert driver.run(home) == "ok", (home / "log").read_text()
    check(home, calm, 4)


def test_killed_at_random(driver: Driver, calm: Path, tmp_path: Path) -> None:
    dice = random.Random(CRASHES)
    reached = json.loads((calm / "points").read_text())
    survived = runs = 0
    while survived < CRASHES:
        home = tmp_path / f"{runs}"
        driver.wipe()
        kills = []
        for _ in range(dice.randint(1, 4)):
            point = dice.choice(POINTS)
            wanted = f"{point}:{dice.randint(1, reached[point])}:{dice.choice(('kill', 'kill', 'wipe', 'down'))}"
            answer = driver.run(home, wanted, dice.choice(("one", "two")))
            assert answer != "failed", (*kills, wanted, (home / "log").read_text())
            kills.append(wanted)
            if answer == "ok":
                break
            if dice.random() < 1 / 3:
                driver.wipe()
        assert driver.run(home) == "ok", (kills, (home / "log").read_text())
        try:
            check(home, calm, sum(one.endswith("kill") for one in kills))
        except AssertionError as error:
            raise AssertionError(f"after {kills} in {home}") from error
        survived += len(kills)
        runs += 1
        shutil.rmtree(home)
    print(f"survived {survived} kills in {runs} runs")
