"""Some stories have SQLite in a thread of its own in every run, as the bot has; this test is one of them."""

from pathlib import Path
from threading import Thread

from tortoise.connection import get_connections

from storage.tables import Incident
from tests.support import one_thread
from tests.support.database import database


async def test_here_a_database_has_a_thread(tmp_path: Path) -> None:
    async with database(tmp_path):
        assert not await Incident.exists()
        client = get_connections().get("default")
        assert isinstance(client._connection._thread, Thread)


def test_the_stories_that_are_threaded_exist() -> None:
    here = Path(__file__).parent
    assert {*one_thread.THREADED} <= {one.name for one in here.glob("test_*.py")}
