"""Some stories have SQLite in a thread of its own in every run, as the bot has; this test is one of them."""

import threading
from pathlib import Path

from tests.support import one_thread
from tests.support.database import database


async def test_here_a_database_has_a_thread(tmp_path: Path) -> None:
    before = {*threading.enumerate()}
    async with database(tmp_path):
        assert {*threading.enumerate()} - before


def test_the_stories_that_are_threaded_exist() -> None:
    here = Path(__file__).parent
    assert {*one_thread.THREADED} <= {one.name for one in here.glob("test_*.py")}
