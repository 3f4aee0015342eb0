"""Where the configuration allows it the bot opens an answer's address itself before its publisher is asked."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec import json

from bot.channels.download import PageStatus, page_status
from bot.engine import looking
from bot.engine.looking import Looking
from storage import publications
from storage.publications import PageToSee
from storage.tables import Duty, Event, Publication
from tests.support.shown import picture, show
from tests.support.story import BotMessage, Story, monday


@pytest.fixture
async def site() -> AsyncIterator[tuple[str, list[str]]]:
    asked: list[str] = []

    async def serve(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path == "/reply/home":
            raise web.HTTPFound("/")
        return web.Response(status={"gone": 410, "missing": 404, "down": 503}.get(request.path[7:], 200))

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    async with TestServer(app, host="127.0.0.1") as running:
        yield str(running.make_url("")).rstrip("/"), asked


async def asked_after_a_look(story: Story, site: str, page: str) -> BotMessage:
    """Publish at a page of the site, let the bot look on Tuesday morning, and return the request."""
    await story.published()
    await Publication.all().update(url=f"{site}/reply/{page}")  # of the test's own server, which is not public
    eyes = Looking(story.clock, (site,))
    await story.until(monday("09:30", 1))
    assert await eyes.drain() == 0
    await story.until(monday("09:36", 1))
    assert (await eyes.drain(), await eyes.drain()) == (1, 0)
    await story.until(monday("10:05", 1))
    return story.expect("公开的答复还看得到吗？", pinged="zhou")


@pytest.mark.parametrize(
    ("page", "words"), [("gone", "网站说没有这一页"), ("missing", "网站说没有这一页"), ("home", "被转到了首页")]
)
async def test_a_page_that_is_not_there_wants_a_picture(
    story: Story, site: tuple[str, list[str]], page: str, words: str
) -> None:
    request = await asked_after_a_look(story, site[0], page)
    assert words in request.text
    assert request.labels == ["不在了"]
    await story.say("zhou", "仍在 1")
    story.expect("要有新截图才能算仍在")
    assert await Duty.filter(kind="stand", state="open").count() == 2
    await show(story, "zhou", "", await picture(b"tuesday"), quote=request)
    story.expect("公开的答复仍在")
    assert await Duty.filter(kind="stand", state="open").count() == 1
    assert site[1] == [f"/reply/{page}"]


@pytest.mark.parametrize(("page", "words"), [("12", "这个网址打得开"), ("down", "看得到请按“仍在”")])
async def test_a_page_that_opens_is_only_a_hint(
    story: Story, site: tuple[str, list[str]], page: str, words: str
) -> None:
    request = await asked_after_a_look(story, site[0], page)
    assert words in request.text
    assert await Duty.filter(kind="stand", state="open").count() == 2
    await story.press("zhou", request, "仍在")
    assert await Duty.filter(kind="stand", state="open").count() == 1


async def test_what_is_not_public_is_not_asked(story: Story, site: tuple[str, list[str]]) -> None:
    await story.published()
    await Publication.all().update(url=f"{site[0]}/reply/12")
    await story.until(monday("09:40", 1))
    assert await Looking(story.clock).drain() == 1
    assert site[1] == []
    assert '"seen":"unknown"' in (await Event.get(kind="looked")).data


async def test_a_page_that_cannot_be_asked_stops_no_other(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def pages(*_: object) -> list[PageToSee]:
        names = ("a" * 64 + ".edu.cn", "bug.edu.cn", "b.edu.cn")
        return [PageToSee(n, n, f"http://{name}/notice/12") for n, name in enumerate(names, 1)]

    async def status(url: str, trusted: tuple[str, ...]) -> PageStatus:
        asked.append(url)
        if "bug" in url:
            raise KeyError("broken")
        return await page_status(url, trusted) if "aaa" in url else PageStatus(404, None)

    monkeypatch.setattr(publications, "pages_to_see", pages)
    monkeypatch.setattr(looking, "page_status", status)
    for n in range(3):
        await story.opened(f"@回音 空调坏了 https://weibo.com/1642634100/MzVRA2E8{n}")
    assert await Looking(story.clock).drain() == 3
    lines = await Event.filter(kind="looked").order_by("id").values_list("data", flat=True)
    assert [json.decode(one)["seen"] for one in lines] == ["unknown", "unknown", "gone"]
