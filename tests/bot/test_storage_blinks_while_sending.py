"""A moment without storage, while something slow is being sent, holds up nobody else's messages for longer."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.clock import StandingClock
from bot.engine.heartbeat import Turns, run_for_ever
from bot.stopping import cancel_until_ended
from storage.database.database import close_database, open_database
from tests.bot.test_sender import Slow, plan, sender, states
from tests.support.rows import NOW


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Path]:
    """Open a database in a file, of which a statement waits a fifth of a second for another process's lock."""
    path = tmp_path / "huiyin.db"
    await open_database(f"sqlite:///{path}", lock_seconds=0.2)
    yield path
    await close_database()


@contextmanager
def locked(path: Path) -> Any:
    """Let another connection keep the database locked until the end of the block."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def test_others_are_sent_once_it_is_back_although_a_slow_one_is_under_way(file: Path) -> None:
    platform, faults = Slow(), list[BaseException]()
    sending, turns = sender(platform, StandingClock(NOW)), Turns("Sender")
    await plan("1", conversation="slow")
    running = asyncio.create_task(run_for_ever(sending.run, turns, faults.append))
    async with asyncio.timeout(10):
        await platform.begun.wait()
        with locked(file):
            sending.wake()
            while not turns.error:  # noqa: ASYNC110 - the sender's work, which sets no event
                await asyncio.sleep(0.01)
        await plan("a", conversation="quick")
        await platform.has_got("a")
        assert not platform.go.is_set()
        while turns.error:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        platform.go.set()
        await platform.has_got("1", "a")
        while await states() != ["accepted", "accepted"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await cancel_until_ended([running])
    assert not faults  # it was over before the drain was
