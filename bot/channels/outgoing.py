"""How we reach the platforms: through the office's proxy where HTTP_PROXY or HTTPS_PROXY says so, past it for NO_PROXY.

aiohttp reads these by itself for requests, and for a WebSocket only under names of its own, which no office sets.
"""

from typing import Any
from urllib.request import getproxies, proxy_bypass

from aiohttp import (
    ClientConnectorError,
    ClientHttpProxyError,
    ClientResponse,
    ClientSession,
    ClientWebSocketResponse,
    ConnectionTimeoutError,
    InvalidURL,
)
from yarl import URL

NOT_SENT = (ClientConnectorError, ClientHttpProxyError, ConnectionTimeoutError, InvalidURL)
"""What ends a request before the platform could see any of it: a proxy that will not go on is among them."""

ANSWER_LIMIT = 1024 * 1024
"""Bytes of a platform's answer to one call."""

_SECURE = {"ws": "http", "wss": "https"}


def session(**options: Any) -> ClientSession:
    """For the platforms only: files that people sent are fetched by `download`, past any proxy; links never are."""
    return ClientSession(trust_env=True, **options)


async def socket(session: ClientSession, url: str | URL, **options: Any) -> ClientWebSocketResponse:
    """A WebSocket, through the same proxy as requests to that host."""
    opened: ClientWebSocketResponse = await session.ws_connect(url, proxy=proxy_of(URL(url)), **options)
    return opened


def proxy_of(url: URL) -> str | None:
    if url.host is None or proxy_bypass(url.host):
        return None
    return getproxies().get(_SECURE.get(url.scheme, url.scheme))


def failure(error: Exception) -> str:
    """What an error is called in a reason; addresses stay out of it, for they hold secrets."""
    if isinstance(error, ClientHttpProxyError):
        return f"the proxy answers HTTP {error.status}"
    return type(error).__name__


class TooLong(Exception):
    """An answer beyond the limit, whatever it says."""


async def body_of(response: ClientResponse, limit: int = ANSWER_LIMIT) -> bytes:
    """An answer's body. Raises TooLong, and what aiohttp raises."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise TooLong
    return bytes(body)
