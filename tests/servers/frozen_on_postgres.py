"""A process freezes while it holds the claims, as a paused machine does; `test_files_on_postgres.py` runs this."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from storage import inbox, inbox_claims
from storage.database.database import close_database, connection, open_database
from storage.database.faults import Fault
from storage.database.postgres_session import IDLE_SECONDS, LOCK_SECONDS
from storage.database.transaction import exclude_others, transact
from storage.tables import Inbox
from tests.support.faults import fault
from tests.support.rows import LEASE, NOW
from tests.support.servers import pgbouncer, pgbouncer_binary, postgres

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
