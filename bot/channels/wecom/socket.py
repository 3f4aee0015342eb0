"""The AI robot's long connection: subscribe, ping, receive, send; and connect again after every kind of end.

    → {"cmd": "aibot_subscribe", "headers": {"req_id": "…"}, "body": {"bot_id": "…", "secret": "…"}}
    ← {"headers": {"req_id": "…"}, "errcode": 0, "errmsg": "ok"}

A robot has one connection: a second one kicks the first. The processes of an institution agree by a lease on who
connects; a process that was kicked connects again only while it holds the lease.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

import msgspec
import structlog
from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, ClientWSTimeout, WSMsgType

from bot.channels import connections
from bot.channels.base import Outcome
from bot.channels.contact import Contact
from bot.channels.delivered import InOrder
from bot.channels.reconnect import ConnectionEnd, keep_connected
from bot.channels.wecom.config import CHANNEL
from bot.channels.wecom.connection_owner import ConnectionOwner, SocketPace, State
from bot.channels.wecom.http import NOT_SUBSCRIBED, Json, WeComError, refused
from bot.channels.wecom.wire import place_of
from bot.channels.wire_types import whole_number
from bot.stopping import cancel_until_ended, finish
from storage.timers.connection_lease import Lease

log = structlog.get_logger(__name__)
SOCKET_FRAME_LIMIT = 4 * 1024 * 1024
QUEUE = 10_000
"""Most callbacks being stored at a time; at this number the connection is not read further."""
HANDSHAKE_SECONDS = 30.0
KICKED_TIMES = 10
"""Factor of the pause after being kicked: two processes that share no lease would kick each other for ever."""
SLOW_TIMES = 3
"""Factor of the patience for a part of a file."""
FINISH_SECONDS = 5.0
"""How long a stop may take to store what arrived."""
CLOSING = ClientWSTimeout(ws_close=5.0)
SUBSCRIBE, PING = "aibot_subscribe", "ping"
RESPONSES = ("aibot_respond_msg", "aibot_respond_update_msg")
"""Frames about a callback: refusing one says that its callback is too old, and nothing about the subscription."""
CALLBACKS = ("aibot_msg_callback", "aibot_event_callback")
KICKED = "disconnected_event"
REMEDY = "compare bot_id and secret with the robot's page, and choose the long connection (长连接) there"

OnFrame = Callable[[str, Json], Coroutine[Any, Any, None]]
"""Store a callback, given its req_id and body, however long that takes: WeCom does not deliver it again."""


class Socket:
    """A connection that stays open. The caller owns the session; the secret is sent to WeCom and shown nowhere else."""

    def __init__(
        self,
        url: str,
        credentials: Json,
        session: ClientSession,
        lease: Lease | None,
        on_frame: OnFrame,
        pace: SocketPace,
    ) -> None:
        self._url, self._credentials, self._session = url, credentials, session
        self._on_frame, self._pace = on_frame, pace
        self._ws: ClientWebSocketResponse | None = None
        self._asked: dict[str, asyncio.Future[Json]] = {}
        self._room = asyncio.Semaphore(QUEUE)
        self._storing = InOrder()
        self._unsubscribed = asyncio.Event()
        self.state = State()
        self.contact = Contact()
        self._owner = ConnectionOwner(lease, self.state, pace, self._close)

    @property
    def owner(self) -> bool:
        return self._owner.ours

    async def run(self) -> None:
        """Stay connected until cancelled; then store what arrived before."""
        self.state.since = asyncio.get_running_loop().time()
        connecting = keep_connected(CHANNEL, self._connection, self._pace.reconnect, self.state.ours)
        tasks = [asyncio.create_task(self._owner.keep()), asyncio.create_task(connecting)]
        try:
            await asyncio.gather(*tasks)
        finally:
            await finish(self._finish(tasks))

    async def request(self, cmd: str, body: Json, req_id: str | None = None, *, slow: bool = False) -> Json:
        """Send a frame and wait for its acknowledgement; `slow` if it is a large one, which a slow line takes long for.

        WeComError: RETRY if it cannot have arrived, else UNKNOWN.
        """
        if self._ws is None or not self.state.connected.is_set():
            raise self._offline()
        return await self._ask(self._ws, cmd, body, req_id or uuid4().hex, SLOW_TIMES if slow else 1)

    def _offline(self) -> WeComError:
        """Return the error while disconnected: the longer the outage, the longer a message waits for its next try."""
        away = asyncio.get_running_loop().time() - self.state.since if self.state.since else 0.0
        reason = f"WeCom: the robot's long connection is down ({self.state.why})"
        return WeComError(reason, Outcome.RETRY, min(max(5.0, away), 900.0))

    async def _connection(self) -> ConnectionEnd:
        """Connect, and serve the connection until it ends."""
        self.state.kicked, self.state.held = False, 0.0
        self._unsubscribed.clear()
        self._owner.tries()
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                opened = await connections.socket(
                    self._session, self._url, max_msg_size=SOCKET_FRAME_LIMIT, timeout=CLOSING
                )
            async with opened as ws:
                self._ws = ws
                talking = asyncio.create_task(self._subscribe_and_ping(ws))
                try:
                    await self._listen(ws)
                finally:
                    talking.cancel()
                    await asyncio.gather(talking, return_exceptions=True)
        except (ClientError, OSError, TimeoutError) as error:
            self.state.why = connections.failure(error)
        finally:
            self._lost()
        return ConnectionEnd(self.state.why, self.state.held, KICKED_TIMES if self.state.kicked else 1)

    def _lost(self) -> None:
        self._ws = None
        self.state.known.set()
        self._not_connected()
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("closed"))
        self._asked.clear()

    def _not_connected(self) -> None:
        if self.state.connected.is_set():
            self.state.connected.clear()
            self._owner.lost()

    async def _subscribe_and_ping(self, ws: ClientWebSocketResponse) -> None:
        try:
            await self._ask(ws, SUBSCRIBE, self._credentials, f"{SUBSCRIBE}-{uuid4().hex}")
        except WeComError as error:
            self.state.why = f"subscribing failed: {error}; {REMEDY}"
        else:
            if self.owner:
                await self._stay_subscribed(ws)
        finally:
            await ws.close()

    async def _stay_subscribed(self, ws: ClientWebSocketResponse) -> None:
        """Ping until two pings in a row are not acknowledged, or WeCom says that nobody is subscribed here."""
        loop = asyncio.get_running_loop()
        began, missed = loop.time(), 0
        self.state.connected.set()
        self.state.known.set()
        log.info("WeCom's robot is connected")
        try:
            while missed < 2 and not await self._heard_unsubscribed(0.0 if missed else self._pace.ping):
                try:
                    await self._ask(ws, PING, None, f"{PING}-{uuid4().hex}")
                    missed = 0
                    self.state.connected.set()
                except WeComError:
                    missed += 1
                    self.state.why = "pings are not acknowledged"
                    self._not_connected()
            if self._unsubscribed.is_set():
                await self._acknowledged()
        finally:
            self.state.held = loop.time() - began

    async def _heard_unsubscribed(self, seconds: float) -> bool:
        """Wait; return as soon as WeCom has refused something because nobody is subscribed here."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._unsubscribed.wait()
        return self._unsubscribed.is_set()

    async def _acknowledged(self) -> None:
        """Wait for the acknowledgements under way, so that closing makes no send's outcome unknown."""
        if waiting := list(self._asked.values()):
            await asyncio.wait(waiting, timeout=self._pace.patience)

    async def _listen(self, ws: ClientWebSocketResponse) -> None:
        if not self.owner:
            return
        self.state.why = "closed by WeCom"
        async for message in ws:
            if message.type is not WSMsgType.TEXT:
                continue
            self.contact.heard()
            with suppress(msgspec.DecodeError, RecursionError):
                await self._frame(ws, msgspec.json.decode(message.data, type=Json))

    async def _frame(self, ws: ClientWebSocketResponse, frame: Json) -> None:
        headers, body = frame.get("headers"), frame.get("body")
        req_id = str(headers.get("req_id", "")) if isinstance(headers, dict) else ""
        if frame.get("cmd") in CALLBACKS and isinstance(body, dict):
            if _event(body) == KICKED:
                await self._on_kick(ws)
            else:
                await self._room.acquire()
                storing = self._storing.start(place_of(body)[0], self._on_frame(req_id, body))
                storing.add_done_callback(self._stored)
        elif (waiting := self._asked.get(req_id)) and not waiting.done():
            waiting.set_result(frame)

    async def _on_kick(self, ws: ClientWebSocketResponse) -> None:
        """Handle a kick by another connection; without the lease this process stops connecting."""
        self.state.why, self.state.kicked = "kicked: another connection of this robot was opened", True
        await self._owner.kicked()
        await ws.close()

    async def _ask(
        self, ws: ClientWebSocketResponse, cmd: str, body: Json | None, req_id: str, patience: int = 1
    ) -> Json:
        frame: Json = {"cmd": cmd, "headers": {"req_id": req_id}} | ({} if body is None else {"body": body})
        waiting = asyncio.get_running_loop().create_future()
        self._asked[req_id] = waiting
        try:
            try:
                await ws.send_str(msgspec.json.encode(frame).decode())
            except (ClientError, OSError) as error:
                raise WeComError(f"WeCom: {type(error).__name__} before {cmd}", Outcome.RETRY, 5.0) from None
            async with asyncio.timeout(self._pace.patience * patience):
                answer: Json = await waiting
        except (TimeoutError, ConnectionError):
            self.contact.failed(f"WeCom did not acknowledge {cmd}")
            raise WeComError(f"WeCom did not acknowledge {cmd}", Outcome.UNKNOWN) from None
        finally:
            self._asked.pop(req_id, None)
        code = answer.get("errcode", 0)
        if code:
            secrets = (str(value) for value in self._credentials.values())
            refusal = refused(whole_number(code) or -1, str(answer.get("errmsg", "")), secrets)
            if refusal.code in NOT_SUBSCRIBED and cmd not in RESPONSES:
                self._unsubscribe(str(refusal))
            self.contact.failed(refusal)
            raise refusal
        self.contact.answered()
        return answer

    def _unsubscribe(self, why: str) -> None:
        """Send nothing more over this connection, and let it end."""
        self.state.why = why
        self._not_connected()
        self._unsubscribed.set()

    def _stored(self, task: asyncio.Task[None]) -> None:
        self._room.release()
        if not task.cancelled() and (error := task.exception()):
            log.error("storing a callback of WeCom failed", exc_info=error)

    async def _finish(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        """Disconnect; then store what arrived before, and give the lease up."""
        await cancel_until_ended(tasks)
        await self._storing.finish(FINISH_SECONDS)
        await self._owner.give_up()

    async def _close(self) -> None:
        if self._ws is not None:
            await self._ws.close()


def _event(body: dict[str, Any]) -> str:
    event = body.get("event")
    return str(event.get("eventtype", "")) if isinstance(event, dict) else ""
