"""A remedy names what there is: a file, its directory and owner, who holds it; a server only where there is one."""

import errno
import os
import pwd
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.storage_words import explained
from storage.database.lock_holders import holders
from tests.support.broken import locked

HOLDS = "import sqlite3, sys; one = sqlite3.connect(sys.argv[1]); one.execute('SELECT 1 FROM sqlite_master'); input()"


def error(code: int, words: str) -> sqlite3.DatabaseError:
    found = sqlite3.DatabaseError(words)
    found.sqlite_errorcode = code
    return found


TROUBLE = {
    "damaged": error(sqlite3.SQLITE_CORRUPT, "database disk image is malformed"),
    "no database": error(sqlite3.SQLITE_NOTADB, "file is not a database"),
    "locked": locked(),
    "full": error(sqlite3.SQLITE_FULL, "database or disk is full"),
    "read-only": error(sqlite3.SQLITE_READONLY, "attempt to write a readonly database"),
    "denied": PermissionError(errno.EACCES, "Permission denied"),
}


@pytest.mark.parametrize("chinese", [True, False])
@pytest.mark.parametrize("name", TROUBLE)
def test_what_is_said_of_a_file(tmp_path: Path, name: str, chinese: bool) -> None:
    said = explained(TROUBLE[name], f"{tmp_path}/huiyin.db", chinese=chinese)
    assert f"{tmp_path}/huiyin.db" in said
    assert "server" not in said
    assert ("不会自己好" in said or "does not come back by itself" in said) is (name in ("damaged", "no database"))
    assert ("sqlite3 huiyin.db" in said) is (name in ("damaged", "no database"))
    assert ("fuser -v" in said) is (name == "locked")


def test_the_directory_its_owner_and_the_bots_user_are_named(tmp_path: Path) -> None:
    said = explained(TROUBLE["denied"], f"{tmp_path}/huiyin.db", chinese=False)
    user = pwd.getpwuid(os.geteuid()).pw_name
    assert f"see that {tmp_path} is there" in said
    assert f"the bot's user {user}" in said
    assert f"belongs to {user}" in said


def test_a_server_is_named_without_its_password() -> None:
    said = explained(ConnectionRefusedError(errno.ECONNREFUSED, "x"), "postgres://u:…@db/huiyin", chinese=True)
    assert "PostgreSQL（postgres://u:…@db/huiyin）用不了" in said


def test_who_has_the_file_open_is_named(tmp_path: Path) -> None:
    file = tmp_path / "huiyin.db"
    sqlite3.connect(file).close()
    with subprocess.Popen([sys.executable, "-c", HOLDS, str(file)], stdin=subprocess.PIPE) as other:
        try:
            for _ in range(500):
                if found := holders(file):
                    break
                other.poll()
            assert [one.pid for one in found] == [other.pid]
            assert f"（进程 {other.pid}）" in explained(locked(), str(file), chinese=True)
        finally:
            other.kill()
    assert holders(file) == []
    assert "看不出是谁" in explained(locked(), str(file), chinese=True)


@pytest.mark.parametrize("place", ["/var/huiyin.db", "postgres://huiyin@db/huiyin"])
@pytest.mark.parametrize(("chinese", "says"), [(True, "ulimit -n"), (False, "ulimit -n")])
def test_what_the_machine_lacks_is_not_blamed_on_the_database(place: str, chinese: bool, says: str) -> None:
    said = explained(OSError(errno.EMFILE, "x"), place, chinese=chinese)
    assert says in said
    assert "[Errno 24]" in said
    assert place not in said
