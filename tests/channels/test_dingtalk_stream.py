"""The long connection: a message is stored before it is acknowledged, and every kind of end leads to a reconnect."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import dingtalk_stream
import pytest
from aiohttp import ClientSession

from bot.backoff import Backoff
from bot.channels.dingtalk import stream as ours
from bot.channels.dingtalk.api import DingTalkApi
from bot.channels.dingtalk.channel import DingTalkSettings
from bot.channels.dingtalk.stream import DingTalkStream
from handlers.rules.language.messages import Message
from storage.tables import Inbox as Failed
from tests.support.broken import locked
from tests.support.dingtalk import FakeDingTalk
from tests.support.dingtalk_quotas import Delivered
from tests.support.dingtalk_stream import OPEN, ROBOT

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)


@dataclass
class Inbox:
    """A stand-in for the inbox that can be set to fail."""

    kept: list[Message] = field(default_factory=list)
    failures: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, message: Message) -> bool:
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise locked()
        known = message.id in {one.id for one in self.kept}
        if not known:
            self.kept.append(message)
        return not known


@dataclass
class World:
    fake: FakeDingTalk
    stream: DingTalkStream
    inbox: Inbox
    delivered: Delivered


@pytest.fixture
async def world(tables: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(DingTalkStream, "backoff", Backoff(0.01, 0.05))
    monkeypatch.setattr(DingTalkStream, "pauses", Backoff(0.01, 0.05))
    async with _world() as world, _running(world.stream):
        yield world


@asynccontextmanager
async def _world(secret: str = "app-secret-value") -> AsyncIterator[World]:
    async with FakeDingTalk(lambda: NOW) as fake, ClientSession() as session:
        settings = DingTalkSettings(
            app_key=fake.app_key, app_secret=secret, robot_code=fake.robot_code, api=fake.url, oapi=fake.url
        )
        now: Callable[[], datetime] = lambda: NOW  # noqa: E731 - it stands
        inbox = Inbox()
        inbox.gate.set()
        api = DingTalkApi(settings, session, now)
        delivered = Delivered()
        yield World(fake, DingTalkStream(settings, api, session, inbox.hear, now, delivered), inbox, delivered)


@asynccontextmanager
async def _running(stream: DingTalkStream) -> AsyncIterator[None]:
    task = asyncio.create_task(stream.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_message_is_heard_and_acknowledged(world: World) -> None:
    id = await world.fake.streams("u1", "签收 12")
    [message] = world.inbox.kept
    assert (message.text, message.sender, message.channel) == ("签收 12", "u1", "dingtalk")
    answer = world.fake.gateway.answers[id]
    assert (answer["code"], json.loads(answer["data"])) == (200, {"response": None})


async def test_nothing_is_acknowledged_before_it_is_stored(world: World) -> None:
    world.inbox.gate.clear()
    callback = world.fake.callback("u1", "签收 12")
    id = await world.fake.gateway.hands_over(ROBOT, callback, wait=False)
    ping = await world.fake.gateway.system("ping", '{"opaque":"1"}')
    await world.fake.gateway.until(lambda: ping in world.fake.gateway.answers)  # it receives messages meanwhile
    assert id not in world.fake.gateway.answers
    world.inbox.gate.set()
    await world.fake.gateway.until(lambda: id in world.fake.gateway.answers)
    assert len(world.inbox.kept) == 1


async def test_while_the_storage_fails_it_is_tried_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    world.inbox.failures = 3
    await world.fake.streams("u1", "签收 12")
    assert len(world.inbox.kept) == 1


async def test_a_ping_is_answered_with_what_it_brought(world: World) -> None:
    await world.fake.gateway.until(lambda: world.fake.gateway.connections)
    id = await world.fake.gateway.system("ping", '{"opaque":"7"}')
    await world.fake.gateway.until(lambda: id in world.fake.gateway.answers)
    assert world.fake.gateway.answers[id]["data"] == '{"opaque":"7"}'


async def test_asked_to_disconnect_it_comes_back_with_a_new_ticket(world: World) -> None:
    gateway = world.fake.gateway
    await gateway.until(lambda: gateway.connections)
    id = await gateway.system("disconnect")
    await gateway.until(lambda: gateway.opened == 2 and gateway.connections)
    assert id not in gateway.answers
    await world.fake.streams("u1", "还在吗")
    assert [message.text for message in world.inbox.kept] == ["还在吗"]


async def test_what_still_comes_over_the_old_connection_is_heard(world: World) -> None:
    gateway = world.fake.gateway
    await gateway.until(lambda: gateway.connections)
    old = gateway.connections[0]
    await gateway.system("disconnect")
    await gateway.until(lambda: gateway.opened == 2)
    await gateway.hands_over(ROBOT, world.fake.callback("u1", "最后一句"), over=old)
    assert [message.text for message in world.inbox.kept] == ["最后一句"]


async def test_cut_off_it_comes_back(world: World) -> None:
    gateway = world.fake.gateway
    for times in (2, 3):
        await gateway.until(lambda: gateway.connections)
        await gateway.cut()
        await gateway.until(lambda times=times: gateway.opened == times)
    await world.fake.streams("u1", "还在吗")
    assert world.stream.connected


async def test_a_connection_on_which_nothing_comes_is_replaced(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It still answers pings of the WebSocket itself."""
    monkeypatch.setattr(ours, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(ours, "SILENT_SECONDS", 0.3)
    gateway = world.fake.gateway
    await gateway.until(lambda: gateway.connections)
    await gateway.cut()
    await gateway.until(lambda: gateway.opened == 2)
    await gateway.until(lambda: gateway.opened == 3)
    assert "nothing came" in world.stream.trouble or world.stream.connected
    await world.fake.streams("u1", "还在吗")
    assert [message.text for message in world.inbox.kept] == ["还在吗"]


async def test_frames_of_the_platform_keep_a_connection(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "SILENT_SECONDS", 0.5)
    gateway = world.fake.gateway
    await gateway.until(lambda: gateway.connections)
    await gateway.cut()
    await gateway.until(lambda: gateway.opened == 2)
    for _ in range(8):
        await asyncio.sleep(0.1)
        await gateway.system("ping")
    assert gateway.opened == 2


async def test_what_was_handed_over_when_the_connection_broke_is_stored(world: World) -> None:
    world.inbox.gate.clear()
    await world.fake.gateway.hands_over(ROBOT, world.fake.callback("u1", "签收 12"), wait=False)
    id = await world.fake.gateway.system("ping")
    await world.fake.gateway.until(lambda: id in world.fake.gateway.answers)
    await world.fake.gateway.cut()
    world.inbox.gate.set()
    await world.fake.gateway.until(lambda: world.fake.gateway.opened == 2)
    await world.fake.streams("u1", "第二句")
    assert [message.text for message in world.inbox.kept] == ["签收 12", "第二句"]


async def test_an_empty_message_is_an_alarm_and_no_message(world: World) -> None:
    empty = world.fake.callback("u1", "签收 12") | {"text": None, "errCode": 20001, "errMsg": "over the limit"}
    del empty["text"]
    id = await world.fake.gateway.hands_over(ROBOT, empty)
    await world.fake.streams("u1", "你好")
    assert [message.text for message in world.inbox.kept] == ["你好"]
    assert [error.conversation for error in world.delivered.empty] == [empty["conversationId"]]
    assert id in world.fake.gateway.answers  # another delivery would be empty as well
    assert world.delivered.whole == 1


async def test_what_is_no_message_is_acknowledged_and_forgotten(world: World) -> None:
    for data in ({"nothing": 1}, {}):
        await world.fake.gateway.hands_over(ROBOT, data)
    await world.fake.gateway.connections[0].socket.send_str("no frame")
    await world.fake.streams("u1", "你好")
    assert [message.text for message in world.inbox.kept] == ["你好"]


async def test_a_long_chat_record_is_heard(world: World) -> None:
    await world.fake.streams("u1", "签收 12 " + "长" * 1_500_000)
    assert world.inbox.kept[0].text.startswith("签收 12")
    assert world.fake.gateway.opened == 1


async def test_a_frame_that_is_too_long_ends_nothing_and_is_told_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "LARGEST_FRAME", 1_000_000)
    long = world.fake.callback("u1", "长" * 500_000)
    ids = [await world.fake.gateway.hands_over(ROBOT, long, wait=False) for _ in range(3)]
    await world.fake.streams("u1", "你好")
    assert [message.text for message in world.inbox.kept] == ["你好"]
    assert not set(ids) & set(world.fake.gateway.answers)
    assert world.fake.gateway.opened == 1
    [row] = await Failed.filter(state="failed")
    assert (row.fault, row.error, row.sender) == ("unreadable", "too long", "u1")
    assert len(row.body) == ours.KEPT


async def test_a_wrong_secret_says_what_to_check_and_is_not_told(tables: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DingTalkStream, "backoff", Backoff(0.01, 0.05))
    async with _world("other-secret") as world, _running(world.stream):
        await world.fake.gateway.until(lambda: world.fake.gateway.refused >= 3 and world.stream.trouble)
        assert "401" in world.stream.trouble
        assert "other-secret" not in world.stream.trouble


async def test_the_official_client_understands_the_fake(tables: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """DingTalk's own client works with the fake, so the fake's protocol is the platform's."""
    received: list[str] = []

    class Handler(dingtalk_stream.ChatbotHandler):  # type: ignore[misc]
        async def process(self, callback: dingtalk_stream.CallbackMessage) -> tuple[int, str]:
            received.append(dingtalk_stream.ChatbotMessage.from_dict(callback.data).text.content)
            return dingtalk_stream.AckMessage.STATUS_OK, "OK"

    async with FakeDingTalk(lambda: NOW) as fake:
        official = dingtalk_stream.DingTalkStreamClient
        monkeypatch.setattr(official, "OPEN_CONNECTION_API", f"{fake.url}{OPEN}")
        client = official(dingtalk_stream.Credential(fake.app_key, fake.app_secret), logging.getLogger("official"))
        client.register_callback_handler(dingtalk_stream.ChatbotMessage.TOPIC, Handler())
        task = asyncio.create_task(client.start())
        id = await fake.streams("u1", "签收 12")
        assert received == [" 签收 12"]
        assert fake.gateway.answers[id]["code"] == 200
        await client.stop()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
