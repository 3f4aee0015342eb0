"""WeCom's own Node packages check our encryption and our fake of WeCom.

The tests run if HUIYIN_WECOM_NODE names a directory with @wecom/crypto and @wecom/aibot-node-sdk in node_modules.
"""

import asyncio
import base64
import json
import os
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.wecom.crypto import Envelope, decrypt_file, signature
from tests.support.wecom import GROUP, Server, World
from tests.support.wecom_envelope import AES_KEY, TOKEN, encrypted
from tests.support.wecom_robot import FakeRobot

PACKAGES = os.environ.get("HUIYIN_WECOM_NODE", "")
SCRIPT = Path(__file__).parents[1] / "support" / "wecom_node.mjs"
NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
pytestmark = pytest.mark.skipif(
    not PACKAGES or not shutil.which("node"),
    reason="HUIYIN_WECOM_NODE names no directory with the packages, or no node",
)


@asynccontextmanager
async def node(*arguments: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec("node", str(SCRIPT), PACKAGES, *arguments, stdin=PIPE, stdout=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_what_we_seal_they_open_and_the_other_way_round() -> None:
    ours, text = Envelope(TOKEN, AES_KEY, "wwcorp"), '{"msgtype": "text", "text": {"content": "同意 12"}}'
    sealed, signed = ours.seal(text, STAMP, "n0nce")
    key = bytes(range(32))
    file = base64.b64encode(encrypted(b"\x89PNG picture", key)).decode()
    asked = {
        "signatures": [[TOKEN, STAMP, "n0nce", sealed]],
        "decrypt": [[AES_KEY, sealed]],
        "encrypt": [[AES_KEY, text, "wwcorp"]],
        "files": [[base64.b64encode(key).decode(), file]],
    }
    async with node("crypto") as process:
        output, _ = await process.communicate(json.dumps(asked).encode())
    results = json.loads(output)
    assert results["signatures"] == [signed]
    assert results["decrypted"] == [[text, "wwcorp"]]
    theirs = results["encrypted"][0]
    assert ours.open(signature(TOKEN, STAMP, "n0nce", theirs), STAMP, "n0nce", theirs, NOW) == text
    ours_file = decrypt_file(base64.b64decode(file), base64.b64encode(key).decode())
    assert base64.b64decode(results["files"][0]) == ours_file == b"\x89PNG picture"


async def test_their_robot_can_talk_with_our_fake() -> None:
    world = World(lambda: NOW)
    fake = FakeRobot(world)
    async with Server(world, fake.routes()), node("client", world.url.replace("http", "ws") + "/ws") as process:

        async def next_event() -> dict[str, Any]:
            assert process.stdout
            async with asyncio.timeout(20):
                found: dict[str, Any] = json.loads(await process.stdout.readline())
                return found

        assert (await next_event())["event"] == "authenticated"
        await fake.says("u1", "签收 12")
        assert await next_event() == {"event": "text", "from": "u1", "chat": GROUP, "words": "@回音 签收 12"}
        assert (await next_event())["event"] == "sent"
        assert [(seen.kind, len(seen.body)) for seen in world.seen] == [
            ("markdown", 0),
            ("template_card", 0),
            ("file", 700_000),
        ]
        await fake.presses("u1", world.seen[1], "yes")
        assert await next_event() == {"event": "updated", "key": "approve:1", "task": "task-1"}
        assert [task for task, _ in fake.updates] == ["task-1"]
        await fake.hand_over(fake.callback("u1", None, "image", image=fake.put(b"\x89PNG picture")))
        assert base64.b64decode((await next_event())["body"]) == b"\x89PNG picture"
        async with asyncio.timeout(20):
            while not fake.pings:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert fake.socket
        await fake.kick(fake.socket)
        assert (await next_event())["event"] == "kicked"
    assert fake.errors == []
