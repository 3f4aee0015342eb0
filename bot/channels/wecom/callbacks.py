"""WeCom's callbacks: `/wecom/robot` (the AI robot over HTTP, JSON) and `/wecom/app` (the self-built app, XML).

Both come in a signed and encrypted envelope. GET proves to WeCom that the address is ours. POST is answered when the
message is stored: 403 if the envelope is not WeCom's or not fresh, 400 if it holds no callback, 413 if it is too long,
500 if it could not be stored, so that WeCom sends it again. The inbox stores a repeated delivery once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from secrets import token_hex
from typing import Any, TypeVar

import msgspec
import structlog
from aiohttp import web

from bot.channels.callback_body import STORE_SECONDS, Declined, read_body
from bot.channels.delivered import Delivered, store_or_keep
from bot.channels.wecom.app import AppSettings
from bot.channels.wecom.config import CHANNEL
from bot.channels.wecom.crypto import Envelope, Forged
from bot.channels.wecom.inbound import InboundMessages
from bot.channels.wecom.robot import AnsweringRobot, RobotSettings
from bot.channels.wecom.wire import WeComCallback, place_of, read_callback
from bot.channels.wecom.xml import encrypted
from bot.channels.wecom.xml import read_callback as read_xml
from bot.channels.wire_types import Malformed

log = structlog.get_logger(__name__)
T = TypeVar("T")
Now = Callable[[], datetime]
Handle = Callable[[web.Request], Awaitable[web.Response]]


class Sealed(msgspec.Struct):
    encrypt: str


def robot_routes(
    settings: RobotSettings, inbound: InboundMessages, answers: AnsweringRobot, now: Now
) -> list[web.RouteDef]:
    envelope = Envelope(settings.token, settings.aes_key, "")

    async def handle(request: web.Request) -> web.Response:
        try:
            sealed = msgspec.json.decode(await read_body(request), type=Sealed).encrypt
        except (ValueError, RecursionError):
            raise Declined(400, "not a callback: there is no encrypt in it") from None
        opened = _open(request, envelope, sealed, now())
        callback = await _stored(partial(receive, opened), opened, now())
        card = await inbound.decided(callback.card, callback.task) if callback and callback.card else None
        return web.Response() if card is None else _sealed(envelope, card, now())

    async def receive(opened: str) -> WeComCallback | None:
        """Store a callback's message; return the callback if that was not known before."""
        callback = read_callback(opened, settings.names, now())
        if callback.message is None:
            return None
        message = await inbound.resolved(callback.message)
        if callback.answer_to:
            await answers.remember(message.conversation, callback.answer_to)
        return callback if await inbound.store(message) else None

    return _routes("/wecom/robot", envelope, handle, now)


def app_routes(settings: AppSettings, inbound: InboundMessages, now: Now) -> list[web.RouteDef]:
    envelope = Envelope(settings.token, settings.aes_key, settings.corp_id)

    async def handle(request: web.Request) -> web.Response:
        sealed = encrypted(await read_body(request))
        opened = _open(request, envelope, sealed, now())
        await _stored(partial(receive, opened), opened, now())
        return web.Response()

    async def receive(opened: str) -> None:
        message = read_xml(opened, now()).message
        if message is not None:
            await inbound.receive(message)

    return _routes("/wecom/app", envelope, handle, now)


def _routes(path: str, envelope: Envelope, handle: Handle, now: Now) -> list[web.RouteDef]:
    async def post(request: web.Request) -> web.Response:
        return await _answered(request, handle)

    async def prove(request: web.Request) -> web.Response:
        return web.Response(text=_open(request, envelope, request.query.get("echostr", ""), now()))

    async def get(request: web.Request) -> web.Response:
        return await _answered(request, prove)

    return [web.post(path, post), web.get(path, get, allow_head=False)]


async def _answered(request: web.Request, handle: Handle) -> web.Response:
    """Answer a request; every fault gets one short answer with its HTTP status."""
    try:
        return await handle(request)
    except Declined as declined:
        status, reason = declined.status, str(declined)
    except Forged as forged:
        status, reason = 403, str(forged)
    except Malformed as malformed:
        status, reason = 400, str(malformed)
    return web.json_response({"error": reason}, status=status)


def _open(request: web.Request, envelope: Envelope, sealed: str, now: datetime) -> str:
    given, timestamp, nonce = (request.query.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
    return envelope.open(given, timestamp, nonce, sealed, now)


async def _stored(store: Callable[[], Awaitable[T]], opened: str, now: datetime) -> T | None:
    """Store by `store`, or keep the opened callback if it cannot be read. Declined while storage is away."""
    try:
        async with asyncio.timeout(STORE_SECONDS):
            return await store_or_keep(store, Delivered(CHANNEL, opened, *_place(opened)), now)
    except Malformed:
        raise
    except Exception as error:
        log.exception("a callback of WeCom was not stored")
        raise Declined(500, "not stored: send it again") from error


def _place(opened: str) -> tuple[str, str]:
    try:
        body = msgspec.json.decode(opened, type=dict[str, Any])
    except (ValueError, RecursionError):
        return "", ""
    return place_of(body)


def _sealed(envelope: Envelope, body: object, now: datetime) -> web.Response:
    update = {"response_type": "update_template_card", "template_card": body}
    timestamp, nonce = int(now.timestamp()), token_hex(8)
    sealed, signature = envelope.seal(msgspec.json.encode(update).decode(), str(timestamp), nonce)
    answer = {"encrypt": sealed, "msgsignature": signature, "timestamp": timestamp, "nonce": nonce}
    return web.json_response(answer)
