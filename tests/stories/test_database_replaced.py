"""A database file that is replaced or deleted under the running bot: nothing more is taken, and it is said at once."""

from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.storage_words import explained
from bot.web.health import DatabaseProbe, health
from bot.web.server import serve
from storage.database import in_place
from storage.database.faults import FileReplaced
from storage.tables import Inbox
from tests.support.faults import database_file
from tests.support.story import Story


@pytest.fixture
async def file(story: Story) -> Path:
    found = Path(await database_file())
    in_place.note(found)
    return found


@pytest.mark.parametrize("replaced", [True, False])
async def test_nothing_goes_into_the_old_file(story: Story, file: Path, replaced: bool) -> None:
    await story.opened()
    before = await Inbox.all().count()
    moved = file.rename(file.with_suffix(".old"))
    if replaced:
        file.write_bytes(moved.read_bytes())
    with pytest.raises(FileReplaced):
        await story.say("wang", "签收 1")
    assert await Inbox.all().count() == before
    facts = await health(story.bot, DatabaseProbe(story.bot))
    assert facts["status"] == "damaged"
    assert "/proc/" in facts["database"]["remedy"]


async def test_the_page_says_that_it_was_not_taken(story: Story, file: Path) -> None:
    async with serve(story.bot) as address, ClientSession() as session:
        file.rename(file.with_suffix(".old"))
        async with session.post(f"{address}/group/say", json={"as": "wang", "text": "待办"}) as answer:
            assert answer.status == 503
            assert "“待办”：存事项的文件坏了，没有收下" in await answer.text()


def test_it_says_what_to_do_in_both_languages() -> None:
    error = FileReplaced("it was deleted")
    assert "不再收下" in explained(error, "var/huiyin.db", chinese=True)
    assert "nothing more is taken" in explained(error, "var/huiyin.db", chinese=False)
