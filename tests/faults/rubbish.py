"""What no platform should deliver: too long, broken, badly signed, or with what a column cannot hold."""

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

from aiohttp import ClientError, ClientTimeout

from tests.faults.arena import Arena, Fault, fault
from tests.faults.draw import Drawn
from tests.faults.school import DINGTALK_GROUPS
from tests.support.platforms import account
from tests.support.wecom import CORP, GROUP, envelope

LONG = 256 * 1024
SHORTLY = ClientTimeout(total=8.0)


async def too_long(arena: Arena, _drawn: Drawn, dice: random.Random) -> str:
    filling = dice.choice((b"x", "长".encode(), b"{", b"<a>", b"\0"))
    return await _post_everywhere(arena, filling * (LONG // len(filling) + 10), {})


async def badly_signed(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    data = json.dumps(arena.fakes.ding.callback(account("zhou"), "待办")).encode()
    return await _post_everywhere(arena, data, {"timestamp": "1", "sign": "x", "msg_signature": "x", "nonce": "n"})


async def broken(arena: Arena, _drawn: Drawn, dice: random.Random) -> str:
    """Deliver what is properly signed and encrypted, and no message inside."""
    inside = dice.choice(
        ("", "<xml>", "{", "[" * 5000, "null", "<xml><MsgType>text</MsgType></xml>", '{"msgId": [1], "text": 5}',
         "<!DOCTYPE x><xml/>", '{"msgtype": "text", "text": {"content": "\\ud83d"}}')
    )  # fmt: skip
    await _app(arena, inside)
    await _dingtalk(arena, inside.encode())
    await _over_socket(arena, {"msgid": 5, "msgtype": inside})
    return "both platforms"


async def odd_values(arena: Arena, _drawn: Drawn, dice: random.Random) -> str:
    """Deliver messages whose values are too long or too large for a column, or hold characters that cannot be kept."""
    odd = dice.choice(ODD)(dice)
    sender = dice.choice((account("zhou"), odd[:3000]))
    data = arena.fakes.ding.callback(account("zhou"), odd, conversation=dice.choice((*DINGTALK_GROUPS, odd[:500])))
    data |= {"senderStaffId": sender, "createAt": dice.choice((data["createAt"], 10**30, -1, "x"))}
    await _dingtalk(arena, json.dumps(data).encode())
    await _app(arena, arena.fakes.app.xml(account("zhou"), "text", Content=_xml(odd)))
    robot = arena.fakes.robot
    await _over_socket(arena, robot.callback(sender, GROUP, "text", text={"content": f"@回音 {odd}"}))
    return "both platforms"


ODD: tuple[Callable[[random.Random], str], ...] = (
    lambda _: "食堂\0饭菜 \ud83d 有异物 https://weibo.com/1234567890/Odd\0\ud83d",
    lambda _: "食堂 https://" + ".".join(["a" * 60] * 4) + ".example.com/1",
    lambda dice: f"签收 {10 ** dice.randint(10, 40)}",
    lambda _: "备注 1 " + "长" * 60_000,
    lambda _: "查 " + "９" * 3000,
    lambda _: "上报 " + "\u202e\u200b\ufeff" * 500 + "食堂",
    lambda _: "延期 1 99999999天 " + "等" * 5000,
    lambda _: "失败 " * 3000,
    lambda _: "重发 99999999999999999999",
    lambda _: "{{ 7*7 }} {% raw %} \x1b[2J =cmd|' /C calc'!A0",
)


def _xml(text: str) -> str:
    return "".join(sign for sign in text if sign >= " " and not 0xD800 <= ord(sign) <= 0xDFFF)


async def _post_everywhere(arena: Arena, body: bytes, signed: dict[str, str]) -> str:
    for path in ("/wecom/app", "/dingtalk/robot", "/group/say"):
        await _post(arena, path, body, signed, signed)
    return "callbacks"


async def _app(arena: Arena, inside: str) -> None:
    ciphertext, query = envelope(inside, CORP, arena.clock.now(), nonce=uuid4().hex[:8])
    await _post(arena, "/wecom/app", arena.fakes.app.wrapped(ciphertext), query, {})


async def _dingtalk(arena: Arena, body: bytes) -> None:
    if not arena.setup.stream:
        await _post(arena, "/dingtalk/robot", body, {}, arena.fakes.ding.signed())
        return
    gateway = arena.fakes.ding.gateway
    for one in [one for one in gateway.connections if not (one.leaving or one.breaking)][:1]:
        with suppress(ClientError, OSError):
            text = gateway.frame("CALLBACK", "/v1.0/im/bot/messages/get", "", one, uuid4().hex)
            frame = json.loads(text) | {"data": body.decode(errors="replace")}
            await one.socket.send_str(json.dumps(frame))


async def _over_socket(arena: Arena, body: dict[str, Any]) -> None:
    if arena.fakes.robot.socket is not None:
        frame = {"cmd": "aibot_msg_callback", "headers": {"req_id": uuid4().hex}, "body": body}
        with suppress(ClientError, OSError):
            await arena.fakes.robot.socket.send_str(json.dumps(frame))


async def _post(arena: Arena, path: str, body: bytes, query: dict[str, str], headers: dict[str, str]) -> None:
    for one in arena.processes.serving[:1]:
        with suppress(ClientError, OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
            async with arena.session.post(
                one.address + path, data=body, params=query, headers=headers, timeout=SHORTLY
            ) as answer:
                await answer.read()


RUBBISH = (
    fault("body too long", 3, too_long),
    fault("badly signed", 3, badly_signed),
    fault("broken inside", 4, broken),
    fault("odd values", 6, odd_values),
)


def rubbish(_arena: Arena) -> tuple[list[Fault], dict[str, str]]:
    return [*RUBBISH], {}
