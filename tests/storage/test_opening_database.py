"""A database that cannot be opened is refused with a sentence, within seconds and without its password.

One process migrates a new schema while others wait; a schema of another version is neither used nor changed.
"""

import asyncio
import os
import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from storage.database.address import settings, shown
from storage.database.database import close_database, open_database
from storage.database.schema import CannotOpen, known, missing
from tests.support.database import migrated

ROOT = Path(__file__).parents[2]
OPEN = """
import asyncio, sys
from storage.database.database import close_database, open_database
from storage.tables import Incident
async def work():
    await open_database(sys.argv[1])
    print(await Incident.all().count())
    await close_database()
asyncio.run(work())
"""


async def refusal(url: str, *, may_migrate: bool = True) -> str:
    async with asyncio.timeout(30):
        with pytest.raises(CannotOpen) as refused:
            await open_database(url, may_migrate=may_migrate)
    return str(refused.value)


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A database at the newest schema."""
    await migrated(tmp_path)
    return tmp_path / "huiyin.db"


@pytest.mark.parametrize("page", ["the first", "a later"])
async def test_a_page_that_was_overwritten(file: Path, page: str) -> None:
    size = file.stat().st_size
    with file.open("r+b") as body:
        body.seek(0 if page == "the first" else 4096)
        body.write(b"\xa5" * (100 if page == "the first" else size - 4096))
    said = await refusal(f"sqlite:///{file}")
    assert "is damaged" in said
    assert "restore the last backup" in said


async def test_what_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database at all, but a text of some length\n" * 100, encoding="utf-8")
    assert "is damaged (file is not a database)" in await refusal(f"sqlite:///{tmp_path}/notes.txt")


async def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    said = await refusal(f"sqlite:///{tmp_path}/var/huiyin.db")
    assert "cannot be written" in said
    assert f"let the bot's user write huiyin.db in {tmp_path}/var" in said


async def test_a_disk_without_room(tmp_path: Path) -> None:
    said = await refusal("sqlite:////dev/full/huiyin.db")
    assert "free room on its disk" in said


async def test_a_writer_that_never_ends(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.sqlite_file.LOCKED_SECONDS", 0.2)
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "is locked by another process" in await refusal(f"sqlite:///{file}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write")
async def test_a_folder_where_the_user_may_not_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    tmp_path.parent.chmod(0o755)
    tmp_path.parent.parent.chmod(0o755)
    os.seteuid(65534)
    try:
        said = await refusal(f"sqlite:///{tmp_path}/huiyin.db")
    finally:
        os.seteuid(0)
    assert said.startswith(
        f"{tmp_path}/huiyin.db cannot be written (Permission denied): let the bot's user write huiyin.db in"
    )


async def test_a_newer_schema_is_not_used(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute(
            "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('huiyin', '0999_later', '2030-01-01')"
        )
    said = await refusal(f"sqlite:///{file}")
    assert "newer version (0999_later; this one knows 0" in said


async def test_an_older_schema_is_changed_by_those_only_that_may(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("DELETE FROM tortoise_migrations WHERE name <> '0001_initial'")
    before = file.read_bytes()
    said = await refusal(f"sqlite:///{file}", may_migrate=False)
    assert said == (f"the database has an older schema and lacks {', '.join(known()[1:])}: run `python -m bot migrate`")
    assert file.read_bytes() == before


async def test_reading_makes_no_database(tmp_path: Path) -> None:
    assert "there is no database" in await refusal(f"sqlite:///{tmp_path}/var/huiyin.db", may_migrate=False)
    assert not (tmp_path / "var" / "huiyin.db").exists()


def test_the_newest_migrations_are_missing_from_a_new_one() -> None:
    assert missing([], may_migrate=True) == known()
    assert missing(known(), may_migrate=False) == []


async def test_four_starts_on_a_new_schema(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/huiyin.db"
    command = (sys.executable, "-c", OPEN, url)
    started = [
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE) for _ in range(4)
    ]
    printed = [(await one.communicate())[0] for one in started]
    assert [one.returncode for one in started] == [0] * 4
    assert printed == [b"0\n"] * 4


async def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    url = f"sqlite:///{folder}/huiyin.db"
    await open_database(url)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()} == {0o600}
    await close_database()
    (folder / "huiyin.db").chmod(0o644)
    await open_database(url)
    assert stat.S_IMODE((folder / "huiyin.db").stat().st_mode) == 0o600
    await close_database()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgres://u:geheim@one,two/name", "names several hosts"),
        ("postgres://u:geheim@one:port/name", "no usable port"),
        ("postgres://u:geheim@one/name?sslmode=always", '"always" is no sslmode'),
        ("postgres://u:geheim@one/name?target_session_attrs=any", "target_session_attrs is not known here"),
        ("mysql://u:geheim@one/name", "no database address"),
    ],
)
async def test_an_address_is_refused_without_its_password(url: str, words: str) -> None:
    said = await refusal(url)
    assert words in said
    assert "geheim" not in said


async def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    said = await refusal("postgres://u:geheim@127.0.0.1:9/name")
    assert said.startswith("PostgreSQL at u@127.0.0.1:9/name does not let us in (")
    assert "geheim" not in said


def test_sslmode_is_given_on() -> None:
    credentials = settings("postgres://u@one/name?sslmode=verify-full")["connections"]["default"]["credentials"]
    assert credentials["ssl"] == "verify-full"
    assert "ssl" not in settings("postgres://u@one/name")["connections"]["default"]["credentials"]


def test_a_password_is_never_shown() -> None:
    assert shown("postgres://u:geheim@one:5432/name") == "postgres://u:…@one:5432/name"
    assert shown("postgres://u:ge@heim:2@one/name") == "postgres://u:…@one/name"
    assert shown("postgres://u@one/name") == "postgres://u@one/name"
    assert shown("sqlite:///var/huiyin.db") == "sqlite:///var/huiyin.db"


async def test_who_only_reads_makes_no_folder(tmp_path: Path) -> None:
    said = await refusal(f"sqlite:///{tmp_path}/var/huiyin.db", may_migrate=False)
    assert "start the bot once" in said
    assert not (tmp_path / "var").exists()
