"""`archive` writes a year; `erase` first lists what it would erase; `verify` accepts what was erased."""

import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from bot.__main__ import main
from storage.database.database import close_database, open_database
from storage.tables import File, Outbox
from tests.support.papers import broken
from tests.support.story import DEMONSTRATION, Story


@pytest.fixture
async def config(story: Story, tmp_path: Path) -> Path:
    """A configuration file for the story's institution, which has one closed incident."""
    await story.jump(timedelta(days=-400))
    await story.closed()
    text = DEMONSTRATION.read_text(encoding="utf-8")
    file = tmp_path / "config.toml"
    file.write_text(text.replace("sqlite:///var/huiyin.db", f"sqlite:///{tmp_path}/huiyin.db"), encoding="utf-8")
    return file


async def run(*arguments: object) -> int:
    """Run a command in this process. It opens the database itself, so the story's is closed meanwhile."""
    import asyncio

    return await asyncio.to_thread(main, [str(one) for one in arguments])


async def test_a_year(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await close_database()
    try:
        to = tmp_path / "2025"
        assert await run("archive", "--config", config, "--year", 2025, "-o", to) == 0
        assert "2025 年办结 1 件" in capsys.readouterr().out
        body = (to / "000001.zip").read_bytes()
        assert broken(body) == []
        assert zipfile.is_zipfile(to / "000001.zip")
        assert await run("archive", "--config", config, "--year", 2025, "-o", to) == 2
        assert "name a new directory" in capsys.readouterr().err
    finally:
        await open_database(f"sqlite:///{tmp_path}/huiyin.db", synchronous="normal")


async def test_erasing_is_tried_first(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await close_database()
    try:
        assert await run("erase", "--config", config, "--before", "2025-12-31") == 0
        assert "将清除（加 --yes 才执行）：1 件事的文字 #1" in capsys.readouterr().out
        assert await run("erase", "--config", config, "--before", "soon") == 2
        assert await run("erase", "--config", config, "--before", "2999-01-01") == 2
        assert await run("erase", "--config", config, "--before", "2025-12-31", "--yes") == 0
        assert await run("verify", "--config", config) == 0
        assert "the texts of 1 matters were erased" in capsys.readouterr().out
        assert await run("erase", "--config", config, "--before", "2025-12-31") == 0
        assert "0 件事" in capsys.readouterr().out
    finally:
        await open_database(f"sqlite:///{tmp_path}/huiyin.db", synchronous="normal")


async def test_copies_made_since_go_too(
    story: Story, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await story.jump(story.now.replace(year=2026, month=1, day=5) - story.now)
    for text in ("台账 全部", "周报 上周", "处置单 1", "查 食堂"):
        await story.say("li", text)
    assert "食堂" in story.fresh[-1].text
    await close_database()
    try:
        assert await run("erase", "--config", config, "--before", "2025-12-31", "--yes") == 0
        assert "已清除：1 件事的文字 #1" in capsys.readouterr().out
    finally:
        await open_database(f"sqlite:///{tmp_path}/huiyin.db", synchronous="normal")
    assert await File.all().count() >= 4
    assert not await File.exclude(body=b"").exists()
    assert not await Outbox.filter(body__contains="食堂饭菜有异物").exists()
