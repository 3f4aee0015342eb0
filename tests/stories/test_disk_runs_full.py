"""Before the disk is full the desk is warned, and files are refused, so that words and due times still have room."""

import shutil
from collections import namedtuple
from collections.abc import AsyncIterator

import pytest

from bot.channels.base import Outcome, SendError
from bot.engine.attachments import keep
from bot.web.group_interface import GroupPageError
from bot.web.group_uploads import Uploads
from bot.web.health import DatabaseProbe, health
from handlers.rules.language.messages import Attachment, Message
from storage.database import in_place, room
from storage.database.room import MEGABYTE, RESERVED, WARNED
from storage.tables import File
from tests.support.faults import database_file
from tests.support.story import Story

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(3 * MEGABYTE)
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
async def free(story: Story, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[dict[str, int]]:
    """What the system says is free; the test sets it."""
    said = {"bytes": 10 * WARNED}
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**11, said["bytes"]))
    in_place.note(await database_file())
    yield said
    in_place.note(None)


async def kept(story: Story) -> Attachment:
    async def fetch(_: Attachment) -> bytes:
        return PICTURE

    return await keep(Attachment(kind="picture", name="a.png", source="x"), fetch, "wang", story.clock.now())


async def test_a_file_leaves_the_reserve_alone_and_words_go_on(story: Story, free: dict[str, int]) -> None:
    free["bytes"] = RESERVED + 2 * len(PICTURE)
    assert (await kept(story)).id
    free["bytes"] -= 1
    with pytest.raises(SendError, match="no room for a file") as refused:
        await kept(story)
    assert refused.value.outcome is Outcome.REFUSED
    with pytest.raises(GroupPageError, match="磁盘快满了") as told:
        await Uploads(story.bot.office.texts).keep("wang", "a.png", PICTURE, story.clock.now())
    assert told.value.status == 507
    assert await File.all().count() == 1
    await story.opened()
    story.expect("请回复：签收 1")
    free["bytes"] = RESERVED
    missed = (Attachment(kind="picture", name="a.png"),)
    said = {"text": "已发布 1", "attachments": missed}
    await story.deliver(
        Message(channel="local", id="m", conversation="work", sender="wang", sent_at=story.clock.now(), **said)
    )
    story.expect("磁盘快满了，文件没有收下；文字照收")


async def test_the_desk_is_warned_once_a_day_while_it_lasts(story: Story, free: dict[str, int]) -> None:
    await story.settle()
    assert not [one for one in story.fresh if "磁盘快满了" in one.text]
    free["bytes"] = WARNED - 1
    await story.settle()
    told = story.expect("磁盘快满了", pinged="li").text
    assert f"只剩 {(WARNED - 1) // MEGABYTE} MB" in told
    await story.advance("2h")
    assert not [one for one in story.fresh if "磁盘快满了" in one.text]
    await story.advance("1d")
    story.expect("磁盘快满了")
    free["bytes"] = WARNED
    await story.advance("1d")
    assert not [one for one in story.fresh if "磁盘快满了" in one.text]


@pytest.mark.parametrize(
    ("free_bytes", "state", "status"),
    [(WARNED, "ok", "ok"), (WARNED - 1, "low", "degraded"), (1_000_000, "full", "away")],
)
async def test_the_probe_says_so(
    story: Story, free: dict[str, int], free_bytes: int, state: str, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.health.data_directory", lambda _: "/")
    free["bytes"] = free_bytes
    facts = await health(story.bot, DatabaseProbe(story.bot))
    assert (facts["disk"]["state"], facts["status"]) == (state, status)


async def test_without_a_file_of_our_own_nothing_is_kept_back(
    free: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    free["bytes"] = 0
    monkeypatch.setattr(room.in_place, "_opened", None)
    assert room.room() is None
    room.must_have_room(10**9)
