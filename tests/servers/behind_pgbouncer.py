"""PgBouncer before PostgreSQL; `test_files_on_postgres.py` runs this in a process of its own."""

import asyncio
from collections.abc import Iterator

import pytest

from storage import inbox
from storage.database import sql
from storage.database.database import close_database, open_database
from storage.database.transaction import transact
from storage.tables import Inbox, Setting
from tests.storage.test_opening_database import refusal
from tests.support.rows import NOW
from tests.support.servers import pgbouncer, pgbouncer_binary, postgres

TASKS, ROUNDS, QUESTIONS = 12, 3, 30


@pytest.fixture(scope="module", name="server")
def _server() -> Iterator[str]:
    pgbouncer_binary()
    with postgres() as url:
        yield url


@pytest.mark.parametrize(("mode", "connections"), [("transaction", 3), ("session", 20)])
async def test_everybody_gets_the_answer_to_their_own_question(server: str, mode: str, connections: int) -> None:
    """Statements that run beside each other take each other's place on the few connections of the server."""
    with pgbouncer(server, mode, connections) as url:
        await open_database(url)
        try:
            await asyncio.gather(*(ask(task) for task in range(TASKS)))
            assert await Setting.all().count() == TASKS
            stored = [inbox.store("local", f"{mode} {n}", "{}", NOW) for n in range(100)]
            assert None not in await asyncio.gather(*stored)
        finally:
            await close_database()
    await open_database(server)
    assert await Inbox.filter(message__startswith=mode).count() == 100
    await Setting.all().delete()
    await close_database()


async def ask(task: int) -> None:
    name = f"task {task}"
    for n in range(ROUNDS):
        for question in range(QUESTIONS):
            asked = f"SELECT $1::int AS own, {question} AS question"
            assert await sql.rows(asked, [task]) == [{"own": task, "question": question}]

        async def count() -> None:
            row, _ = await Setting.get_or_create(name=name, defaults={"value": "0"})
            await Setting.filter(name=name).update(value=str(int(row.value) + 1))

        await transact(count)
        assert (await Setting.get(name=name)).value == str(n + 1)


async def test_one_that_allows_no_transactions_is_refused(server: str) -> None:
    with pgbouncer(server, "statement") as url:
        said = await refusal(url)
    assert "set its pool_mode to transaction or session" in said
