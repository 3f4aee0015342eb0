"""DingTalk's Stream mode: a long connection that delivers messages and pressed buttons.

A ticket from the gateway (90 s, used once) opens the connection. Each message is stored before it is acknowledged.
Without an acknowledgement DingTalk delivers a robot's message again after 16 to 60 s, with the same id, and a press
not at all; so while storage is away both are kept in memory and stored as soon as that works (see `delivered`).
A connection that ends is opened again with a new ticket (see `reconnect`).
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

import msgspec
import structlog
from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMsgType
from msgspec import Struct
from yarl import URL

from bot.backoff import Backoff
from bot.channels import connections
from bot.channels.base import SendError, StoreMessage
from bot.channels.delivered import STORING, Delivered, InOrder, keep_unread, store_at_last
from bot.channels.dingtalk.api import DingTalkApi, DingTalkSettings
from bot.channels.dingtalk.card import Pressed, message_of, pressed_button, read_pressed, reply_of
from bot.channels.dingtalk.config import CHANNEL
from bot.channels.dingtalk.deliveries import Deliveries
from bot.channels.dingtalk.wire import OverTheLimit, place_of, read_message
from bot.channels.reconnect import RECONNECT, ConnectionEnd, keep_connected
from bot.channels.wire_types import Malformed
from bot.stopping import finish
from handlers.rules.language.messages import Button, Message, Press
from storage import sent_messages
from storage.database.faults import kind_of

ROBOT = "/v1.0/im/bot/messages/get"
CARD = "/v1.0/card/instances/callback"
OPEN = "/v1.0/gateway/connections/open"
BEAT_SECONDS = 30.0
SILENT_SECONDS = 60.0
"""Without a frame for so long a connection counts as dead, though it answers our pings: a new one is opened."""
LARGEST_FRAME = 16 * 1024 * 1024
"""Characters of the longest frame that is read as a message: no person says as much."""
STREAM_FRAME_LIMIT = 4 * LARGEST_FRAME
"""Bytes of the longest frame that is received at all. A longer one ends the connection, and would come again."""
KEPT = 20_000
"""How many characters of a longer one are kept."""
AT_ONCE = 256
"""Most messages being stored at a time; at this number the connection is not read further."""
FINISH_SECONDS = 1.0
"""How long a stop may take to store what was delivered; the platform delivers the rest again."""
OLD_CONNECTION_SECONDS = 12.0
"""The platform closes a connection ten seconds after asking for a new one."""

log = structlog.get_logger(__name__)


CLOSED = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)


class Frame(Struct):
    type: str
    headers: dict[str, Any]
    data: str = ""

    @property
    def key(self) -> str:
        """Return what is the same in a repeated delivery, which is its content: the headers may be others."""
        return f"{self.headers.get('topic')} {self.data}"

    @property
    def delivered(self) -> Delivered:
        return Delivered(CHANNEL, self.data, *place_of(self.data))


class DingTalkStream:
    """The Stream connection, open while `run` runs. `connected` tells its state, `trouble` why it last ended."""

    backoff: ClassVar[Backoff] = RECONNECT
    pauses: ClassVar[Backoff] = STORING

    def __init__(
        self,
        settings: DingTalkSettings,
        api: DingTalkApi,
        session: ClientSession,
        store: StoreMessage,
        now: Callable[[], datetime],
        deliveries: Deliveries,
    ) -> None:
        self._settings, self._api, self._session, self._store_message, self._now = settings, api, session, store, now
        self._deliveries = deliveries
        self._room = asyncio.Semaphore(AT_ONCE)
        self._storing = InOrder()
        self._under_way: dict[str, tuple[ClientWebSocketResponse, Frame]] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self.connected = False
        self.trouble = ""
        self._held = 0.0
        self.connections = 0

    async def run(self) -> None:
        """Stay connected until cancelled; then store what was delivered before."""
        try:
            await keep_connected(CHANNEL, self._connection, self.backoff)
        finally:
            for task in self._leaving:
                task.cancel()
            await finish(self._storing.finish(FINISH_SECONDS))

    async def connect(self) -> ClientWebSocketResponse:
        """Open a connection with a fresh ticket. Raises SendError, ClientError, OSError or ValueError."""
        subscriptions = [{"type": "CALLBACK", "topic": topic} for topic in (ROBOT, CARD)]
        body = {"clientId": self._settings.app_key, "clientSecret": self._settings.app_secret, "ua": "huiyin"}
        answer = await self._api.without_token(OPEN, msgspec.json.encode({**body, "subscriptions": subscriptions}))
        endpoint, ticket = answer.fields.get("endpoint"), answer.fields.get("ticket")
        if not isinstance(endpoint, str) or not isinstance(ticket, str):
            raise ValueError("the gateway names no endpoint and ticket")
        url = URL(endpoint).update_query(ticket=ticket)
        if url.scheme != "wss" and not self._settings.api.startswith("http://"):
            raise ValueError("the gateway names an endpoint without encryption")
        return await connections.socket(self._session, url, heartbeat=BEAT_SECONDS, max_msg_size=STREAM_FRAME_LIMIT)

    async def _connection(self) -> ConnectionEnd:
        """Connect, and receive messages until the connection ends."""
        self._held = 0.0
        try:
            await self._serve(await self.connect())
            self.trouble = self.trouble or "DingTalk ended the connection"
        except SendError as error:
            self.trouble = str(error)
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            self.trouble = f"DingTalk's connection: {connections.failure(error)}"
        return ConnectionEnd(self.trouble, self._held)

    async def _serve(self, socket: ClientWebSocketResponse) -> None:
        self.connected, self.trouble = True, ""
        self.connections += 1
        log.info("DingTalk is connected")
        leaving, loop = False, asyncio.get_running_loop()
        began = loop.time()
        try:
            leaving = await self._read_on(socket)
        except TimeoutError:
            self.trouble, leaving = f"nothing came from DingTalk for {SILENT_SECONDS:.0f} s", True
        finally:
            self.connected, self._held = False, loop.time() - began
            if not leaving:
                await socket.close()
        if leaving:  # the old connection still delivers messages while the new one is opened
            task = asyncio.create_task(self._drain_old(socket))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def _read_on(self, socket: ClientWebSocketResponse) -> bool:
        """Receive frames until the connection ends; return True when the platform asks for a new one.

        Raises TimeoutError when nothing comes for a minute.
        """
        while True:
            async with asyncio.timeout(SILENT_SECONDS):
                message = await socket.receive()
            if message.type in CLOSED:
                return False
            self._api.contact.heard()
            if message.type is WSMsgType.TEXT and not await self._take(socket, message.data):
                return True

    async def _drain_old(self, socket: ClientWebSocketResponse) -> None:
        try:
            async with asyncio.timeout(OLD_CONNECTION_SECONDS):
                while await self._read_on(socket):
                    pass  # asked again: a new connection is being opened already
        except (ClientError, OSError, TimeoutError) as error:
            log.info("old connection ended", reason=type(error).__name__)
        finally:
            await socket.close()

    async def _take(self, socket: ClientWebSocketResponse, text: str) -> bool:
        """Handle one frame; return False when the platform asks for a new connection."""
        try:
            frame = msgspec.json.decode(text, type=Frame)
        except (ValueError, RecursionError):
            log.warning("unreadable frame from DingTalk", length=len(text))
            return True
        topic = frame.headers.get("topic")
        if frame.type == "SYSTEM":
            if topic == "ping":
                await _acknowledge(socket, frame, frame.data)
            return topic != "disconnect"
        if frame.key in self._under_way:
            self._under_way[frame.key] = (socket, frame)
            return True
        if len(text) > LARGEST_FRAME:
            await self._leave(frame)
            return True
        await self._room.acquire()
        self._under_way[frame.key] = (socket, frame)
        task = self._storing.start(frame.delivered.conversation, self._store(frame, self._now()))
        task.add_done_callback(partial(self._stored, frame.key))
        return True

    async def _leave(self, frame: Frame) -> None:
        """Keep the beginning of a frame that is too long, of which the desk is told once. It is not acknowledged."""
        log.warning("a frame from DingTalk is too long", length=len(frame.data))
        delivered = frame.delivered
        try:
            await keep_unread(delivered._replace(text=delivered.text[:KEPT]), "too long", self._now())
        except Exception as error:
            log.warning("a frame that is too long waits to be delivered again", fault=kind_of(error))

    def _stored(self, key: str, task: asyncio.Task[None]) -> None:
        self._under_way.pop(key, None)
        self._room.release()
        if not task.cancelled() and (error := task.exception()):
            log.error("a frame from DingTalk failed", exc_info=error)

    async def _store(self, frame: Frame, came: datetime) -> None:
        """Store the message of a frame, however long that takes, then acknowledge it over its last delivery."""
        await store_at_last(partial(self._store_once, frame, came), frame.delivered, self._now, self.pauses)
        socket, frame = self._under_way[frame.key]
        try:
            await _acknowledge(socket, frame, '{"response":null}')
        except (ClientError, OSError):
            return  # the connection is gone; the message is stored, and a repeat would do nothing

    async def _store_once(self, frame: Frame, came: datetime) -> None:
        try:
            message = await self._read(frame, came)
        except OverTheLimit as error:
            await self._deliveries.came_empty(error)
            return
        except Malformed as error:
            log.warning("DingTalk delivered no message", reason=str(error))
            return
        if message is not None:
            await self._store_message(message)
            await self._deliveries.came()

    async def _read(self, frame: Frame, came: datetime) -> Message | None:
        topic = frame.headers.get("topic")
        if topic == ROBOT:
            return read_message(frame.data, came)
        if topic == CARD:
            return await read_press(frame.data, str(frame.headers.get("messageId") or ""), came)
        log.info("unexpected topic from DingTalk", topic=str(topic)[:80])
        return None


async def read_press(data: str, message_id: str, now: datetime) -> Message | None:
    """Return a pressed button as a message; None if the card is not ours or no longer has this button."""
    try:
        pressed = read_pressed(msgspec.json.decode(data))
    except (ValueError, RecursionError) as error:
        raise Malformed("not a card's callback") from error
    found = await _button(pressed) if pressed else None
    if pressed is None or found is None or not message_id:
        return None
    button, conversation = found
    private = conversation.startswith("@")
    return Message(
        channel=CHANNEL,
        id=f"press:{message_id}"[:160],
        conversation=f"@{pressed.user}" if private else conversation,
        sender=pressed.user,
        sent_at=now,
        private=private,
        press=Press(key=button.key, ref=pressed.track_id),
    )


async def _button(pressed: Pressed) -> tuple[Button, str] | None:
    """Return the pressed button and the conversation that shows its card; None unless the card is ours."""
    named = message_of(pressed.track_id)
    row = await sent_messages.find(named[1]) if named else None
    card = reply_of(row.body).card if row else None
    if named is None or row is None or card is None or card.id != named[0]:
        return None
    button = pressed_button(card.buttons, pressed.action)
    return (button, row.conversation) if button else None


async def _acknowledge(socket: ClientWebSocketResponse, frame: Frame, data: str) -> None:
    headers = {"contentType": "application/json", "messageId": str(frame.headers.get("messageId") or "")}
    answer = {"code": 200, "headers": headers, "message": "OK", "data": data}
    await socket.send_str(msgspec.json.encode(answer).decode())
