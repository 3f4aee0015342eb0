"""A second bot on one SQLite file is refused with who has it; a killed one blocks nobody; commands work beside it."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from storage.database.database import close_database, open_database
from storage.database.sole_use import InUse, SoleUse, lock_file
from tests.support.command_line import leave_the_process_alone

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 2, 5, 7, tzinfo=UTC)
HOLDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from storage.database.sole_use import SoleUse
held = SoleUse.take(Path(sys.argv[1]), datetime(2026, 11, 23, 2, 5, 7, tzinfo=UTC))
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _process(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_the_process_alone(monkeypatch)


def holder(file: Path) -> "subprocess.Popen[bytes]":
    """Run a process that has the file; return when it has it."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(file)], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"held\n"
    return process


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", "正由另一个回音使用（进程 {pid}，在 {host} 上，2026-11-23 10:05:07 启动）"),
        ("en", "is in use by another bot (process {pid} on {host}, since 2026-11-23 10:05:07)"),
    ],
)
def test_the_second_is_told_who_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    first = holder(tmp_path / "var" / ("huiyin.db" if language == "zh" else "en/huiyin.db"))
    try:
        assert main(["run", "--config", str(ROOT / "config.toml"), "--language", language, "--port", "1"]) == 2
        assert words.format(pid=first.pid, host=os.uname().nodename) in capsys.readouterr().err
        assert main(["chat", "--config", str(ROOT / "config.toml"), "--language", language]) == 2
    finally:
        first.kill()
        first.communicate()


async def test_a_killed_one_blocks_nobody_and_commands_work_beside_one(tmp_path: Path) -> None:
    file = tmp_path / "huiyin.db"
    first = holder(file)
    await open_database(f"sqlite:///{file}")
    await close_database()
    first.kill()
    first.communicate()
    held = SoleUse.take(file, NOW)
    with pytest.raises(InUse) as refused:
        SoleUse.take(file, NOW)
    assert refused.value.by is not None
    assert refused.value.by.pid == os.getpid()
    held.give_back()
    SoleUse.take(file, NOW).give_back()


def test_the_real_file_counts_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "huiyin.db").touch()
    (tmp_path / "other.db").symlink_to(tmp_path / "data" / "huiyin.db")
    held = SoleUse.take(tmp_path / "other.db", NOW)
    with pytest.raises(InUse):
        SoleUse.take(tmp_path / "data" / "huiyin.db", NOW)
    held.give_back()


def test_a_note_that_cannot_be_read_refuses_all_the_same(tmp_path: Path) -> None:
    held = SoleUse.take(tmp_path / "huiyin.db", NOW)
    lock_file(tmp_path / "huiyin.db").write_bytes(b"\xff{")
    with pytest.raises(InUse) as refused:
        SoleUse.take(tmp_path / "huiyin.db", NOW)
    assert refused.value.by is None
    held.give_back()


def test_where_no_lock_can_be_made_the_start_goes_on(tmp_path: Path) -> None:
    lock_file(tmp_path / "huiyin.db").mkdir()
    SoleUse.take(tmp_path / "huiyin.db", NOW).give_back()


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "还有别的名字（硬链接）"), ("en", "has another name (a hard link)")]
)
def test_a_file_with_a_second_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "var" / ("huiyin.db" if language == "zh" else "en/huiyin.db")
    file.parent.mkdir(parents=True)
    file.touch()
    (tmp_path / "other.db").hardlink_to(file)
    assert main(["run", "--config", str(ROOT / "config.toml"), "--language", language, "--port", "1"]) == 2
    assert words in capsys.readouterr().err
