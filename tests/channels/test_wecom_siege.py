"""Hundreds of forged, replayed, truncated and random callbacks: none is stored, none is a 5xx, memory does not grow.

Set HUIYIN_SIEGE=10000 for a long run.
"""

import gc
import json
import os
import random
import re
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from aiohttp import ClientSession, web

from bot.channels.wecom.app import AppSettings
from bot.channels.wecom.callbacks import app_routes, robot_routes
from bot.channels.wecom.http import Http
from bot.channels.wecom.inbound import Identities, InboundMessages
from bot.channels.wecom.robot import AnsweringRobot, RobotSettings
from handlers.rules.language.messages import Message
from storage import inbox
from storage.tables import Inbox
from tests.support.wecom import CORP, GROUP, World, envelope
from tests.support.wecom_app import FakeApp
from tests.support.wecom_envelope import AES_KEY, TOKEN
from tests.support.wecom_robot import FakeRobot

COUNT = int(os.environ.get("HUIYIN_SIEGE", "400"))
NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
GROWTH = 2_000_000
"""Bytes by which caches of the interpreter may grow, independent of the count."""

Shot = tuple[bytes, dict[str, str]]


class Attacker:
    """A forger who has one genuine callback and knows the format, but no key."""

    def __init__(self, seed: int, path: str) -> None:
        self.dice, self.path = random.Random(seed), path
        self.world = World(lambda: NOW)
        self.genuine = self.sealed(TOKEN, AES_KEY, NOW, "m-genuine")

    def sealed(self, token: str, key: str, at: datetime, id: str) -> Shot:
        if self.path == "robot":
            body = FakeRobot(self.world).callback("u1", GROUP, "text", text={"content": "同意 12"}) | {"msgid": id}
            ciphertext, query = envelope(json.dumps(body), "", at, token=token, key=key, nonce=uuid4().hex)
            return json.dumps({"encrypt": ciphertext}).encode(), query
        xml = FakeApp(self.world).xml("u1", "text", Content="同意 12", MsgId=id)
        ciphertext, query = envelope(xml, CORP, at, token=token, key=key, nonce=uuid4().hex)
        return FakeApp(self.world).wrapped(ciphertext), query

    def forged(self) -> Shot:
        return self.sealed(uuid4().hex, AES_KEY, NOW, uuid4().hex)

    def with_another_key(self) -> Shot:
        return self.sealed(TOKEN, uuid4().hex + "A" * 11, NOW, uuid4().hex)

    def replayed(self) -> Shot:
        return self.genuine

    def replayed_late(self) -> Shot:
        late = NOW - timedelta(minutes=self.dice.randint(6, 10_000))
        return self.sealed(TOKEN, AES_KEY, late, uuid4().hex)

    def replayed_with_another_time(self) -> Shot:
        body, query = self.genuine
        return body, query | {"timestamp": str(int(query["timestamp"]) + self.dice.randint(1, 299))}

    def truncated(self) -> Shot:
        body, query = self.genuine
        return body[: self.dice.randrange(len(body) - 12)], query

    def bent(self) -> Shot:
        body, query = self.genuine
        longest = max(
            re.findall(rb"[A-Za-z0-9+/]{60,}", body), key=len
        )  # the ciphertext, because the rest is not signed
        at = body.index(longest) + self.dice.randrange(len(longest))
        return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :], query

    def rubbish(self) -> Shot:
        query = {name: uuid4().hex for name in ("msg_signature", "timestamp", "nonce") if self.dice.random() < 0.8}
        return self.dice.randbytes(self.dice.randrange(3000)), query


KINDS: tuple[Callable[[Attacker], Shot], ...] = (
    Attacker.forged,
    Attacker.with_another_key,
    Attacker.replayed,
    Attacker.replayed_late,
    Attacker.replayed_with_another_time,
    Attacker.truncated,
    Attacker.bent,
    Attacker.rubbish,
)


@pytest.fixture
async def base(tables: str) -> AsyncIterator[str]:
    async def hear(message: Message) -> bool:
        return await inbox.store(message.channel, message.id, message.text, NOW) is not None

    inbound = InboundMessages(hear, Identities(None, None, bool), None, lambda: NOW)
    robot = RobotSettings(bot_id="bot-1", token=TOKEN, aes_key=AES_KEY, mode="http")
    app = AppSettings(corp_id=CORP, agent_id=1, secret="s", token=TOKEN, aes_key=AES_KEY)
    application = web.Application()
    async with ClientSession() as session:
        answers = AnsweringRobot(robot, Http(session, set()), None, lambda: NOW)
        application.add_routes(
            [*robot_routes(robot, inbound, answers, lambda: NOW), *app_routes(app, inbound, lambda: NOW)]
        )
        runner = web.AppRunner(application, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/wecom"
        await runner.cleanup()


@pytest.mark.timeout(3600 if COUNT > 1000 else 120)
@pytest.mark.parametrize("path", ["robot", "app"])
async def test_a_siege(base: str, path: str) -> None:
    attacker, answers = Attacker(1, path), Counter[int]()
    async with ClientSession() as session:

        async def shoot(shot: Shot) -> int:
            async with session.post(f"{base}/{path}", data=shot[0], params=shot[1]) as answer:
                text = await answer.text()
                assert "Traceback" not in text
                return answer.status

        assert await shoot(attacker.genuine) == 200
        for n in range(len(KINDS) * 10):
            await shoot(KINDS[n % len(KINDS)](attacker))
        gc.collect()
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            for n in range(COUNT // 2):
                kind = KINDS[n % len(KINDS)]
                status = await shoot(kind(attacker))
                assert (status == 200) == (kind is Attacker.replayed), kind
                answers[status] += 1
            gc.collect()
            grown = tracemalloc.get_traced_memory()[0] - before
        finally:
            tracemalloc.stop()
    print(path, dict(answers), f"{grown:,} bytes")
    assert await Inbox.all().count() == 1  # the genuine callback
    assert set(answers) <= {200, 400, 403}
    assert grown < GROWTH
