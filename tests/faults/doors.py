"""The ways by which what people say reaches the bot, with what a platform does on the way: late, twice, out of order.

A delivery is `taken` once the bot has acknowledged it, as each platform does that: then it may not be lost. WeCom's
long connection has no acknowledgement: what was on it when it broke, or when its process was killed, is lost there.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.faults.processes import BotProcess, Processes, now
from tests.faults.school import DINGTALK_GROUPS, WECOM_GROUPS, Platforms
from tests.support.dingtalk import Sent
from tests.support.dingtalk_stream import ROBOT
from tests.support.platforms import account
from tests.support.wecom import CORP, Seen, envelope
from tests.support.wecom_envelope import AES_KEY, TOKEN

PATIENCE = ClientTimeout(total=5.0)
"""How long a platform waits for the answer to a callback."""
PRESS_SECONDS = 8.0
TRIES, PAUSE = 12, 1.0
"""How often a callback is delivered, and the seconds between; the platforms try three to four times."""
ON_ITS_WAY = 3.0
"""Seconds before the end of a connection within which a frame may be lost with it."""


@dataclass
class Delivery:
    """Something that a person said or pressed. `id` is contained in the inbox's id of it."""

    channel: str
    id: str
    words: str
    taken: bool = False
    times: int = 0
    connection: web.WebSocketResponse | None = None
    at: float = 0.0


@dataclass
class Doors:
    """`late` and `twice` are how many of the next deliveries are held back, or delivered again; faults set them."""

    fakes: Platforms
    processes: Processes
    session: ClientSession
    dice: random.Random
    stream: bool
    late: int = 0
    twice: int = 0
    all: list[Delivery] = field(default_factory=list)
    cut: dict[int, tuple[float, float]] = field(default_factory=dict)
    """From when until when what was sent over a connection may be lost, by the connection's identity."""
    closed: set[int] = field(default_factory=set)
    unstored_since: float | None = None
    """Since when a fault of the database may keep what came in the bot's memory."""
    going: set[asyncio.Task[None]] = field(default_factory=set)

    def say(self, door: str, person: str, words: str) -> None:
        """Let somebody speak at a door; the platform delivers it in its own time."""
        way = {"wecom": self._by_wecom, "app": self._by_app, "dingtalk": self._by_dingtalk, "page": self._by_page}
        self._go(way[door](person, words))

    def press(self, person: str, seen: Seen | Sent, label: str) -> None:
        """Let somebody press a button of a card that WeCom's app or DingTalk shows them."""
        if isinstance(seen, Sent):
            self._go(self._pressed(person, seen, label))
        elif seen.card:
            fields = {"Event": "template_card_event", "EventKey": seen.buttons[label], "TaskId": seen.card["task_id"]}
            xml = self.fakes.app.xml(account(person), "event", **fields, ResponseCode="for-the-presser")
            self._go(self._post_app(Delivery("wecom", seen.card["task_id"], label), xml))

    def _go(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self.going.add(task)
        task.add_done_callback(self.going.discard)

    async def _on_the_way(self) -> int:
        """Hold a delivery back, if it is to be late; return how often it is delivered."""
        if self.late > 0:
            self.late -= 1
            await asyncio.sleep(self.dice.uniform(0.5, 4.0))
        if self.twice > 0:
            self.twice -= 1
            return self.dice.choice((2, 2, 3))
        return 1

    async def _by_wecom(self, person: str, words: str) -> None:
        robot = self.fakes.robot
        chat = self.dice.choice((*WECOM_GROUPS, None))
        body = robot.callback(account(person), chat, "text", text={"content": f"@{robot.name} {words}"})
        delivery = self._noted(Delivery("wecom", body["msgid"], words))
        for _ in range(await self._on_the_way()):
            await self._over_socket(delivery, body)

    async def _over_socket(self, delivery: Delivery, body: dict[str, Any]) -> None:
        """Send a frame as soon as the robot is connected: without a connection WeCom keeps it for a while."""
        while (socket := self.fakes.robot.socket) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        delivery.times += 1
        delivery.connection, delivery.at = socket, now()
        frame = {"cmd": "aibot_msg_callback", "headers": {"req_id": uuid4().hex}, "body": body}
        try:
            await socket.send_json(frame)
            delivery.taken = True
        except (ClientError, OSError):
            self._cut(socket)

    async def _by_app(self, person: str, words: str) -> None:
        xml = self.fakes.app.xml(account(person), "text", Content=words)
        id = xml.partition("<MsgId>")[2].partition("<")[0]
        delivery = self._noted(Delivery("wecom", id, words))
        for _ in range(await self._on_the_way()):
            await self._post_app(delivery, xml)

    async def _post_app(self, delivery: Delivery, xml: str) -> None:
        def sealed() -> tuple[bytes, dict[str, str]]:
            nonce = uuid4().hex[:10]
            ciphertext, query = envelope(xml, CORP, self.fakes.clock.now(), token=TOKEN, key=AES_KEY, nonce=nonce)
            return self.fakes.app.wrapped(ciphertext), query

        await self._posted(delivery, "/wecom/app", sealed, {})

    async def _by_dingtalk(self, person: str, words: str) -> None:
        where = self.dice.choice((*DINGTALK_GROUPS, None))
        data = self.fakes.ding.callback(account(person), words, conversation=where)
        delivery = self._noted(Delivery("dingtalk", data["msgId"], words))
        for _ in range(await self._on_the_way()):
            if self.stream:
                await self._streamed(delivery, ROBOT, data)
            else:
                body = json.dumps(data).encode()
                await self._posted(delivery, "/dingtalk/robot", lambda body=body: (body, {}), None)  # type: ignore[misc]

    async def _streamed(self, delivery: Delivery, topic: str, data: dict[str, Any]) -> None:
        """Send a frame until it is acknowledged, as the platform does: here after seconds, not after a minute."""
        for _ in range(TRIES):
            delivery.times += 1
            try:
                async with asyncio.timeout(PRESS_SECONDS):
                    await self.fakes.ding.gateway.hands_over(topic, data)
                delivery.taken = True
                return
            except (TimeoutError, ClientError, OSError):
                await asyncio.sleep(PAUSE)

    async def _by_page(self, person: str, words: str) -> None:
        delivery = self._noted(Delivery("local", "", words))
        body = json.dumps({"as": person, "text": words}).encode()
        one = await self._somebody()
        try:
            async with self.session.post(f"{one.address}/group/say", data=body, timeout=PATIENCE) as answer:
                if answer.status == 202:
                    delivery.id, delivery.taken = (await answer.json())["id"], True
        except (ClientError, OSError, TimeoutError, ValueError):
            return

    async def _posted(
        self,
        delivery: Delivery,
        path: str,
        made: Callable[[], tuple[bytes, dict[str, str]]],
        headers: dict[str, str] | None,
    ) -> None:
        """Post a callback, again and again until it is acknowledged, each time to one of the processes."""
        for _ in range(TRIES):
            one = await self._somebody()
            body, query = made()
            signed = self.fakes.ding.signed() if headers is None else headers
            delivery.times += 1
            try:
                url = one.address + path
                async with self.session.post(url, data=body, params=query, headers=signed, timeout=PATIENCE) as answer:
                    if answer.status == 200:
                        delivery.taken = True
                        return
            except (ClientError, OSError, TimeoutError):
                pass
            await asyncio.sleep(PAUSE)

    async def _pressed(self, person: str, card: Sent, label: str) -> None:
        """Deliver the press of a DingTalk card; without an acknowledgement it is lost."""
        with suppress(TimeoutError, ClientError, OSError, RuntimeError):  # the button may be gone by now
            async with asyncio.timeout(PRESS_SECONDS):
                await self.fakes.ding.presses(account(person), card, label)

    async def _somebody(self) -> BotProcess:
        """Return one of the processes that a callback can reach; wait for one."""
        while not (found := self.processes.serving):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        return self.dice.choice(found)

    def _noted(self, delivery: Delivery) -> Delivery:
        self.all.append(delivery)
        return delivery

    def note_cut(self) -> None:
        """Note that every open connection of WeCom's robot ends now, or its process."""
        for socket in self._used():
            self._cut(socket)

    def note_ended(self) -> None:
        """Note the connections that have ended; what was said on them shortly before may be lost."""
        for socket in self._used():
            if socket.closed:
                self._cut(socket)
                self.closed.add(id(socket))

    def _cut(self, socket: web.WebSocketResponse) -> None:
        at = now()
        began, _ = self.cut.get(id(socket), (at, at))
        self.cut[id(socket)] = (min(began, (self.unstored_since or at) - ON_ITS_WAY), at)

    def _used(self) -> list[web.WebSocketResponse]:
        used = {id(one.connection): one.connection for one in self.all if one.connection is not None}
        return [one for id, one in used.items() if id not in self.closed]

    def excused(self, delivery: Delivery) -> bool:
        """Return whether a frame was lost with its connection: WeCom repeats none."""
        if delivery.channel != "wecom" or delivery.connection is None:
            return False
        began, ended = self.cut.get(id(delivery.connection), (0.0, 0.0))
        return began <= delivery.at <= ended

    async def until_delivered(self, seconds: float) -> None:
        """Wait until everything that was said has been delivered."""
        if self.going:
            await asyncio.wait(self.going, timeout=seconds)
