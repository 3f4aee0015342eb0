"""A commit whose answer is lost: the page never says "not taken" of what was stored, nor is it stored twice.

`test_files_on_postgres.py` runs this in a process of its own.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.web.server import serve
from storage import inbox
from storage.database.database import close_database, open_database
from tests.support.rows import NOW
from tests.support.servers import free_port, postgres
from tests.support.story import new_story

SOON = 2.5
HEARS_WITHIN = 4.0
WORDS = "待办"


class Line:
    """A line to PostgreSQL that loses the answer to the commit of WORDS, in the way that `loses` names.

    "answer": the commit arrives, then the line is cut. "commit": it is cut before. "silent": the commit arrives, and
    the line stays open without a word. New connections are refused then if `shuts`, until `shut` is False again.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends: list[asyncio.StreamWriter] = []
        self.loses, self.shuts, self.shut = "", False, False

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.shut:
            writer.transport.abort()
            return
        behind, beyond = await asyncio.open_connection("127.0.0.1", self._port)
        self._ends += [beyond, writer]
        lost = asyncio.Event()
        for passing in (self._up(reader, beyond, writer, lost), _down(behind, writer, lost)):
            self._tasks.add(asyncio.create_task(passing))

    async def end(self) -> None:
        """Cut every connection."""
        for end in self._ends:
            end.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _up(
        self,
        reader: asyncio.StreamReader,
        beyond: asyncio.StreamWriter,
        back: asyncio.StreamWriter,
        lost: asyncio.Event,
    ) -> None:
        """Pass on what the bot says."""
        said = b""
        try:
            while data := await reader.read(65536):
                said += data
                if self.loses and b"COMMIT" in data and WORDS.encode() in said:
                    await self._lose(data, beyond, back, lost)
                    continue
                said = b"" if b"COMMIT" in data else said
                beyond.write(data)
                await beyond.drain()
        except ConnectionError:
            pass
        finally:
            beyond.close()

    async def _lose(
        self, commit: bytes, beyond: asyncio.StreamWriter, back: asyncio.StreamWriter, lost: asyncio.Event
    ) -> None:
        lost.set()
        loses, self.loses, self.shut = self.loses, "", self.shuts
        if loses != "commit":
            beyond.write(commit)
            await beyond.drain()
        if loses != "silent":
            await asyncio.sleep(0.2)
            back.transport.abort()


async def _down(behind: asyncio.StreamReader, back: asyncio.StreamWriter, lost: asyncio.Event) -> None:
    """Pass on what the server says, until it is lost."""
    with suppress(ConnectionError):
        while data := await behind.read(65536):
            if not lost.is_set():
                back.write(data)
                await back.drain()
    if not lost.is_set():
        back.close()


@asynccontextmanager
async def line_to(url: str) -> AsyncIterator[tuple[Line, str]]:
    """Yield a line to a server, and the address under which it is reached over the line."""
    port, own = urlsplit(url).port or 0, free_port()
    line = Line(port)
    server = await asyncio.start_server(line.take, "127.0.0.1", own)
    try:
        yield line, url.replace(f":{port}/", f":{own}/")
    finally:
        server.close()
        await line.end()


async def stored(url: str) -> list[tuple[str, int]]:
    """Return the messages in the inbox and their rows, asked for past the line."""
    other = await asyncpg.connect(url)
    rows = await other.fetch("SELECT message, id FROM inbox ORDER BY id")
    await other.close()
    return [(row["message"], row["id"]) for row in rows]


@pytest.mark.parametrize("loses", ["answer", "commit", "silent"])
async def test_what_can_be_found_was_taken_and_stands_once(loses: str) -> None:
    with postgres() as url:
        async with line_to(url) as (line, address):
            await open_database(address)
            try:
                line.loses = loses
                began = time.monotonic()
                id = await inbox.store("local", "m", WORDS, NOW, within=SOON)
                assert time.monotonic() - began < HEARS_WITHIN
                assert await stored(url) == [("m", id)]
            finally:
                await line.end()
                await close_database()


@pytest.mark.parametrize("loses", ["answer", "silent"])
async def test_the_page_says_what_is_not_known(
    loses: str, tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres() as url:
        async with line_to(url) as (line, address):
            monkeypatch.setenv("HUIYIN_TEST_DATABASE", address)
            async with (
                new_story(tmp_path, redis, **{"port = 8080": "port = 0"}) as story,
                serve(story.bot) as page,
                ClientSession() as session,
            ):
                line.loses, line.shuts = loses, True
                began = time.monotonic()
                async with session.post(f"{page}/group/say", json={"as": "wang", "text": WORDS}) as answer:
                    said = await answer.text()
                assert time.monotonic() - began < HEARS_WITHIN
                assert (answer.status, "不知道有没有收下" in said) == (503, True), said
                line.shut = False
                await line.end()
