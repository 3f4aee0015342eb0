"""PostgreSQL is opened in words as SQLite is: by several processes at once, over TLS, with a password never shown."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from signal import SIGTERM
from subprocess import PIPE, STDOUT

import asyncpg
import pytest
from tortoise import connections

from storage.database.database import close_database, open_database, settings
from storage.database.migrating import bring_up
from tests.storage.test_opening_database import OPEN, ROOT, refusal
from tests.support.servers import postgres
from tests.support.story import DEMONSTRATION

PASSWORD = "geheim"


@pytest.fixture(scope="module", name="url")
def _url() -> Iterator[str]:
    with postgres("ssl=on", password=PASSWORD) as url:
        yield url


@pytest.fixture(autouse=True)
async def _closed() -> AsyncIterator[None]:
    """A connection over TLS ends a moment after it was closed."""
    yield
    await asyncio.sleep(0.05)


async def test_four_starts_on_a_new_schema_and_a_restart(url: str) -> None:
    command = (sys.executable, "-c", OPEN, url)
    for count in (4, 1):
        started = [
            await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
            for _ in range(count)
        ]
        printed = [(await one.communicate())[0] for one in started]
        assert [one.returncode for one in started] == [0] * count
        assert printed == [b"0\n"] * count


SCHEMA = (
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable "
    "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace ORDER BY 1",
)


async def test_a_new_schema_is_that_of_the_migrations(url: str) -> None:
    found = []
    for name, make in (("made", open_database), ("migrated", lambda url: bring_up(settings(url)))):
        connection = await asyncpg.connect(url)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        await make(f"{url.removesuffix('/huiyin')}/{name}")
        await close_database()
        connection = await asyncpg.connect(f"{url.removesuffix('/huiyin')}/{name}")
        found.append([await connection.fetch(one) for one in SCHEMA])
        await connection.close()
    assert found[0] == found[1]
    assert all(len(part) > 40 for part in found[0])


@pytest.mark.parametrize(("mode", "encrypted"), [("require", True), ("disable", False)])
async def test_sslmode_decides_whether_the_connection_is_encrypted(url: str, mode: str, encrypted: bool) -> None:
    await open_database(f"{url}?sslmode={mode}")
    _, [row] = await connections.get("default").execute_query(
        "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    )
    assert row["ssl"] is encrypted
    await close_database()


async def test_a_certificate_that_nobody_vouches_for(url: str) -> None:
    said = await refusal(f"{url}?sslmode=verify-full")
    assert "does not let us in" in said
    assert PASSWORD not in said


async def test_a_wrong_password_and_a_missing_database(url: str) -> None:
    said = await refusal(url.replace(PASSWORD, "falsch"))
    assert "password authentication failed" in said
    assert "falsch" not in said
    assert 'database "nowhere" does not exist' in await refusal(f"{url.removesuffix('/huiyin')}/nowhere")


async def test_a_newer_schema_is_not_used(url: str) -> None:
    await open_database(url)
    insert = "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('huiyin', '0999_later', now())"
    try:
        await connections.get("default").execute_query(insert)
        assert "newer version (0999_later" in await refusal(url)
    finally:
        await connections.get("default").execute_query("DELETE FROM tortoise_migrations WHERE name = '0999_later'")
        await close_database()


def test_a_start_without_its_server_says_in_one_line_that_it_waits() -> None:
    text = DEMONSTRATION.read_text(encoding="utf-8").replace("sqlite:///var/huiyin.db", "env:HUIYIN_DATABASE")
    command = [sys.executable, "-m", "bot", "run", "--config", "/dev/stdin", "--port", "8099"]
    environment = {"HUIYIN_DATABASE": "postgres://u:geheim@127.0.0.1:9/name"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE, stderr=STDOUT, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(text)
        process.stdin.close()
        first = process.stdout.readline()
        process.send_signal(SIGTERM)
        rest = process.stdout.read()
    assert "the start waits for the database" in first
    assert "PostgreSQL（postgres://u:…@127.0.0.1:9/name）用不了" in first
    assert "geheim" not in first + rest
    assert rest == ""
