"""`python -m bot ledger --from … --to … -o …`."""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.__main__ import main
from bot.cli.ledger import CannotExport, export
from storage.database.database import close_database, open_database
from tests.support.database import migrated
from tests.support.rows import opened
from tests.support.story import demonstration


async def exported(directory: Path, **options: object) -> list[int]:
    usual = {"since": None, "until": None, "output": directory / "ledger.xlsx"}
    config = demonstration(directory)
    printed = await export(config, Namespace(**usual | options))
    assert str(directory) in printed
    sheet = load_workbook(directory / "ledger.xlsx")["台账"]
    return [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]  # type: ignore[misc]


@pytest.fixture(name="filled")
async def _filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two incidents of 2026-11-23; the command runs on the day after."""
    url = await migrated(tmp_path)
    await open_database(url, synchronous="normal")
    await opened("a")
    await opened("b")
    await close_database()
    monkeypatch.setattr("bot.clock.Clock.now", lambda _self: datetime(2026, 11, 24, tzinfo=UTC))
    return tmp_path


async def test_everything_without_days(filled: Path) -> None:
    assert await exported(filled) == [1, 2]


async def test_the_last_day_is_within(filled: Path) -> None:
    assert await exported(filled, since="2026-11-23", until="2026-11-23") == [1, 2]
    assert await exported(filled, since="2026-11-24") == []
    assert await exported(filled, until="2026-11-22") == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"since": "23.11."}, "--from .* write 2026-11-02"),
        ({"since": "2026-11-23", "until": "2026-11-20"}, "name the earlier day first"),
        ({"output": Path("/nowhere/ledger.xlsx")}, "there is no folder"),
    ],
)
async def test_what_cannot_be_is_said_with_the_remedy(filled: Path, options: dict[str, object], words: str) -> None:
    with pytest.raises(CannotExport, match=words):
        await exported(filled, **options)


def test_a_wrong_day_is_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "--from", "soon"]) == 2
    assert "write 2026-11-02" in capsys.readouterr().err
