"""A file on a slow line arrives as long as it flows; nobody but its sender waits; one that stands still is given up."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.channels import base
from bot.channels.base import Outcome, SendError
from bot.channels.download import download
from bot.channels.wecom.http import Http
from bot.engine import fetching
from handlers.rules.language.messages import Attachment, Message
from storage.tables import File, Inbox
from tests.support.story import Story

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 40_000
PIECES = 20


@pytest.fixture
async def line() -> AsyncIterator[str]:
    """A server that sends a picture in pieces: /slow/<ms between two of them>, or stops half way: /hung/<ms>."""

    async def serve(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": str(len(PICTURE))})
        await answer.prepare(request)
        size = len(PICTURE) // PIECES + 1
        for n in range(PIECES):
            if request.match_info["kind"] == "hung" and n == PIECES // 2:
                await asyncio.sleep(60)
            await answer.write(PICTURE[n * size : (n + 1) * size])
            await asyncio.sleep(int(request.match_info["ms"]) / 1000)
        return answer

    app = web.Application()
    app.router.add_get("/{kind}/{ms}", serve)
    async with TestServer(app, host="127.0.0.1", shutdown_timeout=0.1) as running:
        yield str(running.make_url("")).rstrip("/")


async def by_app(address: str) -> bytes:
    async with ClientSession() as session:
        return (await Http(session, set()).download(URL(address)))[0]


async def by_address(address: str) -> bytes:
    return await download(address, base.FILE_LIMIT, trusted=[address])


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "long" not in request.keywords:
        monkeypatch.setattr(base, "STALLED_SECONDS", 0.3)
        monkeypatch.setattr(base, "WHOLE_SECONDS", 2.0)


@pytest.mark.parametrize("fetch", [by_app, by_address])
async def test_it_arrives_though_it_takes_much_longer_than_it_may_stand_still(line: str, fetch: object) -> None:
    assert await fetch(f"{line}/slow/60") == PICTURE  # type: ignore[operator]


@pytest.mark.parametrize("fetch", [by_app, by_address])
@pytest.mark.parametrize(("path", "most"), [("hung/0", 1.5), ("slow/250", 3.5)], ids=["stands still", "never ends"])
async def test_it_is_given_up(line: str, fetch: object, path: str, most: float) -> None:
    async with asyncio.timeout(most):
        with pytest.raises(SendError) as given_up:
            await fetch(f"{line}/{path}")  # type: ignore[operator]
    assert given_up.value.outcome is Outcome.RETRY


@pytest.mark.long
async def test_half_a_minute_is_not_too_long(line: str) -> None:
    assert await by_address(f"{line}/slow/1500") == PICTURE


def said(story: Story, sender: str, text: str, source: str = "") -> Message:
    files = (Attachment(kind="picture", name="a.png", source=source),) if source else ()
    now = story.clock.now()
    return Message(
        channel="local", id=text, conversation="work", sender=sender, sent_at=now, text=text, attachments=files
    )


async def test_nobody_else_waits_and_no_other_process_begins_it_again(
    story: Story, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "RENEW_SECONDS", 0.05)
    await story.opened()
    dispatcher = story.bot.dispatcher

    async def fetch(attachment: Attachment) -> bytes:
        return await by_address(attachment.source)

    dispatcher.fetching.fetchers["local"] = fetch
    await dispatcher.store(said(story, "wang", "@回音 附件 1", f"{line}/slow/60"))
    await dispatcher._handle_waiting()
    await dispatcher.store(said(story, "li", "@回音 待办"))
    story.clock.advance(timedelta(minutes=5))
    await asyncio.sleep(0.3)
    await dispatcher._handle_waiting()
    rows = {row.sender: row for row in await Inbox.filter(id__gt=1)}
    assert (rows["wang"].state, rows["li"].state) == ("fetching", "done")
    assert rows["wang"].lease_until > story.clock.now()
    assert rows["wang"].attempts == 1
    await story.settle()
    assert (await File.get(id=1)).incident == 1
