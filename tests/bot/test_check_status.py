"""`check` ends with status 1 if a line says that something does not work, else with 0."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from bot.__main__ import main
from tests.support.story import DEMONSTRATION

DINGTALK = '[channel.dingtalk]\napp_key = "k"\nrobot_code = "k"\napp_secret = "env:HUIYIN_TEST_UNSET_SECRET"'


@pytest.fixture(autouse=True)
def _log() -> Iterator[None]:
    """Undo that a command writes the log to the standard error of this test."""
    configured = structlog.get_config()
    yield
    structlog.configure(**configured)


def written(directory: Path, **replaced: str) -> Path:
    text = DEMONSTRATION.read_text(encoding="utf-8")
    for old, new in {"sqlite:///var/": f"sqlite:///{directory}/", **replaced}.items():
        assert old in text
        text = text.replace(old, new)
    file = directory / "my.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_all_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", str(written(tmp_path))]) == 0
    assert {line[0] for line in capsys.readouterr().out.splitlines()} <= {"✓", "!"}


def test_a_secret_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUIYIN_TEST_UNSET_SECRET", raising=False)
    local = {"[channel.local]\nclock_may_move = true": DINGTALK, 'channel = "local"': 'channel = "dingtalk"'}
    assert main(["check", "--config", str(written(tmp_path, **local))]) == 1
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("✗ dingtalk: ")]


def test_a_damaged_page_is_found_and_told_in_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No table's newest row is on it: the look at a start does not see it."""
    config, file = str(written(tmp_path)), tmp_path / "huiyin.db"
    assert main(["migrate", "--config", config]) == 0
    with closing(sqlite3.connect(file)) as database:
        database.executemany(
            "INSERT INTO settings (name, value) VALUES (?, ?)", [(f"n{n}", "x" * 500) for n in range(200)]
        )
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = database.execute("PRAGMA page_size").fetchone()[0]
    page = _leaf(file, size)
    with file.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\xff" * size)
    assert main(["check", "--config", config]) == 1
    [line] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("✗ 数据库")]
    assert "不会自己好" in line
    assert ".recover" in line


def _leaf(file: Path, size: int) -> int:
    """Return the number of a page that holds rows of the settings."""
    body = file.read_bytes()
    return next(n + 1 for n in range(len(body) // size) if body[n * size : (n + 1) * size].count(b"x" * 500) > 1)


def test_what_is_no_database_is_told_in_the_language_of_the_institution(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = str(written(tmp_path))
    (tmp_path / "huiyin.db").write_bytes(b"not a database at all" * 1000)
    for command, language, words in (("run", "zh", "不会自己好"), ("verify", "en", "does not come back by itself")):
        assert main([command, "--config", config, "--language", language]) == 2
        said = capsys.readouterr().err
        assert f"huiyin: {tmp_path}/huiyin.db" in said
        assert words in said
