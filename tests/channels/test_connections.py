"""With an office's proxy, requests and the long connection all go through it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from yarl import URL

from bot.channels import connections
from bot.channels.base import Outcome, SendError
from bot.channels.dingtalk.api import DingTalkApi
from bot.channels.dingtalk.channel import DingTalkSettings, RobotWebhook
from bot.channels.dingtalk.stream import DingTalkStream
from bot.channels.wecom.http import Http
from bot.channels.wecom.webhook import Webhook
from handlers.rules.language.messages import Message
from tests.support.dingtalk import FakeDingTalk
from tests.support.dingtalk_quotas import Delivered, quotas
from tests.support.proxy import proxy

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)


def _through(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", address)


async def test_a_robot_hears_through_the_proxy(tables: str, monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[Message] = []

    async def hear(message: Message) -> bool:
        received.append(message)
        return True

    async with FakeDingTalk(lambda: NOW) as fake, proxy(fake.url) as (address, asked), connections.session() as session:
        port = fake.url.rpartition(":")[2]
        fake.gateway.url = f"http://ws.dingtalk.test:{port}"
        settings = DingTalkSettings(
            app_key=fake.app_key,
            app_secret=fake.app_secret,
            robot_code=fake.robot_code,
            api="http://api.dingtalk.test",
            oapi="http://oapi.dingtalk.test",
        )
        _through(monkeypatch, address)
        api = DingTalkApi(settings, session, lambda: NOW)
        running = asyncio.create_task(DingTalkStream(settings, api, session, hear, lambda: NOW, Delivered()).run())
        try:
            await fake.streams("u1", "签收 12")
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    assert [message.text for message in received] == ["签收 12"]
    assert {host.partition(":")[0] for host in asked} == {"api.dingtalk.test", "ws.dingtalk.test"}


@asynccontextmanager
async def unwilling(answer: bytes) -> AsyncIterator[str]:
    """A proxy that answers a CONNECT itself."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    listening = await asyncio.start_server(refuse, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()


@pytest.mark.parametrize("status", [407, 503])
async def test_what_a_proxy_turns_away_goes_again(tables: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode()
    async with unwilling(answer) as address, connections.session() as session:
        _through(monkeypatch, address)
        monkeypatch.setenv("https_proxy", address)
        spent = quotas(lambda: NOW)
        api = DingTalkApi(DingTalkSettings(app_key="k", app_secret="s", robot_code="r"), session, lambda: NOW, *spent)
        attempts = [
            Webhook(Http(session, set()), "key", "https://qyapi.weixin.test").text("你好"),
            api.webhook(RobotWebhook(url="https://oapi.dingtalk.test/robot/send?access_token=t"), b"{}"),
            api.token(),
        ]
        for attempt in attempts:
            with pytest.raises(SendError, match=f"the proxy answers HTTP {status}") as caught:
                await attempt
            assert caught.value.outcome is Outcome.RETRY
        await spent.deliveries.spend()  # what was taken back makes up for this one
        assert [(await quota.spent()).used for quota in spent] == [0, 1]  # nothing had reached DingTalk


@pytest.mark.parametrize(
    ("address", "through"),
    [
        ("wss://openws.work.weixin.qq.com/", "http://proxy:3128"),
        ("https://qyapi.weixin.qq.com/cgi-bin", "http://proxy:3128"),
        ("wss://chat.school.test/", None),
    ],
)
def test_what_no_proxy_names_is_reached_directly(
    address: str, through: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _through(monkeypatch, "http://other:1")
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    monkeypatch.setenv("no_proxy", "school.test")
    assert connections.proxy_of(URL(address)) == through
