"""Errors are sorted by what they mean. Every error here is raised by the real driver on a real database."""

import asyncio
import errno
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientOSError

from storage import inbox
from storage.database import sql
from storage.database.database import connection
from storage.database.faults import Fault, fault_of, is_away, is_damaged, kind_of, waited_for
from storage.database.transaction import transact
from storage.tables import Setting
from tests.support import broken
from tests.support.database import migrated
from tests.support.faults import BAD, WRONG, fault, opened, write
from tests.support.rows import NOW


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Path]:
    """Open a database whose locks are waited for a tenth of a second; yield its file."""
    url = await migrated(tmp_path)
    async with opened(url):
        yield Path(url.removeprefix("sqlite:///"))


@pytest.mark.parametrize("name", BAD)
async def test_what_breaks_a_rule_of_the_tables_is_bad_data(sqlite: Path, name: str) -> None:
    await Setting.create(name="taken", value="x")
    assert await fault(lambda: connection().execute_query(*BAD[name])) is Fault.BAD_DATA
    assert await fault(lambda: transact(lambda: connection().execute_query(*BAD[name]))) is Fault.BAD_DATA


@pytest.mark.parametrize("statement", WRONG.values(), ids=WRONG)
async def test_wrong_sql_is_a_bug(sqlite: Path, statement: str) -> None:
    assert await fault(lambda: connection().execute_query(statement)) is Fault.BUG
    assert await fault(lambda: transact(lambda: sql.rows(statement, []))) is Fault.BUG


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EMFILE, "x"), OSError(errno.ENFILE, "x"), OSError(errno.ENOMEM, "x"),
        RuntimeError("can't start new thread"),
    ],
)  # fmt: skip
def test_a_machine_that_has_nothing_left_is_away_wherever_it_says_so(error: Exception) -> None:
    assert fault_of(error) is Fault.AWAY
    assert fault_of(OSError(errno.ENOENT, "x")) is Fault.BUG
    assert fault_of(RuntimeError("x")) is Fault.BUG
    assert fault_of(MemoryError()) is Fault.BUG


async def test_too_few_parameters_are_a_bug(sqlite: Path) -> None:
    assert await fault(lambda: sql.rows("SELECT ?1, ?2", [1])) is Fault.BUG


async def test_a_number_too_large_and_half_a_character_are_bad_data(sqlite: Path) -> None:
    assert await fault(lambda: sql.rows("SELECT ?1", [2**63])) is Fault.BAD_DATA
    assert await fault(lambda: sql.rows("SELECT ?1", ["\ud83d"])) is Fault.BAD_DATA


async def test_a_text_too_long_for_its_field_is_bad_data(sqlite: Path) -> None:
    assert await fault(lambda: Setting.create(name="x" * 65, value="")) is Fault.BAD_DATA


LOCKER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def locked(sqlite: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Let another process hold the write lock until its input is closed."""
    command = [sys.executable, "-c", LOCKER, str(sqlite)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"locked\n"
        yield other


def free(other: subprocess.Popen[bytes]) -> None:
    assert other.stdin
    other.stdin.close()
    other.wait()


async def test_locked_by_another_process_is_away_and_comes_back(sqlite: Path, locked: subprocess.Popen[bytes]) -> None:
    for _ in range(3):
        async with asyncio.timeout(5):
            assert await fault(write()) is Fault.AWAY
    assert await fault(lambda: Setting.create(name="b", value="x")) is Fault.AWAY
    free(locked)
    async with asyncio.timeout(5):
        await write()()
    assert await Setting.filter(name="a").exists()


async def test_a_full_disk_is_away_and_comes_back(sqlite: Path) -> None:
    pages = (await sql.rows("PRAGMA page_count", []))[0]["page_count"]
    await connection().execute_query(f"PRAGMA max_page_count = {pages + 2}")
    body = "字" * 100_000
    assert await fault(lambda: inbox.store("local", "1", body, NOW)) is Fault.AWAY

    async def several() -> None:
        await Setting.create(name="before", value="x")
        await Setting.create(name="long", value=body)

    for _ in range(2):
        assert await fault(lambda: transact(several)) is Fault.AWAY
    assert not await Setting.all().exists()
    await connection().execute_query("PRAGMA max_page_count = 1000000")
    await transact(several)
    assert await inbox.store("local", "1", body, NOW) == 1


async def test_a_page_that_was_overwritten_is_damage(tmp_path: Path) -> None:
    url = await migrated(tmp_path)
    file = Path(url.removeprefix("sqlite:///"))
    with sqlite3.connect(file) as database:
        root = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'inbox'").fetchone()[0]
        size = database.execute("PRAGMA page_size").fetchone()[0]
    body = file.read_bytes()
    file.write_bytes(body[: (root - 1) * size] + b"\xff" * size + body[root * size :])
    async with opened(url):
        assert await fault(lambda: sql.rows("SELECT body FROM inbox", [])) is Fault.DAMAGED
        assert await fault(lambda: inbox.store("local", "1", "{}", NOW)) is Fault.DAMAGED
        assert await fault(lambda: transact(lambda: sql.rows("SELECT body FROM inbox", []))) is Fault.DAMAGED
        await write()()


async def test_a_file_that_is_no_database_is_damage_and_nothing_hangs(tmp_path: Path) -> None:
    file = tmp_path / "huiyin.db"
    file.write_bytes(b"not a database at all" * 1000)
    async with opened(f"sqlite:///{file}"):
        for _ in range(2):
            async with asyncio.timeout(5):
                assert await fault(lambda: Setting.all().count()) is Fault.DAMAGED
                assert await fault(write()) is Fault.DAMAGED


async def test_a_directory_that_is_not_there_is_away_and_nothing_hangs(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/gone/huiyin.db"):
        for _ in range(2):
            async with asyncio.timeout(5):
                assert await fault(lambda: Setting.all().count()) is Fault.AWAY


def test_what_postgres_calls_corrupted_is_damage() -> None:
    from asyncpg.exceptions import DataCorruptedError, IndexCorruptedError, InternalServerError

    assert [fault_of(one("x")) for one in (DataCorruptedError, IndexCorruptedError)] == [Fault.DAMAGED] * 2
    assert fault_of(InternalServerError("x")) is Fault.AWAY


def test_damage_counts_as_storage_that_could_not_do_it() -> None:
    assert is_away(sqlite3.DatabaseError("database disk image is malformed"))
    assert is_damaged(sqlite3.DatabaseError("file is not a database"))
    assert not is_damaged(broken.locked())


async def test_how_long_it_waited_is_on_the_error(sqlite: Path, locked: subprocess.Popen[bytes]) -> None:
    """A tenth of a second for the lock, and as long behind the one before."""
    raised = await asyncio.gather(write("a")(), write("b")(), return_exceptions=True)
    first, second = sorted(waited_for(one) for one in raised if isinstance(one, Exception))
    assert 0.1 <= first < second
    free(locked)


async def test_a_read_only_database_is_away(sqlite: Path) -> None:
    await connection().execute_query("PRAGMA query_only = ON")
    assert await fault(write()) is Fault.AWAY


@pytest.mark.parametrize(
    "error",
    [
        PermissionError(errno.EACCES, "Permission denied", "form.docx"),
        FileNotFoundError(errno.ENOENT, "no", "form.docx"),
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        ConnectionResetError(errno.ECONNRESET, "reset"),
        ClientOSError(errno.ECONNRESET, "reset"),
        TimeoutError(),
        ValueError("x"),
        KeyError("x"),
    ],
    ids=repr,
)
def test_an_error_that_no_driver_raised_is_a_bug(error: Exception) -> None:
    assert fault_of(error) is Fault.BUG


@pytest.mark.parametrize("host", ["127.0.0.1:1", "/nowhere:5432"])
async def test_a_server_that_is_not_there_is_away(host: str) -> None:
    import asyncpg

    place, _, port = host.partition(":")
    assert await fault(lambda: asyncpg.connect(host=place, port=int(port), user="x")) is Fault.AWAY


async def test_a_server_that_says_nothing_is_away() -> None:
    import asyncpg

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert await fault(lambda: asyncpg.connect(host="127.0.0.1", port=port, user="x", timeout=0.1)) is Fault.AWAY


def test_errors_that_wrap_each_other_end() -> None:
    one, other = ValueError(), ValueError()
    one.__cause__, other.__cause__ = other, one
    assert fault_of(one) is Fault.BUG


def test_to_sort_errors_loads_no_driver() -> None:
    code = "import sys, storage.database.faults; sys.exit('asyncpg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2]).returncode == 0


def test_one_word_for_away() -> None:
    assert is_away(broken.locked())
    assert not is_away(ValueError())


async def test_what_is_stored_of_an_error_says_nothing_of_peoples_texts(sqlite: Path) -> None:
    assert kind_of(ValueError("张三 13812345678")) == "ValueError"
    assert (
        kind_of(FileNotFoundError(2, "13812345678", "张三")) == "FileNotFoundError: [Errno 2] No such file or directory"
    )
    with pytest.raises(Exception) as raised:
        await sql.rows("SELECT * FROM nowhere", [])
    assert kind_of(raised.value) == "OperationalError: no such table: nowhere"


async def test_a_transaction_that_a_fault_left_open_does_not_spoil_the_next(sqlite: Path) -> None:
    await Setting.all().count()
    raw = connection()._connection
    await raw.execute("BEGIN")
    await raw.execute("INSERT INTO settings (name, value) VALUES ('left', 'x')")
    await write()()
    assert await Setting.all().values_list("name", flat=True) == ["a"]


async def test_statements_out_of_step_are_away(sqlite: Path) -> None:
    await Setting.all().count()
    raw = connection()._connection
    assert await fault(lambda: raw.execute("ROLLBACK")) is Fault.AWAY
    await raw.execute("BEGIN")
    assert await fault(lambda: raw.execute("BEGIN")) is Fault.AWAY
    await raw.execute("ROLLBACK")


async def test_a_connection_that_was_closed_is_away(tmp_path: Path) -> None:
    async with opened(await migrated(tmp_path)):
        await Setting.all().count()
        await connection()._connection.close()
        assert await fault(lambda: Setting.all().count()) is Fault.AWAY
        assert await fault(write()) is Fault.AWAY
