"""A database file of no bytes is new only if nothing beside it is older; else the start is refused with what to do."""

import os
import shutil
from pathlib import Path

import pytest

from bot.__main__ import main
from storage.database.emptied import HEADER, traces_of_older
from tests.support.command_line import leave_the_process_alone

CONFIG = Path(__file__).parents[2] / "config.toml"


@pytest.fixture(autouse=True)
def _process(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_the_process_alone(monkeypatch)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var" / "valkey" / "appendonlydir").mkdir(parents=True)
    (tmp_path / "var" / "huiyin.db").touch()
    return tmp_path


@pytest.mark.parametrize("command", ["run", "migrate", "chat"])
def test_a_start_is_refused_and_changes_nothing(home: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert main([command, "--config", str(CONFIG)]) == 2
    said = capsys.readouterr().err
    assert "var/huiyin.db 是空的（0 字节）" in said
    assert "旁边却有以前的数据：var/valkey/appendonlydir" in said
    assert "再把最近的备份放到 var/huiyin.db" in said
    assert (home / "var" / "huiyin.db").stat().st_size == 0


def test_what_is_beside_it_tells(tmp_path: Path) -> None:
    file, timers = tmp_path / "huiyin.db", tmp_path / "valkey"
    log, backup, archive = tmp_path / "huiyin.db-wal", tmp_path / "huiyin-1127.db", tmp_path / "archive-2025"
    file.touch()
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "another-school.db").write_bytes(HEADER + b"rows")
    os.mkfifo(tmp_path / "huiyin.pipe")
    assert traces_of_older(file, timers) == []
    log.write_bytes(b"a page")
    assert traces_of_older(file, None) == [log]
    backup.write_bytes(HEADER + b"rows")
    archive.mkdir()
    (timers / "appendonlydir").mkdir(parents=True)
    assert traces_of_older(file, timers) == [log, timers / "appendonlydir", archive, backup]
    linked = tmp_path / "linked" / "data.db"
    linked.parent.mkdir()
    linked.symlink_to(file)
    assert traces_of_older(linked, None) == [log, archive, backup]
    file.unlink()
    assert traces_of_older(file, timers) == [log]
    shutil.copyfile(backup, file)
    assert traces_of_older(file, timers) == []
