"""DingTalk's robot messages in HTTP mode: `POST /dingtalk/robot`, signed, answered `{}` once the message is stored.

403: the signature is wrong, old or missing. 413: too long. 400: not a robot message. 500: it could not be stored, so
that the platform sends it again. A message is stored on 200 only; the inbox stores a repeated delivery once.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

import structlog
from aiohttp import web
from msgspec.structs import replace

from bot.channels.base import StoreMessage
from bot.channels.callback_body import STORE_SECONDS, Declined, read_body
from bot.channels.delivered import Delivered, store_or_keep
from bot.channels.dingtalk.channel import DingTalkSettings
from bot.channels.dingtalk.config import CHANNEL
from bot.channels.dingtalk.deliveries import Deliveries
from bot.channels.dingtalk.wire import OverTheLimit, place_of, read_message, sign
from bot.channels.wire_types import Malformed
from handlers.rules.language.messages import Message

FRESH_MS = 3_600_000
UNDERWAY = timedelta(minutes=10)
"""How long before it was signed a message may have been said: the platform signs what it sends."""

log = structlog.get_logger(__name__)


def dingtalk_routes(
    settings: DingTalkSettings, store: StoreMessage, now: Callable[[], datetime], deliveries: Deliveries
) -> list[web.RouteDef]:
    """Return the route. `store` must have stored the message when it returns, whether or not it was known before."""

    async def robot(request: web.Request) -> web.Response:
        try:
            await _receive(request, settings, store, now(), deliveries)
        except Declined as declined:
            return web.json_response({"error": str(declined)}, status=declined.status)
        return web.json_response({})

    return [web.post("/dingtalk/robot", robot)]


async def _receive(
    request: web.Request, settings: DingTalkSettings, store: StoreMessage, now: datetime, deliveries: Deliveries
) -> None:
    signed_at = _verify(request, settings.app_secret, now)
    body = await read_body(request)

    async def receive() -> None:
        try:
            message = not_older(read_message(body, now), signed_at)
        except OverTheLimit as error:
            await deliveries.came_empty(error)
            return
        await store(message)
        await deliveries.came()

    try:
        async with asyncio.timeout(STORE_SECONDS):
            await store_or_keep(receive, Delivered(CHANNEL, body.decode(errors="replace"), *place_of(body)), now)
    except Malformed as error:
        raise Declined(400, str(error)) from error
    except Exception as error:
        log.exception("a message from DingTalk could not be stored")
        raise Declined(500, "not stored: send it again") from error


def not_older(message: Message, signed_at: datetime) -> Message:
    """Return a message that says to be no older than UNDERWAY before it was signed.

    The signature covers its own time alone: who could sign one would meet with the message what was due long before.
    """
    return replace(message, sent_at=max(message.sent_at, signed_at - UNDERWAY))


def _verify(request: web.Request, secret: str, now: datetime) -> datetime:
    """Check the signature, which covers the time only: it proves the sender, and is valid for an hour.

    Return that time (UTC).
    """
    timestamp, given = (request.headers.get(name, "") for name in ("timestamp", "sign"))
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 16):
        raise Declined(403, "the timestamp header is missing or no number")
    if not compare_digest(sign(timestamp, secret).encode(), given.encode(errors="surrogateescape")):
        raise Declined(403, "the sign header is missing or wrong: compare the app secret on both sides")
    if abs(now.timestamp() * 1000 - int(timestamp)) > FRESH_MS:
        raise Declined(403, "the timestamp is over an hour off: compare the clocks")
    return datetime.fromtimestamp(int(timestamp) / 1000, UTC)
