"""A running bot whose database another process locks: what people and the operator hear, at once and truly."""

import asyncio
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from signal import SIGTERM
from typing import Any

import pytest
from aiohttp import ClientSession
from msgspec import json
from redis.asyncio import Redis

from bot.web.server import serve
from storage.database.database import connection
from storage.tables import Inbox
from tests.support.faults import database_file
from tests.support.story import Story, new_story

ROOT = Path(__file__).parents[2]
HEARS_WITHIN = 4.0


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with new_story(tmp_path, redis, **{"port = 8080": "port = 0"}) as started:
        yield started


@contextmanager
def locked(file: Path) -> Iterator[sqlite3.Connection]:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield other
    finally:
        other.close()


async def say(session: ClientSession, address: str, text: str = "待办") -> tuple[int, str]:
    async with session.post(f"{address}/group/say", json={"as": "wang", "text": text}) as answer:
        return answer.status, await answer.text()


async def test_a_bug_in_the_watch_starts_it_again(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    async def bug(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("bot.engine.outage.sql.rows", bug)
    monkeypatch.setattr(story.bot.outage, "worked", lambda: None)
    monkeypatch.setattr(story.bot.outage, "note", bug_of)
    with pytest.raises(RuntimeError):
        await asyncio.wait_for(story.bot.outage.run(), 10)


def bug_of(error: BaseException) -> None:
    raise error


async def test_what_was_said_not_to_be_taken_is_never_stored(story: Story) -> None:
    """SQLite itself would wait for fifteen seconds here."""
    loop = asyncio.get_running_loop()
    async with serve(story.bot) as address, ClientSession() as session:
        with locked(await database_file()):
            began = loop.time()
            answers = await asyncio.gather(*(say(session, address, f"待办 {n}") for n in range(3)))
            assert loop.time() - began < HEARS_WITHIN
            assert [status for status, _ in answers] == [503] * 3
            assert all("没有收下，请稍后再发" in text for _, text in answers)
            assert story.bot.outage.since is not None
        while not await story.bot.outage.drain():
            pass
        assert (await say(session, address))[0] == 202
        assert [json.decode(row.body)["text"] for row in await Inbox.all()] == ["待办"]


async def test_a_word_that_waits_a_moment_is_taken(story: Story) -> None:
    async with serve(story.bot) as address, ClientSession() as session:
        with locked(await database_file()) as other:
            asyncio.get_running_loop().call_later(0.5, other.execute, "ROLLBACK")
            assert (await say(session, address))[0] == 202
        assert await Inbox.all().count() == 1
        assert story.bot.outage.since is None


async def test_a_wait_behind_others_is_an_outage_too(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """No statement fails: the page of the readings waits, as with a server that hangs."""
    monkeypatch.setattr("bot.engine.outage.WAITS_SECONDS", 0.2)
    monkeypatch.setattr("bot.engine.outage.WATCH_EVERY_SECONDS", 0.1)
    running = asyncio.create_task(story.bot.outage.run())
    try:
        await connection()._lock.acquire()
        async with asyncio.timeout(5):
            while story.bot.outage.since is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert story.bot.outage.since == story.clock.now()
        connection()._lock.release()
        async with asyncio.timeout(5):
            while story.bot.outage.since is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


class Process:
    def __init__(self, directory: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        command = [sys.executable, "-m", "bot", "run", "--config", str(ROOT / "config.toml"), "--port", str(self.port)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.log = directory / "log"
        with self.log.open("wb") as file:
            self.process = subprocess.Popen(command, cwd=directory, env=environment, stderr=file, stdout=file)

    def ask(self, path: str, body: Any = None) -> tuple[int, str]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            headers = {"Content-Type": "application/json"}
            connection.request("POST" if body else "GET", path, json.encode(body) if body else None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def until(self, words: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while words not in self.said():
            assert time.monotonic() < end, self.said()
            assert self.process.poll() is None, self.said()
            time.sleep(0.05)


@contextmanager
def started(directory: Path) -> Iterator[Process]:
    one = Process(directory)
    try:
        yield one
    finally:
        one.process.terminate()
        try:
            one.process.wait(12)
        finally:
            one.process.kill()
            one.process.wait()


SAID = {"as": "wang", "text": "待办"}


def test_the_operator_hears_while_it_lasts_and_a_stop_answers_first(tmp_path: Path) -> None:
    with started(tmp_path) as bot:
        bot.until("/group")
        with locked(tmp_path / "var" / "huiyin.db"):
            bot.until("the database is away")
            assert "被别的程序锁着" in bot.said()
            assert f"（进程 {os.getpid()}）" in bot.said()
            status, facts = bot.ask("/readyz")
            assert status == 503
            assert "fuser -v" in json.decode(facts)["database"]["remedy"]
            figures = bot.ask("/metrics")[1]
            assert "huiyin_database_up 0.0" in figures
            assert "huiyin_database_outages_total 1.0" in figures
            assert float(figures.split("\nhuiyin_database_outage_seconds ")[1].split()[0]) >= 3
            assert '"database": "away"' in bot.ask("/group/state")[1]
            began = time.monotonic()
            assert bot.ask("/group/say", SAID)[0] == 503
            assert time.monotonic() - began < 1  # known to be away, it is refused at once
            bot.process.send_signal(SIGTERM)
            assert bot.process.wait(10) == 0


def test_a_stop_in_the_first_moment_of_a_lock_answers_who_waits(tmp_path: Path) -> None:
    answers: list[tuple[int, str]] = []
    with started(tmp_path) as bot:
        bot.until("/group")
        with locked(tmp_path / "var" / "huiyin.db"):
            asking = threading.Thread(target=lambda: answers.append(bot.ask("/group/say", SAID)))
            asking.start()
            time.sleep(1.0)
            bot.process.send_signal(SIGTERM)
            asking.join(10)
            assert [status for status, _ in answers] == [503]
            assert "没有收下" in answers[0][1]
            assert bot.process.wait(10) == 0
        with closing(sqlite3.connect(tmp_path / "var" / "huiyin.db")) as database:
            assert database.execute("SELECT count(*) FROM inbox").fetchone()[0] == 0


@pytest.mark.long
def test_a_start_waits_for_who_holds_the_database(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    with locked(tmp_path / "var" / "huiyin.db"), started(tmp_path) as bot:
        bot.until("the start waits for the database")
        assert "可能是另一个正在运行的回音" in bot.said()
        assert bot.process.poll() is None
    with started(tmp_path) as bot:
        bot.until("/group")
