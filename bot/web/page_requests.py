"""Read the body of a page's request within limits, and answer it as JSON."""

import asyncio
import json
from typing import TypeVar

import msgspec
from aiohttp import web
from aiohttp.client_exceptions import ClientError
from aiohttp.http_exceptions import HttpProcessingError

from bot.channels.base import MESSAGE_LIMIT
from bot.web.group_interface import GroupPageError

_MOST = f"{MESSAGE_LIMIT // 1024} KB"
TOO_LONG = f"一条消息最多 {_MOST}（约八万字），请存成文件再传。 / A message may have {_MOST}: please send it as a file."
SILENCE_SECONDS, WHOLE_SECONDS = 10.0, 120.0
"""How long a body may pause, and how long it may take."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

RequestT = TypeVar("RequestT", bound=msgspec.Struct)


def json_answer(data: object, status: int = 200) -> web.Response:
    body = json.dumps(data, ensure_ascii=False)
    return web.Response(text=body, status=status, content_type="application/json", headers=HEADERS)


async def body_of(request: web.Request, shape: type[RequestT]) -> RequestT:
    body = await bytes_of(request, MESSAGE_LIMIT + 1)
    if len(body) > MESSAGE_LIMIT:
        raise GroupPageError(TOO_LONG, 413)
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise GroupPageError(f"The body is not the JSON expected here: {error}") from error


async def bytes_of(request: web.Request, most: int) -> bytes:
    """Return the body, at most its first `most` bytes; the rest is not read. GroupPageError if it is slow or broken."""
    body = bytearray()
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            while len(body) < most:
                async with asyncio.timeout(SILENCE_SECONDS):
                    chunk = await request.content.read(MESSAGE_LIMIT)
                if not chunk:
                    break
                body += chunk
    except TimeoutError as error:
        raise GroupPageError(
            "没有按时传完，请重试。 / The body did not arrive in time: please try again.", 408
        ) from error
    except (ClientError, HttpProcessingError, web.RequestPayloadError) as error:
        raise GroupPageError("传输中断，请重试。 / The body broke off: please try again.") from error
    return bytes(body[:most])
