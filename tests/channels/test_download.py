"""Files are fetched only from public https addresses, checked after name resolution, and never beyond the limit."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.base import Outcome, SendError
from bot.channels.download import download, page_status
from handlers.rules.posts.public_host import public_ip
from tests.support.each import for_each


@pytest.fixture
async def server() -> AsyncIterator[str]:
    async def serve(request: web.Request) -> web.Response:
        if request.path == "/moved":
            raise web.HTTPFound("/file")
        if request.path == "/down":
            return web.Response(status=503)
        return web.Response(body=b"x" * 100)

    app = web.Application()
    app.router.add_get("/{path}", serve)
    async with TestServer(app, host="127.0.0.1") as running:
        yield str(running.make_url("")).rstrip("/")


@for_each(
    ("address", "is_public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("::127.0.0.1", False),
        ("64:ff9b::169.254.169.254", False),
        ("64:ff9b::8.8.8.8", True),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("224.0.0.1", False),
        ("64:ff9b:1::7f00:1", False),
        ("::ffff:0:7f00:1", False),
        ("2606:4700::5efe:10.0.0.1", False),
        ("2606:4700::200:5efe:a00:1", False),
        ("fec0::1", False),
        ("192.0.0.192", False),
        ("168.63.129.16", False),
        ("2002:808:808::1", True),
    ],
)
def test_which_addresses_are_public(address: str, is_public: bool) -> None:
    assert public_ip(address) is is_public


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/a",
        "file:///etc/passwd",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://10.0.0.1:8443/a",
        "https://user:secret@example.com/a",
        f"https://{'a' * 64}.edu.cn/a",
        "https://",
        "//nothing",
        "",
    ],
)
async def test_what_is_never_asked_for(address: str) -> None:
    with pytest.raises(SendError) as caught:
        await download(address, 1000)
    assert caught.value.outcome is Outcome.REFUSED


async def test_a_name_that_leads_inside_is_not_followed() -> None:
    with pytest.raises(SendError, match="did not come"):
        await download("https://localhost/secret", 1000)


async def test_what_the_configuration_names_is_its_own_affair(server: str) -> None:
    assert await download(f"{server}/file", 100, trusted=[f"{server}/v1"]) == b"x" * 100


@pytest.mark.parametrize(
    ("path", "outcome"), [("moved", Outcome.REFUSED), ("down", Outcome.RETRY), ("file", Outcome.REFUSED)]
)
async def test_no_redirects_no_errors_nothing_too_long(server: str, path: str, outcome: Outcome) -> None:
    with pytest.raises(SendError) as caught:
        await download(f"{server}/{path}", 99, trusted=[server])
    assert caught.value.outcome is outcome


async def test_a_page_is_asked_for_its_status_alone(server: str) -> None:
    assert await page_status(f"{server}/file", (server,)) == (200, None)
    assert await page_status(f"{server}/moved", (server,)) == (302, "/file")
    assert await page_status(f"{server}/down", (server,)) == (503, None)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/12",
        "http://[::1]/12",
        "ftp://a.cn/12",
        "http://u:p@a.cn/1",
        f"http://{'a' * 64}.edu.cn/12",
        f"http://{'回' * 60}.cn/12",
        "x",
    ],
)
async def test_nor_is_a_page_asked_that_is_not_public(address: str) -> None:
    with pytest.raises(SendError):
        await page_status(address)
