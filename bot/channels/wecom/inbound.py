"""Inbound messages of WeCom: resolve the sender's id, store the message, and show the result on a pressed card.

WeCom may name a person by an encrypted open id (`wo…`), which the self-built app resolves. One that cannot be resolved
stays as it is; it is no account of the configuration and so has no authority.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import structlog
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.channels.base import SendError, StoreMessage
from bot.channels.delivered import Delivered, store_at_last
from bot.channels.wecom.app import App
from bot.channels.wecom.card import decided_card
from bot.channels.wecom.config import CHANNEL
from bot.channels.wecom.http import Json
from bot.channels.wecom.wire import ROBOT, WeComCallback, place_of, read_callback
from bot.channels.wire_types import Malformed
from handlers.rules.language.messages import Card, Message, Reply
from storage.sent_messages import card_messages
from storage.timers import keys
from storage.timers.client import pop_within
from storage.timers.link import REDIS_ERRORS

log = structlog.get_logger(__name__)
A_MONTH = 30 * 86_400
QUARTER = timedelta(days=90)
PRESS_SECONDS = 4.0
"""A pressed card can be answered within five seconds only."""
LOOK_UP_SECONDS = 3.0
SHORTEST_OPEN_ID = 20


class Identities:
    """`known` says whether an id is an account in the configuration."""

    def __init__(self, app: App | None, redis: Redis | None, known: Callable[[str], bool]) -> None:
        self._app, self._redis, self._known = app, redis, known

    async def user_id(self, id: str) -> str:
        """Return the user id behind an open id; any other id as it is."""
        if not id.startswith("wo") or len(id) < SHORTEST_OPEN_ID or self._known(id) or self._app is None:
            return id
        if remembered := await self._get(id):
            return remembered
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                found = (await self._app.user_ids([id])).get(id, "")
        except (SendError, TimeoutError) as error:
            log.warning("open id not resolved", open_id=id, reason=str(error))
            found = ""
        if found:
            await self._set(id, found)
            await self._set(f"@{found}", id)
        return found or id

    async def robot_id(self, uid: str) -> str:
        """Return the id by which the robot knows a user: the open id under which it received them, if it was one."""
        return await self._get(f"@{uid}") or uid

    async def _get(self, id: str) -> str:
        try:
            found = await self._redis.get(keys.alias(keys.NAMESPACE, id)) if self._redis else None
        except REDIS_ERRORS:
            return ""
        return (found.decode() if isinstance(found, bytes) else found) or ""

    async def _set(self, id: str, other: str) -> None:
        try:
            if self._redis:
                await self._redis.set(keys.alias(keys.NAMESPACE, id), other, ex=A_MONTH)
        except REDIS_ERRORS:
            return  # resolved again next time


class InboundMessages:
    """`store_message` stores a message; its errors go through to the caller."""

    def __init__(
        self, store_message: StoreMessage, identities: Identities, redis: Redis | None, now: Callable[[], datetime]
    ) -> None:
        self._store_message, self._identities, self._redis, self._now = store_message, identities, redis, now

    async def receive(self, message: Message) -> bool:
        """Store a message under its sender's real id; return False if it was stored already."""
        return await self.store(await self.resolved(message))

    async def resolved(self, message: Message) -> Message:
        """Return the message under its sender's real id, as far as that is known."""
        uid = await self._identities.user_id(message.sender)
        conversation = f"{ROBOT}{uid}" if message.conversation.startswith(ROBOT) else message.conversation
        return replace(message, sender=uid, conversation=conversation)

    async def store(self, message: Message) -> bool:
        return await self._store_message(message)

    async def decided(self, card: str, task: str) -> Json | None:
        """Return the card after its press was handled; None if that takes too long or changes nothing."""
        try:
            if self._redis is None:
                return None
            done = await pop_within(self._redis, keys.card_update(keys.NAMESPACE, card), PRESS_SECONDS)
        except REDIS_ERRORS:
            return None
        return None if done is None else decided_card(await self._card(card), task, done)

    async def _card(self, id: str) -> Card:
        replies = [
            msgspec.json.decode(one.body, type=Reply) for one in await card_messages(CHANNEL, id, self._now() - QUARTER)
        ]
        cards = [reply.card for reply in replies if reply.card is not None and reply.card.id == id]
        return cards[-1] if cards else Card(id=id, title="")


class SocketInbound:
    """Inbound callbacks of the long connection. `update` answers a press by its req_id."""

    def __init__(self, inbound: InboundMessages, names: tuple[str, ...], now: Callable[[], datetime]) -> None:
        self._inbound, self._names, self._now = inbound, names, now
        self.update: Callable[[str, Json], Any] | None = None
        self._pressed: set[asyncio.Task[None]] = set()

    def receive(self, req_id: str, body: Json) -> Coroutine[Any, Any, None]:
        """Store a callback that comes now, however long that takes. What is no callback is dropped."""
        return self._receive(req_id, body, self._now())

    async def _receive(self, req_id: str, body: Json, came: datetime) -> None:
        delivered = Delivered(CHANNEL, msgspec.json.encode(body).decode(), *place_of(body))
        await store_at_last(partial(self._store, req_id, body, came), delivered, self._now)

    async def _store(self, req_id: str, body: Json, came: datetime) -> None:
        try:
            callback = read_callback(body, self._names, came)
        except Malformed as error:
            log.warning("unreadable callback from WeCom", reason=str(error))
            return
        if callback.message is not None and await self._inbound.receive(callback.message) and callback.card:
            answering = asyncio.create_task(self._answer(req_id, callback))
            self._pressed.add(answering)
            answering.add_done_callback(self._pressed.discard)

    async def _answer(self, req_id: str, callback: WeComCallback) -> None:
        card = await self._inbound.decided(callback.card, callback.task)
        if card is None or self.update is None:
            return
        try:
            await self.update(req_id, card)
        except SendError as error:
            log.info("card keeps its buttons", card=callback.card, reason=str(error))
