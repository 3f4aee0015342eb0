"""A picture added on the page proves as one from a platform does; what is no file for a chat is refused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.channels.base import FILE_LIMIT
from bot.web.server import application
from storage import files
from storage.tables import File, Inbox, Incident, Request
from tests.support.story import Story

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
Answer = tuple[int, dict[str, Any]]


class Visitor:
    """Somebody at the page's routes."""

    def __init__(self, story: Story, session: ClientSession, address: str) -> None:
        self.story, self.session, self.address = story, session, address

    async def upload(self, person: str, body: bytes, name: str = "截图.png") -> Answer:
        given = {"as": person, "name": name}
        async with self.session.post(f"{self.address}/files", params=given, data=BytesIO(body)) as answer:
            return answer.status, await answer.json()

    async def say(self, person: str, text: str, *ids: int) -> Answer:
        said = {"as": person, "text": text, "files": ids}
        async with self.session.post(f"{self.address}/say", json=said) as answer:
            found = answer.status, await answer.json()
        await self.story.settle()
        return found


@asynccontextmanager
async def visitor(story: Story) -> AsyncIterator[Visitor]:
    runner = web.AppRunner(application(story.bot))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with ClientSession() as session:
            yield Visitor(story, session, f"http://127.0.0.1:{runner.addresses[0][1]}/group")
    finally:
        await runner.cleanup()


async def test_a_picture_proves_a_publication(story: Story) -> None:
    await story.approved()
    async with visitor(story) as page:
        status, kept = await page.upload("wang", PNG)
        assert (status, kept["kind"]) == (201, "picture")
        await page.say("wang", "已发布 1", kept["id"])
    story.expect("王强 报来截图")
    assert (await story.duty("reply")).state == "met"
    assert [one.name for one in await files.of_incident(1)] == ["截图.png"]


async def test_a_picture_proves_a_remedy(story: Story) -> None:
    await story.acknowledged()
    async with visitor(story) as page:
        await page.say("wang", "办结 1 整改：更换了筛网")
        assert not await Request.exists()
        _, kept = await page.upload("wang", PNG)
        await page.say("wang", "办结 1 整改：更换了筛网", kept["id"])
    assert (await Request.get()).kind == "remedy"


async def test_a_file_without_a_picture_proves_no_publication(story: Story) -> None:
    await story.approved()
    async with visitor(story) as page:
        _, kept = await page.upload("wang", b"<html><script>alert(1)</script>", "回复.png")
        assert (kept["kind"], kept["name"]) == ("file", "回复.txt")
        await page.say("wang", "已发布 1", kept["id"])
    assert (await story.duty("reply")).state == "open"


async def test_markup_is_never_served_as_a_page(story: Story) -> None:
    async with visitor(story) as page:
        _, kept = await page.upload("wang", b"<!doctype html><script>alert(1)</script>", "a.html")
        async with page.session.get(f"{page.address}/files/{kept['id']}") as answer:
            assert answer.content_type == "application/octet-stream"
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "空的"),
        (b"MZ\x90\0\x03", 415, "看不出这是什么文件"),
        (b"\x7fELF\x02\x01", 415, "看不出这是什么文件"),
        (PNG + b"\0" * FILE_LIMIT, 413, "超过 20 MB"),
    ],
)
async def test_what_is_refused(story: Story, body: bytes, status: int, words: str) -> None:
    async with visitor(story) as page:
        refused, answer = await page.upload("wang", body)
        assert refused == status
        assert words in answer["error"]
    assert not await File.exists()


async def test_only_ones_own_unused_uploads_are_sent(story: Story) -> None:
    await story.approved()
    async with visitor(story) as page:
        _, kept = await page.upload("zhou", PNG)
        status, answer = await page.say("wang", "已发布 1", kept["id"])
        assert (status, answer["error"]) == (400, "附件已经用过或不在了，请重新上传。")
        assert (await page.say("wang", "已发布 1", 4711))[0] == 400
        assert (await page.say("zhou", "已发布 1", kept["id"]))[0] == 202
        assert (await page.say("zhou", "已发布 1", kept["id"]))[0] == 400
        assert (await page.say("zhou", "好", *range(1, 11)))[0] == 400


async def test_a_stranger_uploads_nothing(story: Story) -> None:
    async with visitor(story) as page:
        status, answer = await page.upload("nobody", PNG)
        assert (status, answer["error"]) == (400, "请先选择“我是谁”。")


async def test_a_post_may_be_a_picture_with_words(story: Story) -> None:
    async with visitor(story) as page:
        _, kept = await page.upload("zhou", PNG)
        await page.say("zhou", "@回音 上报 食堂饭菜里有虫，家长拍了照片", kept["id"])
    assert await Incident.filter(number=1).exists()
    assert [one.name for one in await files.of_incident(1)] == ["截图.png"]


async def test_nobody_quotes_what_was_said_to_another_alone(story: Story) -> None:
    await story.say("wang", "先别说出去，食堂的事", private=True)
    row = await Inbox.all().order_by("-id").first()
    assert row
    async with visitor(story) as page:
        for person in ("zhou", "wang"):
            said = {"as": person, "text": "看看", "quote": f"in-{row.message}"}
            async with page.session.post(f"{page.address}/say", json=said) as answer:
                assert answer.status == 202
    quotes = [row.body for row in await Inbox.filter(body__contains="看看").order_by("id")]
    assert ["先别说出去" in body for body in quotes] == [False, True]
