"""What a process does to the others that freezes, or whose clock is wrong; `test_files_on_postgres.py` runs this."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from bot.channels.base import Receipt
from bot.clock import Clock
from bot.engine.sender import Sender
from bot.engine.shared_clock import SharedClock
from handlers.common.office import Office
from handlers.rules.language.messages import Reply
from storage import inbox, inbox_claims, outbox
from storage.database.database import close_database, connection, open_database
from storage.database.faults import Fault
from storage.database.postgres_session import IDLE_SECONDS, LOCK_SECONDS
from storage.database.transaction import exclude_others, transact
from storage.outbox import OutgoingMessage
from storage.tables import Inbox, Outbox
from tests.bot.test_sender import Platform
from tests.support.faults import fault
from tests.support.rows import LEASE, NOW
from tests.support.servers import pgbouncer, pgbouncer_binary, postgres
from tests.support.story import demonstration

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", name="server")
def _server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.mark.parametrize("pooled", [False, True], ids=["direct", "pooler"])
async def test_the_others_go_on_and_it_begins_again(server: str, *, pooled: bool) -> None:
    async with reached(server, pooled=pooled) as url:
        await inbox.store("local", f"{pooled}", "{}", NOW)
        frozen = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.servers.frozen_claimer", url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert frozen.stdout is not None
        try:
            assert await frozen.stdout.readline() == b"holds\n"
            os.kill(frozen.pid, signal.SIGSTOP)
            async with asyncio.timeout(2 * IDLE_SECONDS):
                claimed = await inbox_claims.claim(NOW, LEASE)
            assert len(claimed) == 1
            os.kill(frozen.pid, signal.SIGCONT)
            assert (await frozen.communicate())[0] == b"away\n"
        finally:
            if frozen.returncode is None:
                frozen.kill()
                await frozen.wait()
        assert (await Inbox.get(id=claimed[0].id)).state == "new"
        await inbox_claims.fail(claimed[0], "bug", "", NOW)


async def test_a_lock_that_another_program_keeps_is_waited_for_a_while(server: str) -> None:
    other = await asyncpg.connect(server)
    async with reached(server, pooled=False):
        await other.execute("SELECT pg_advisory_lock(hashtextextended('mine', 0))")
        async with asyncio.timeout(2 * LOCK_SECONDS):
            assert await fault(lambda: transact(lambda: exclude_others("mine"))) is Fault.AWAY
        await other.close()


async def test_both_ends_of_a_connection_ask_for_each_other(server: str) -> None:
    async with reached(server, pooled=False):
        _, [row] = await connection().execute_query("SHOW tcp_keepalives_idle")
        assert row["tcp_keepalives_idle"] == "10"


class WrongClock(Clock):
    """A clock of another machine, some minutes off."""

    def __init__(self, ahead: timedelta) -> None:
        super().__init__()
        self._ahead = ahead

    def now(self) -> datetime:
        return super().now() + self._ahead


class Slow(Platform):
    """A platform that takes its time: `begun` says that it has a message."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.goes_on = asyncio.Event(), asyncio.Event()

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        self.begun.set()
        await self.goes_on.wait()
        return await super().send(conversation, say, key)


def an_office(directory: Path) -> Office:
    read = demonstration(directory)
    return Office(read.institution, read.regime, rosters=read.rosters)


@pytest.mark.parametrize("ahead", [timedelta(seconds=400), timedelta(seconds=90), timedelta(seconds=-400)])
async def test_a_wrong_clock_takes_nothing_from_the_others(server: str, tmp_path: Path, ahead: timedelta) -> None:
    async with reached(server, pooled=False):
        await Outbox.all().delete()
        right, wrong = Clock(), WrongClock(ahead)
        office, platform, other = an_office(tmp_path), Slow(), Platform()
        shared = SharedClock(office, wrong)
        await shared.measure()
        await outbox.plan([OutgoingMessage("local", "work", '{"text":"once"}')], right.now())
        sending = asyncio.create_task(Sender(platform, office.texts, right).drain())
        await platform.begun.wait()
        await Sender(other, office.texts, wrong).drain()
        arrived = await inbox.store("local", f"{ahead}", "{}", right.now())
        assert [one.id for one in await inbox_claims.claim(right.shared(), LEASE)] == [arrived]
        assert await inbox_claims.claim(wrong.shared(), LEASE) == []
        platform.goes_on.set()
        await sending
        assert (platform.arrived, other.arrived) == (["once"], [])
        for _ in range(2):
            await shared.tell(wrong.now())
        [told] = await Outbox.filter(body__contains="NTP")
        assert ("快" if ahead > timedelta() else "慢") in told.body
        assert "s off ours" in shared.trouble
        assert await Sender(other, office.texts, right).drain() == 1
        await Inbox.all().delete()


async def test_clocks_that_agree_are_not_corrected(server: str, tmp_path: Path) -> None:
    async with reached(server, pooled=False):
        clock = Clock(timedelta(hours=5))  # a demonstration's
        shared = SharedClock(an_office(tmp_path), clock)
        await shared.measure()
        assert (clock.lead, shared.trouble) == (timedelta(), "")


@asynccontextmanager
async def reached(server: str, *, pooled: bool) -> AsyncIterator[str]:
    """Open the server's database, straight or through a pooler of transactions; yield its address."""
    if not pooled:
        await open_database(server)
        try:
            yield server
        finally:
            await close_database()
        return
    pgbouncer_binary()
    with pgbouncer(server) as url:
        await open_database(url)
        try:
            yield url
        finally:
            await close_database()
