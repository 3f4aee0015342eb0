"""Some stories have SQLite in a thread of its own in every run, as the bot has; the others where a run allows it."""

import threading
from pathlib import Path

import pytest

from tests.support import one_thread
from tests.support.database import database


async def threads(tmp_path: Path) -> int:
    """Return how many threads an open database has."""
    before = threading.active_count()
    async with database(tmp_path):
        return threading.active_count() - before


async def test_what_is_wanted_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_thread, "wanted", False)
    assert await threads(tmp_path) > 0


def test_the_stories_that_are_threaded_exist() -> None:
    here = Path(__file__).parent
    assert len(one_thread.THREADED) >= 3
    assert all((here / name).is_file() for name in one_thread.THREADED)
