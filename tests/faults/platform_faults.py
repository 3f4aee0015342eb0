"""Faults of the platforms: of answers to the bot's calls, of the long connections, and of deliveries."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from tests.faults.arena import Arena, Fault, Strike, fault
from tests.faults.draw import Drawn
from tests.faults.school import DINGTALK_GROUPS
from tests.support import dingtalk, wecom
from tests.support.dingtalk import QPS
from tests.support.dingtalk_stream import OPEN, ROBOT
from tests.support.platforms import account

WECOM = ("/cgi-bin/webhook/send", "/cgi-bin/message/send", "/cgi-bin/gettoken")
PUSH = "aibot_send_msg"
SENDING = (
    "/v1.0/robot/groupMessages/send",
    "/v1.0/robot/oToMessages/batchSend",
    "/v1.0/card/instances/createAndDeliver",
    "/robot/send",
    "/v1.0/oauth2/accessToken",
)
Made = Callable[[random.Random, type[wecom.Fault] | type[dingtalk.Fault]], wecom.Fault | dingtalk.Fault]


def answers(made: Made) -> Strike:
    """Let the next one to four calls of one address have such an answer."""

    async def strike(arena: Arena, _drawn: Drawn, dice: random.Random) -> str:
        times = dice.randint(1, 4)
        if dice.random() < 0.5:
            path, faults = dice.choice(WECOM), arena.fakes.world.faults
            faults[path] += [made(dice, wecom.Fault) for _ in range(times)]  # type: ignore[misc]
            return path
        path = dice.choice(SENDING)
        arena.fakes.ding.faults[path] += [made(dice, dingtalk.Fault) for _ in range(times)]  # type: ignore[misc]
        return path

    return strike


def _code(dice: random.Random, fault: type[wecom.Fault] | type[dingtalk.Fault]) -> wecom.Fault | dingtalk.Fault:
    """Return an answer with a documented code, or with an unknown one."""
    if fault is wecom.Fault:
        return wecom.Fault(body={"errcode": dice.choice((-1, 45009, 45033, 42001, 99991)), "errmsg": "refused"})
    if dice.random() < 0.3:
        return dingtalk.Fault(QPS.status, QPS.body)
    code = dice.choice(("-1", "410100", "InvalidAuthentication", "unknown.code"))
    return dingtalk.Fault(200 if code == "-1" else 400, {"errcode": -1, "code": code, "message": "refused"})


async def code_over_socket(arena: Arena, _drawn: Drawn, dice: random.Random) -> str:
    code = dice.choice((846609, 846607, 846605, 846608, -1, 45009))
    arena.fakes.world.faults[PUSH] += [wecom.Fault(body={"errcode": code})] * dice.randint(1, 2)
    return str(code)


async def not_acknowledged(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    arena.fakes.world.faults[PUSH].append(wecom.Fault())
    return PUSH


async def broken_while_sending(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    arena.fakes.world.faults[PUSH].append(wecom.Fault(drop=True))
    return PUSH


async def platform_down(arena: Arena, drawn: Drawn, dice: random.Random) -> str:
    status = dice.choice((500, 502, 503))
    down = dice.choice(("wecom", "dingtalk", "both"))
    if down != "dingtalk":
        arena.fakes.world.always = wecom.Fault(status, {})
    if down != "wecom":
        arena.fakes.ding.always = dingtalk.Fault(status, {})
    await asyncio.sleep(drawn.lasts)
    arena.fakes.world.always = arena.fakes.ding.always = None
    return down


async def tokens_expired(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    past = arena.clock.now() - timedelta(seconds=1)
    for tokens in (arena.fakes.app.tokens, arena.fakes.ding.tokens):
        for token in tokens:
            tokens[token] = past
    return "both platforms"


async def socket_closed(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    arena.doors.note_cut()
    for ws in list(arena.fakes.robot.connections):
        if ws._req and ws._req.transport:
            ws._req.transport.abort()
    return "wecom"


async def socket_kicked(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    arena.doors.note_cut()
    for ws in list(arena.fakes.robot.connections):
        await arena.fakes.robot.kick(ws)
    return "wecom"


async def subscription_forgotten(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    arena.doors.note_cut()
    arena.fakes.robot.forget()
    return "wecom"


async def zombie_socket(arena: Arena, drawn: Drawn, _dice: random.Random) -> str:
    arena.doors.note_cut()
    arena.fakes.robot.silent = True
    await asyncio.sleep(drawn.lasts)
    arena.fakes.robot.silent = False
    return "wecom"


async def stream_cut(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    await arena.fakes.ding.gateway.cut()
    return "dingtalk"


async def stream_leaves(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    await arena.fakes.ding.gateway.system("disconnect")
    return "dingtalk"


async def zombie_stream(arena: Arena, drawn: Drawn, _dice: random.Random) -> str:
    """Let the open connections be accepted, and nothing come over them."""
    mute = [one for one in arena.fakes.ding.gateway.connections if not one.leaving]
    for one in mute:
        one.leaving = True
    await asyncio.sleep(drawn.lasts)
    for one in mute:
        one.leaving = False
    return "dingtalk"


async def no_gateway(arena: Arena, _drawn: Drawn, dice: random.Random) -> str:
    arena.fakes.ding.faults[OPEN] += [dingtalk.Fault(503, {})] * dice.randint(1, 2)
    await arena.fakes.ding.gateway.cut()
    return OPEN


async def empty_delivery(arena: Arena, _drawn: Drawn, dice: random.Random) -> str:
    """Deliver a robot message without its content, as over the monthly limit."""
    data = arena.fakes.ding.callback(account("zhou"), "", conversation=dice.choice(DINGTALK_GROUPS))
    data = {**data, "msgId": f"empty{uuid4().hex}", "errCode": 20001, "errMsg": "over the limit"}
    if arena.setup.stream:
        open_ones = [one for one in arena.fakes.ding.gateway.connections if not (one.leaving or one.breaking)]
        for one in open_ones[:1]:
            await arena.fakes.ding.gateway.hands_over(ROBOT, data, wait=False, over=one)
        return "stream"
    for process in arena.processes.serving[:1]:
        url, signed = f"{process.address}/dingtalk/robot", arena.fakes.ding.signed()
        async with asyncio.timeout(5.0), arena.session.post(url, json=data, headers=signed):
            pass
    return "callback"


async def delivered_again(arena: Arena, _drawn: Drawn, dice: random.Random) -> str:
    arena.doors.twice += dice.randint(1, 4)
    return "what people say"


async def delivered_late(arena: Arena, _drawn: Drawn, dice: random.Random) -> str:
    arena.doors.late += dice.randint(1, 4)
    return "what people say"


OF_BOTH = (
    fault("HTTP 5xx", 5, answers(lambda dice, of: of(dice.choice((500, 502, 503, 504)), {}))),
    fault("HTTP 429", 3, answers(lambda _, of: of(429, {}))),
    fault("5xx after accepting", 4, answers(lambda _, of: of(500, {}, arrives=True))),
    fault("hangs", 3, answers(lambda dice, of: of(504, {}, delay=dice.uniform(1.0, 6.0)))),
    fault("connection reset", 4, answers(lambda _, of: of(drop=True))),
    fault("answer torn", 4, answers(lambda dice, of: of(torn=True, arrives=dice.random() < 0.5))),
    fault("answer lost after accepting", 5, answers(lambda _, of: of(drop=True, arrives=True))),
    fault("error code", 6, answers(_code)),
    fault("platform down", 4, platform_down, 0.5, 6.0),
    fault("tokens expired", 3, tokens_expired),
    fault("error code over the socket", 5, code_over_socket),
    fault("push not acknowledged", 3, not_acknowledged),
    fault("connection broken by a push", 3, broken_while_sending),
    fault("socket closed", 3, socket_closed),
    fault("socket kicked", 2, socket_kicked),
    fault("subscription forgotten", 3, subscription_forgotten),
    fault("zombie socket", 2, zombie_socket, 1.0, 12.0),
    fault("empty delivery (20001)", 2, empty_delivery),
    fault("delivered again", 5, delivered_again),
    fault("delivered late", 5, delivered_late),
)
OF_STREAM = (
    fault("stream cut", 3, stream_cut),
    fault("stream asked to reconnect", 3, stream_leaves),
    fault("zombie stream", 2, zombie_stream, 2.0, 12.0),
    fault("gateway away", 2, no_gateway),
)


def platform_faults(arena: Arena) -> tuple[list[Fault], dict[str, str]]:
    if arena.setup.stream:
        return [*OF_BOTH, *OF_STREAM], {}
    return [*OF_BOTH], {one.kind.name: "DingTalk's callbacks come over HTTP here" for one in OF_STREAM}


def all_well(arena: Arena) -> None:
    """End every fault of the platforms."""
    world, ding = arena.fakes.world, arena.fakes.ding
    world.faults.clear()
    ding.faults.clear()
    world.always = ding.always = None
    arena.fakes.robot.silent = False
    arena.doors.late = arena.doors.twice = 0
