"""Connections that send no request take nothing from those that do: they are closed in time, and there is a limit."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest
from aiohttp import ClientSession, ClientTimeout
from redis.asyncio import Redis
from yarl import URL

from bot.web import connection_limits, group
from bot.web.server import serve
from tests.support.story import Story, new_story

ROOT = Path(__file__).parents[2]
ENDLESS = b"POST /wecom/app HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "
PROBE = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    own = {"port = 8080": "port = 0", "[storage]": f'[storage]\ndirectory = "{tmp_path}"'}
    async with new_story(tmp_path, redis, **own) as started:
        yield started


@asynccontextmanager
async def opened(address: str, sent: list[bytes]) -> AsyncIterator[list[Streams]]:
    """Open one connection for each of the beginnings, and send it."""
    found: list[Streams] = []
    try:
        for beginning in sent:
            found.append(await asyncio.open_connection("127.0.0.1", URL(address).port))
            found[-1][1].write(beginning)
        yield found
    finally:
        for _, writer in found:
            writer.close()


async def closed_after(stream: Streams) -> float:
    """Return after how long the server closes a connection, whatever it sends before that."""
    begun = monotonic()
    async with asyncio.timeout(5):
        try:
            while await stream[0].read(1000):
                pass
        except ConnectionResetError:
            pass
    return monotonic() - begun


@pytest.mark.parametrize("sent", [b"", ENDLESS, PROBE, PROBE + ENDLESS], ids=["silent", "endless", "used", "again"])
async def test_without_a_request_a_connection_is_closed(
    sent: bytes, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limits, "WAIT_SECONDS", 0.3)
    async with serve(story.bot) as address, opened(address, [sent]) as [stream]:
        assert 0.2 < await closed_after(stream) < 2


async def test_a_header_that_drips_gains_no_time(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "WAIT_SECONDS", 0.3)
    async with serve(story.bot) as address, opened(address, [ENDLESS]) as [(reader, writer)]:
        for _ in range(20):
            writer.write(b"x")
            await asyncio.sleep(0.1)
            if reader.at_eof():
                return
        pytest.fail("it stayed open")


@pytest.mark.parametrize("limit", ["MOST", "SHARE_OF_ONE_ADDRESS"])
async def test_pages_answer_while_too_many_are_open(limit: str, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """In all, and from one address."""
    monkeypatch.setattr(connection_limits, limit, {"MOST": 20, "SHARE_OF_ONE_ADDRESS": 20 / 512}[limit])
    async with serve(story.bot) as address, opened(address, [b"", ENDLESS] * 40) as streams:
        begun = monotonic()
        async with ClientSession(timeout=ClientTimeout(3)) as session, session.get(f"{address}/livez") as answer:
            assert answer.status == 200
        assert monotonic() - begun < 1
        assert sum(not reader.at_eof() and reader.exception() is None for reader, _ in streams) <= 20


async def test_a_page_that_listens_stays_when_others_crowd_in(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "MOST", 20)
    monkeypatch.setattr(connection_limits, "WAIT_SECONDS", 0.3)
    async with serve(story.bot) as address, ClientSession() as session, session.get(f"{address}/group/events") as page:
        assert (await page.content.readline()).startswith(b"retry")
        async with opened(address, [b"", ENDLESS] * 40):
            await asyncio.sleep(0.5)
        await story.say("wang", "待办")
        async with asyncio.timeout(3):
            while not (await page.content.readline()).startswith(b"event"):
                pass


async def test_if_all_are_at_work_the_new_one_is_closed(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "MOST", 4)
    listens = b"GET /group/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    async with serve(story.bot) as address, opened(address, [listens] * 3) as pages:
        for reader, _ in pages:
            await reader.readuntil(b"retry")
        async with opened(address, [listens]) as [refused]:
            assert await closed_after(refused) < 1
        assert not any(reader.at_eof() for reader, _ in pages)


RAISED = """
import resource
from bot import open_files
from bot.web.connection_limits import ConnectionLimits
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 512))
few = ConnectionLimits().most
open_files.raise_limit()
print(few, ConnectionLimits().most, open_files.limit())
"""


def test_the_limit_of_open_files_is_raised_and_half_of_it_is_left() -> None:
    command = [sys.executable, "-c", RAISED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["128", "256", "512"]


async def test_pages_that_listen_leave_room_for_others(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "MOST_PAGES", 2)
    async with serve(story.bot) as address, ClientSession(address) as session:
        async with session.get("/group/events") as first, session.get("/group/events") as second:
            assert (first.status, second.status) == (200, 200)
            async with session.get("/group/events") as refused:
                assert refused.status == 503
                assert "Too many pages" in await refused.text()
        async with asyncio.timeout(3):
            while True:
                async with session.get("/group/events") as again:
                    if again.status == 200:
                        break
                await story.say("wang", "待办")  # a page that is gone is noticed with the next event
