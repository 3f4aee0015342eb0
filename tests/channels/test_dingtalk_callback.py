"""`POST /dingtalk/robot` with genuine, forged and malformed requests."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels import callback_body
from bot.channels.base import MESSAGE_LIMIT
from bot.channels.dingtalk.callbacks import dingtalk_routes
from bot.channels.dingtalk.channel import DingTalkSettings
from handlers.rules.language.messages import Message
from tests.support.dingtalk import FakeDingTalk, signature
from tests.support.dingtalk_quotas import Delivered
from tests.support.thinned import drawn

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)


class Ear:
    """A stand-in for the inbox that stores each message once."""

    def __init__(self) -> None:
        self.received: dict[str, Message] = {}
        self.deliveries = 0
        self.error: Exception | None = None
        self.waits = False

    async def hear(self, message: Message) -> bool:
        self.deliveries += 1
        if self.waits:
            await asyncio.Event().wait()
        if self.error:
            raise self.error
        return self.received.setdefault(message.id, message) is message


@pytest.fixture
def inbound() -> Ear:
    return Ear()


@pytest.fixture
async def fake(inbound: Ear) -> AsyncIterator[FakeDingTalk]:
    async with FakeDingTalk(lambda: NOW) as fake:
        ours = DingTalkSettings(app_key=fake.app_key, app_secret=fake.app_secret, robot_code=fake.robot_code)
        app = web.Application()
        app.add_routes(dingtalk_routes(ours, inbound.hear, lambda: NOW, Delivered()))
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        fake.callback_url = f"http://127.0.0.1:{runner.addresses[0][1]}/dingtalk/robot"
        yield fake
        await runner.cleanup()


def body(fake: FakeDingTalk) -> bytes:
    return json.dumps(fake.callback("u1", "签收 12")).encode()


async def test_a_message_is_heard_before_it_is_acknowledged(fake: FakeDingTalk, inbound: Ear) -> None:
    assert await fake.deliver(body(fake)) == (200, "{}")
    assert [message.text for message in inbound.received.values()] == ["签收 12"]


async def test_one_to_one(fake: FakeDingTalk, inbound: Ear) -> None:
    assert await fake.says("u2", "同意", conversation=None) == 200
    assert [message.conversation for message in inbound.received.values()] == ["@u2"]


async def test_a_repeated_delivery_is_acknowledged_again(fake: FakeDingTalk, inbound: Ear) -> None:
    again = body(fake)
    assert [(await fake.deliver(again))[0] for _ in range(3)] == [200, 200, 200]
    assert (inbound.deliveries, len(inbound.received)) == (3, 1)


async def test_an_outsider_is_heard_as_one(fake: FakeDingTalk, inbound: Ear) -> None:
    callback = fake.callback("u1", "同意")
    del callback["senderStaffId"]
    assert (await fake.deliver(json.dumps(callback)))[0] == 200
    assert [message.sender for message in inbound.received.values()] == ["outsider:$:LWCP_v1:$u1"]


@pytest.mark.parametrize(("off", "status"), [(0, 200), (-3600, 200), (3600, 200), (-3601, 403), (3601, 403)])
async def test_an_hour_off_is_too_old_or_too_new(fake: FakeDingTalk, inbound: Ear, off: int, status: int) -> None:
    assert (await fake.deliver(body(fake), fake.signed(NOW + timedelta(seconds=off))))[0] == status
    assert inbound.deliveries == (status == 200)


@pytest.mark.parametrize(("said", "counts"), [(0, 0), (-5, -5), (-10, -10), (-11, -10), (-5 * 60, -10)])
async def test_it_was_said_no_longer_than_minutes_before_it_was_signed(
    fake: FakeDingTalk, inbound: Ear, said: int, counts: int
) -> None:
    """Minutes before now. The signature does not cover what the body says of its own time."""
    callback = fake.callback("u1", "已发布 1") | {"createAt": int((NOW + timedelta(minutes=said)).timestamp() * 1000)}
    assert (await fake.deliver(json.dumps(callback).encode(), fake.signed(NOW)))[0] == 200
    assert [one.sent_at for one in inbound.received.values()] == [NOW + timedelta(minutes=counts)]


STAMP = str(int(NOW.timestamp() * 1000))
RIGHT = signature(STAMP, "app-secret-value")
WIDE = STAMP.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"timestamp": STAMP},
        {"sign": RIGHT},
        {"timestamp": "", "sign": signature("", "app-secret-value")},
        {"timestamp": STAMP, "sign": ""},
        {"timestamp": STAMP, "sign": RIGHT[:-1]},
        {"timestamp": STAMP, "sign": RIGHT.lower()},
        {"timestamp": STAMP, "sign": signature(STAMP, "another secret")},
        {"timestamp": str(int(STAMP) + 1), "sign": RIGHT},
        {"timestamp": STAMP, "sign": "签名"},
        {"timestamp": "soon", "sign": signature("soon", "app-secret-value")},
        {"timestamp": WIDE, "sign": signature(WIDE, "app-secret-value")},
        {"timestamp": "9" * 17, "sign": signature("9" * 17, "app-secret-value")},
        {"timestamp": "-1", "sign": signature("-1", "app-secret-value")},
    ],
)
async def test_forgeries_are_not_heard(fake: FakeDingTalk, inbound: Ear, headers: dict[str, str]) -> None:
    status, answer = await fake.deliver(body(fake), headers)
    assert (status, inbound.deliveries) == (403, 0)
    assert "app-secret-value" not in answer
    assert RIGHT not in answer


@pytest.mark.parametrize(
    "malformed",
    [b"", b"{", b"[]", b'"a"', b"null", b"\xff", b"{}", b'{"msgId": 1}', b"[" * 100_000, b'{"text":' * 20_000],
)
async def test_malformed_is_400(fake: FakeDingTalk, inbound: Ear, malformed: bytes) -> None:
    status, answer = await fake.deliver(malformed)
    assert (status, inbound.deliveries) == (400, 0)
    assert "Traceback" not in answer


async def test_deep_nesting_and_half_characters_are_400(fake: FakeDingTalk, inbound: Ear) -> None:
    whole = body(fake)[:-1]
    assert (await fake.deliver(whole + b', "content": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"))[0] == 400
    assert (await fake.deliver(whole + rb', "senderNick": "\ud800"}'))[0] == 400
    assert inbound.deliveries == 0


async def test_the_largest_body_is_heard_and_one_byte_more_is_not(fake: FakeDingTalk, inbound: Ear) -> None:
    largest = body(fake).ljust(MESSAGE_LIMIT)
    assert ((await fake.deliver(largest))[0], inbound.deliveries) == (200, 1)
    assert ((await fake.deliver(largest + b" "))[0], inbound.deliveries) == (413, 1)


async def test_an_undeclared_oversize_is_refused(fake: FakeDingTalk, inbound: Ear) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MESSAGE_LIMIT // 1000 + 1):
            yield b" " * 1000

    assert (await fake.deliver(endless()))[0] == 413
    assert inbound.deliveries == 0


async def test_a_bomb_is_refused(fake: FakeDingTalk, inbound: Ear) -> None:
    bomb = zlib.compress(b" " * 50_000_000)
    assert (await fake.deliver(bomb, fake.signed() | {"Content-Encoding": "deflate"}))[0] == 413
    assert (await fake.deliver(b"not zlib", fake.signed() | {"Content-Encoding": "gzip"}))[0] == 400
    assert inbound.deliveries == 0


async def raw(fake: FakeDingTalk, sign: bytes, last: bytes, answered: bool) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(fake.callback_url.split(":")[2].split("/")[0]))
    head = f"POST /dingtalk/robot HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\ntimestamp: {STAMP}\r\nsign: "
    writer.write(head.encode() + sign + b"\r\n\r\n" + last)
    await writer.drain()
    status = await reader.readline() if answered else b""
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.05)
    return status


async def test_a_signature_that_is_no_text_is_403(fake: FakeDingTalk, inbound: Ear) -> None:
    assert b" 403 " in await raw(fake, b"\xff\xfe", body(fake), answered=True)


async def test_a_body_that_breaks_off_is_not_heard(fake: FakeDingTalk, inbound: Ear, caplog: Any) -> None:
    await raw(fake, RIGHT.encode(), body(fake), answered=False)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert (await fake.says("u1", "签收 12"), inbound.deliveries) == (200, 1)


async def test_a_body_that_dawdles_is_408(fake: FakeDingTalk, inbound: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    async def dawdling() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(0.3)

    monkeypatch.setattr(callback_body, "READ_SECONDS", 0.05)
    assert (await fake.deliver(dawdling()))[0] == 408
    assert inbound.deliveries == 0


async def test_what_cannot_be_stored_is_to_come_again(fake: FakeDingTalk, inbound: Ear) -> None:
    inbound.error = RuntimeError("disk full: secret detail")
    status, answer = await fake.deliver(body(fake))
    assert (status, json.loads(answer)) == (500, {"error": "not stored: send it again"})
    inbound.error = None
    assert (await fake.deliver(body(fake)))[0] == 200


async def test_what_is_not_stored_for_long_is_to_come_again(
    fake: FakeDingTalk, inbound: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.dingtalk.callbacks.STORE_SECONDS", 0.05)
    inbound.waits = True
    assert (await fake.deliver(body(fake)))[0] == 500
    inbound.waits = False
    assert (await fake.deliver(body(fake)))[0] == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["content", "text", "richText", "repliedMsg", "isReplyMsg", "chatRecord", "summary", "recognition", "msgId"]
    ), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
KINDS = st.sampled_from(["text", "richText", "audio", "chatRecord", "picture", "file", "?"])
FIELDS = ["msgId", "conversationType", "senderId", "senderStaffId", "createAt", "atUsers", "originalMsgId", "content"]
UNHURRIED = settings(
    max_examples=drawn(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@UNHURRIED
@given(kind=KINDS, content=JSON, changes=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=2))
async def test_odd_callbacks_never_break_us(
    fake: FakeDingTalk, inbound: Ear, kind: str, content: Any, changes: dict[str, Any]
) -> None:
    callback = fake.callback("u1", "签收") | {"msgtype": kind, "text": content, "content": content} | changes
    assert (await fake.deliver(json.dumps(callback).encode()))[0] in (200, 400)
    json.dumps([str(message) for message in inbound.received.values()]).encode()


@UNHURRIED
@given(garbage=st.binary(max_size=200), at=st.integers(0, 500))
async def test_garbage_never_breaks_us(fake: FakeDingTalk, inbound: Ear, garbage: bytes, at: int) -> None:
    whole = body(fake)
    assert (await fake.deliver(garbage))[0] == 400
    assert (await fake.deliver(whole[:at] + garbage + whole[at + len(garbage) :]))[0] in (200, 400)
    assert (await fake.deliver(whole, {"timestamp": STAMP, "sign": garbage.hex()}))[0] == 403
