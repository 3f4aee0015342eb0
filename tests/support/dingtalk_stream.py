"""A fake of DingTalk's gateway and long connection by the platform's documents: tickets, frames, acknowledgements.

`await gateway.hands_over(topic, data)` delivers a message once, to one connection at random: without an acknowledgement
it is lost, as on the platform.
"""

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

Json = dict[str, Any]
ROBOT = "/v1.0/im/bot/messages/get"
CARD = "/v1.0/card/instances/callback"
OPEN = "/v1.0/gateway/connections/open"
PATIENCE = 20.0


@dataclass
class Connection:
    socket: web.WebSocketResponse
    transport: asyncio.Transport
    topics: set[str]
    id: str = field(default_factory=lambda: uuid4().hex)
    leaving: bool = False

    @property
    def breaking(self) -> bool:
        return self.socket.closed or self.transport.is_closing()


@dataclass
class FakeGateway:
    """`opened` counts connections, `refused` wrong credentials; `answers` are acknowledgements by message id."""

    now: Callable[[], datetime]
    app_key: str
    app_secret: str
    url: str = ""
    tickets: dict[str, tuple[datetime, set[str]]] = field(default_factory=dict)
    connections: list[Connection] = field(default_factory=list)
    answers: dict[str, Json] = field(default_factory=dict)
    opened: int = 0
    refused: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def routes(self) -> list[web.RouteDef]:
        return [web.post(OPEN, self._open), web.get("/connect", self._connect)]

    async def _open(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if (asked["clientId"], asked["clientSecret"]) != (self.app_key, self.app_secret):
            self.refused += 1
            await self._changed()
            return web.json_response({"code": "authFailed", "message": "鉴权失败"}, status=401)
        topics = {one["topic"] for one in asked["subscriptions"] if one["type"] == "CALLBACK"}
        ticket = f"{uuid4()}/+="  # contains characters that need encoding in a URL
        self.tickets[ticket] = (self.now() + timedelta(seconds=90), topics)
        endpoint = self.url.replace("http://", "ws://") + "/connect"
        return web.json_response({"endpoint": endpoint, "ticket": ticket})

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        until, topics = self.tickets.pop(request.query.get("ticket", ""), (self.now(), set()))
        if until <= self.now():
            return web.Response(status=401, text="the ticket is used, old or unknown")
        socket = web.WebSocketResponse(timeout=0.5)
        await socket.prepare(request)
        assert request.transport
        connection = Connection(socket, request.transport, topics)
        self.connections.append(connection)
        self.opened += 1
        await self._changed()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    answer = json.loads(message.data)
                    self.answers[answer["headers"]["messageId"]] = answer
                    await self._changed()
        finally:
            self.connections.remove(connection)
            await self._changed()
        return socket

    async def _changed(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def until(self, happened: Callable[[], object]) -> None:
        """Wait until a condition holds."""
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(happened)

    def frame(self, kind: str, topic: str, data: str, connection: Connection, message_id: str) -> str:
        headers = {
            "appId": "app",
            "connectionId": connection.id,
            "contentType": "application/json",
            "messageId": message_id,
            "time": str(int(self.now().timestamp() * 1000)),
            "topic": topic,
        }
        return json.dumps({"specVersion": "1.0", "type": kind, "headers": headers, "data": data})

    async def hands_over(self, topic: str, data: Json, *, wait: bool = True, over: Connection | None = None) -> str:
        """Send a message for the app; return the id of its frame once it is acknowledged, or sent if not `wait`."""
        await self.until(lambda: over or self._open_to(topic))
        connection = over or random.choice(self._open_to(topic))
        id = uuid4().hex
        await connection.socket.send_str(self.frame("CALLBACK", topic, json.dumps(data), connection, id))
        if wait:
            await self.until(lambda: id in self.answers)
        return id

    def _open_to(self, topic: str) -> list[Connection]:
        return [one for one in self.connections if topic in one.topics and not (one.leaving or one.breaking)]

    async def system(self, topic: str, data: str = "{}") -> str:
        """Send a system frame to every connection: `ping` or `disconnect`."""
        id = uuid4().hex
        for connection in [one for one in self.connections if not one.breaking]:
            connection.leaving = topic == "disconnect"
            await connection.socket.send_str(self.frame("SYSTEM", topic, data, connection, id))
        return id

    async def cut(self) -> None:
        """Break every connection without notice."""
        for connection in list(self.connections):
            connection.transport.abort()

    async def close(self) -> None:
        for connection in list(self.connections):
            await connection.socket.close()
