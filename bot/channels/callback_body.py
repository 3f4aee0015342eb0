"""What all signed callbacks share: a limited body, read within a limited time, and one short answer to a fault."""

import asyncio

from aiohttp import web
from aiohttp.client_exceptions import ClientError
from aiohttp.http_exceptions import HttpProcessingError

from bot.channels.base import MESSAGE_LIMIT

READ_SECONDS = 10.0
STORE_SECONDS = 8.0
"""How long a callback waits for storage; then its platform is told to deliver it again."""


class Declined(Exception):
    """A callback that is refused; `status` is the HTTP status to answer with."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


async def read_body(request: web.Request) -> bytes:
    """Return the whole body. Declined with 413 if it is too long, 408 if it is too slow, 400 if it breaks off."""
    if (request.content_length or 0) > MESSAGE_LIMIT:
        raise Declined(413, "the body is too long")
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > MESSAGE_LIMIT:
                    raise Declined(413, "the body is too long")
    except TimeoutError as error:
        raise Declined(408, "the body did not arrive in time") from error
    except (ClientError, HttpProcessingError, web.RequestPayloadError, OSError) as error:
        raise Declined(400, "the body broke off or is badly encoded") from error
    return bytes(body)
