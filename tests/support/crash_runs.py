"""Runs of bots that are killed, and the checks afterwards: everything exactly once, nothing lost."""

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from redis import Redis

from storage.audit import GENESIS, digest
from storage.timers import embedded
from storage.timers.embedded import EmbeddedValkey

ROOT = Path(__file__).parents[2]
REPEAT = "（可能重复送达）"


class Driver:
    """Runs bots that may be killed, each in a directory of its own."""

    def __init__(self, valkey: EmbeddedValkey) -> None:
        self._valkey = valkey
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.crash_driver"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, home: Path, script: str, wanted: str = "-", timekeepers: str = "one") -> str:
        assert self._process.stdin
        assert self._process.stdout
        home.mkdir(exist_ok=True)
        self._process.stdin.write(f"{home}\t{self._valkey.home}\t{script}\t{wanted}\t{timekeepers}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def wipe(self) -> None:
        asyncio.run(embedded.start(self._valkey.home))
        with Redis.from_url(self._valkey.url) as redis:
            redis.flushall()

    def close(self) -> None:
        self._process.communicate()


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(home / "huiyin.db") as database:
        return database.execute(query).fetchall()


def steps(home: Path) -> Counter[tuple[int, int]]:
    """Count how often each step of each duty was taken, those skipped included."""
    found: Counter[tuple[int, int]] = Counter()
    for (data,) in rows(home, "SELECT data FROM events WHERE kind = 'reminded'"):
        event = json.loads(data)
        found.update((event["duty"], rung) for rung in (event["rung"], *event["skipped"]))
    return found


def state(home: Path) -> dict[str, Any]:
    """Return the final state, without times, which a restart delays by a minute."""
    return {
        "inbox": rows(home, "SELECT message, state FROM inbox ORDER BY id"),
        "incidents": rows(
            home,
            "SELECT number, version, stage, department, holder, answer, proof, outcome, result, erased_at IS NULL "
            "FROM incidents",
        ),
        "duties": Counter(
            rows(home, "SELECT incident_id, kind, person, state, rung IS NULL, next_at IS NULL FROM duties")
        ),
        "requests": rows(home, "SELECT id, incident_id, kind, state, asked_by, decided_by FROM requests"),
        "drafts": rows(home, "SELECT incident_id, edition, text, author FROM drafts"),
        "orders": rows(home, "SELECT incident_id, body, document, fingerprint, by FROM handed_down"),
        "posts": rows(home, "SELECT incident_id, fingerprint FROM posts"),
        "forwardings": rows(home, "SELECT incident_id, message, joined, by FROM forwardings"),
        "events": Counter(rows(home, "SELECT incident, actor, kind FROM events")),
        "holdings": rows(home, "SELECT incident_id, holder FROM holdings"),
        "said": Counter(
            rows(home, "SELECT conversation, incident, duty IS NULL, urgency = 0, card, body = '—' FROM outbox")
        ),
        "unerased": Counter(rows(home, "SELECT conversation FROM outbox WHERE body LIKE '%异物%'")),
        **papers(home),
    }


def papers(home: Path) -> dict[str, Any]:
    return {
        "digests": rows(
            home, "SELECT kind, year, number, issued_by, json_array_length(files) FROM digests ORDER BY kind, number"
        ),
        "forms": rows(home, "SELECT kind, year, serial, key, edition, made_by FROM forms ORDER BY kind, serial"),
        "files": Counter(rows(home, "SELECT incident, name, type, by, length(body) = 0 FROM files")),
        "named": Counter(
            rows(
                home, "SELECT f.name, length(f.body) = 0, m.incident FROM file_matters m JOIN files f ON f.id = m.file"
            )
        ),
        "library": rows(home, "SELECT incident, ended FROM library_cases ORDER BY incident"),
        "terms": Counter(rows(home, "SELECT term, incident FROM library_terms")),
        "swaps": rows(home, "SELECT shift_at, giver, taker, state, by FROM swaps ORDER BY id"),
        "leaves": rows(home, "SELECT giver, taker, why, ended_at IS NULL FROM delegations"),
        "counters": rows(home, "SELECT name, value FROM counters ORDER BY name"),
    }


def sendings(home: Path) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for line in (home / "record").read_text(encoding="utf-8").splitlines():
        sent = json.loads(line)
        if sent["update"] and sent["key"] in found:
            continue  # repeating a card's update changes nothing
        found.setdefault(sent["key"], []).append(sent["text"])
    return found


def check(home: Path, calm: Path, kills: int) -> None:
    assert {one for _, one in rows(home, "SELECT message, state FROM inbox")} == {"done"}
    assert set(steps(home).values()) == {1}
    assert steps(home) == steps(calm)
    found, wanted = state(home), state(calm)
    assert {name: one for name, one in found.items() if one != wanted[name]} == {}, {
        name: wanted[name] for name, one in found.items() if one != wanted[name]
    }
    now = datetime.fromisoformat((home / "clock").read_text().strip())
    assert rows(home, f"SELECT id FROM duties WHERE state = 'open' AND next_at <= {now.timestamp() * 1000}") == []
    check_numbers(home)
    check_sendings(home, kills)
    check_chain(home)


def check_numbers(home: Path) -> None:
    """Check that every series of numbers begins at 1 and has no gap."""
    for table, number in (("digests", "number"), ("forms", "serial")):
        series = rows(home, f"SELECT kind, year, COUNT(*), MIN({number}), MAX({number}) FROM {table} GROUP BY 1, 2")
        assert [one for one in series if one[3:] != (1, one[2])] == []
    assert rows(home, "SELECT COUNT(*) - MAX(number) FROM incidents") == [(0,)]


def check_sendings(home: Path, kills: int) -> None:
    arrived = sendings(home)
    planned = rows(home, "SELECT id, state FROM outbox")
    assert {one for _, one in planned} == {"accepted"}
    assert {id for id, _ in planned} == set(arrived)
    repeats = [texts for texts in arrived.values() if len(texts) > 1]
    at = dict(rows(home, "SELECT id, conversation FROM outbox"))
    again = Counter(at[key] for key, texts in arrived.items() for _ in texts[1:])
    assert max(again.values(), default=0) <= kills  # several conversations are sent to concurrently
    assert all(text.startswith(REPEAT) for texts in repeats for text in texts[1:])
    assert all(text.removeprefix(REPEAT) == texts[0].removeprefix(REPEAT) for texts in repeats for text in texts)


def check_chain(home: Path) -> None:
    previous, expected = GENESIS, 1
    for id, incident, at, actor, kind, data, hash in rows(
        home, "SELECT id, incident, at, actor, kind, data, hash FROM events ORDER BY id"
    ):
        previous = digest(previous, id, incident, at, actor, kind, data)
        assert (id, hash) == (expected, previous)
        expected += 1
