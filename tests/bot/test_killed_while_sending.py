"""A process that is killed in the middle of many sends leaves only those in doubt that were on their way."""

import asyncio
import sys
from pathlib import Path

import pytest
from msgspec import json

from bot.clock import StandingClock
from bot.engine.sender import LEASE
from handlers.rules.language.messages import Reply
from storage import outbox, outbox_claims, takeover
from storage.database.database import connection
from storage.tables import Outbox
from tests.bot.test_sender import Platform, sender
from tests.support.rows import NOW

ROOT = Path(__file__).parents[2]
COUNT = 60


async def planned(conversations: int) -> None:
    """Plan COUNT messages, spread over some conversations."""
    bodies = (f"m{n}" for n in range(COUNT))
    await outbox.plan(
        [
            outbox.OutgoingMessage("local", f"c{n % conversations}", json.encode(Reply(text=text)).decode())
            for n, text in enumerate(bodies)
        ],
        NOW,
    )


async def killed(url: str, file: Path, after: int) -> list[int]:
    """Let a process send, kill it once it has begun so many sends; return the ids of those, as often as they began."""
    file.touch()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.killed_sender", url, str(file), cwd=ROOT
    )
    async with asyncio.timeout(20):
        while len(file.read_text().splitlines()) < after:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.002)
    process.kill()
    await process.wait()
    return [int(line.split()[0]) for line in file.read_text().splitlines()]


@pytest.mark.parametrize("conversations", [1, 6])
async def test_only_what_had_begun_is_marked(tables: str, tmp_path: Path, conversations: int) -> None:
    await planned(conversations)
    begun = {*await killed(tables, tmp_path / "sends", 20)}
    taken_over = await takeover.from_the_dead(NOW)
    done = {row.id for row in await Outbox.filter(state="accepted")}  # a server may end a statement of the dead
    assert taken_over == COUNT - len(done)
    again = await outbox_claims.claim("local", NOW, LEASE)
    marked = {message.id for message in again if message.repeat}
    assert {message.id for message in again} == {*range(1, COUNT + 1)} - done
    assert begun - done <= marked
    assert len(marked) <= conversations


@pytest.mark.parametrize(("conversations", "most"), [(1, COUNT + 10), (COUNT, COUNT + 10)])
async def test_the_mark_costs_no_statement_of_its_own(tables: str, conversations: int, most: int) -> None:
    if connection().capabilities.dialect != "sqlite":
        pytest.skip("SQLite counts its statements")
    await planned(conversations)
    statements: list[str] = []
    async with connection().acquire_connection() as driver:
        await driver.set_trace_callback(statements.append)
    await sender(Platform(), StandingClock(NOW)).drain()
    async with connection().acquire_connection() as driver:
        await driver.set_trace_callback(None)
    assert await Outbox.filter(state="accepted").count() == COUNT
    assert len(statements) <= most
