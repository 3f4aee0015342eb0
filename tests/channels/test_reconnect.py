"""A long connection is reopened after every end: soon after a good one, more and more slowly after bad ones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.backoff import Backoff
from bot.channels import reconnect
from bot.channels.reconnect import RECONNECT, ConnectionEnd, keep_connected


class Pauses:
    """Connections that were held for given seconds; sleeps are recorded instead of waited for."""

    def __init__(self, *lasting: float, slower: int = 1) -> None:
        self.left = list(lasting)
        self.slower = slower
        self.slept: list[float] = []
        self.over = asyncio.Event()

    async def connection(self) -> ConnectionEnd:
        if not self.left:
            self.over.set()
            await asyncio.Event().wait()
        return ConnectionEnd("ended", self.left.pop(0), self.slower)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@asynccontextmanager
async def running(pauses: Pauses, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(reconnect.asyncio, "sleep", pauses.sleep)
    task = asyncio.create_task(keep_connected("dingtalk", pauses.connection, Backoff(1.0, 60.0)))
    await pauses.over.wait()
    monkeypatch.undo()
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_each_failure_doubles_the_pause_and_a_steady_connection_ends_the_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses = Pauses(0, 0, 5, 59, 61, 0)
    async with running(pauses, monkeypatch):
        assert pauses.slept == [2, 4, 8, 16, 1, 2]


async def test_what_was_kicked_comes_back_more_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = Pauses(61, 0, 0, 0, slower=10)
    async with running(pauses, monkeypatch):
        assert pauses.slept == [10, 20, 40, 60]


async def test_it_connects_only_while_it_is_allowed_to() -> None:
    allowed, connected = asyncio.Event(), asyncio.Event()

    async def connection() -> ConnectionEnd:
        connected.set()
        allowed.clear()
        return ConnectionEnd("ended", 0)

    task = asyncio.create_task(keep_connected("wecom", connection, Backoff(0, 0), allowed))
    await asyncio.sleep(0)
    assert not connected.is_set()
    allowed.set()
    await connected.wait()
    connected.clear()
    await asyncio.sleep(0.01)
    assert not connected.is_set()
    task.cancel()


def test_pauses_grow_and_end() -> None:
    assert 0 < RECONNECT.pause(0) <= 0.5
    assert 8 <= RECONNECT.pause(5) <= 16
    assert 30 <= RECONNECT.pause(100) <= 60
    assert [Backoff(1, 5).pause(n) for n in range(5)] == [1, 2, 4, 5, 5]
