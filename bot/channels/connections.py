"""Connections to the platforms: through the proxy of HTTP_PROXY or HTTPS_PROXY, directly for hosts in NO_PROXY.

aiohttp reads these variables for requests, but not for WebSockets, so the proxy of a WebSocket is looked up here.
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
"""Errors before the platform could see any of a request; a proxy that refuses it is one of them."""

CLOSED = (RuntimeError, AssertionError)
"""What aiohttp raises for a request over a session that was closed, which happens when the bot stops."""

ANSWER_LIMIT = 1024 * 1024
"""The most bytes of a platform's answer to one call."""

_SECURE = {"ws": "http", "wss": "https"}


def session(**options: Any) -> ClientSession:
    """Return a session for the platforms. Files that people sent are fetched by `download`, without a proxy."""
    return ClientSession(trust_env=True, **options)


async def socket(session: ClientSession, url: str | URL, **options: Any) -> ClientWebSocketResponse:
    """Open a WebSocket through the same proxy as requests to that host."""
    opened: ClientWebSocketResponse = await session.ws_connect(url, proxy=proxy_of(URL(url)), **options)
    return opened


def proxy_of(url: URL) -> str | None:
    if url.host is None or proxy_bypass(url.host):
        return None
    return getproxies().get(_SECURE.get(url.scheme, url.scheme))


def failure(error: Exception) -> str:
    """Return the name of an error for a reason. It holds no address, because addresses hold secrets."""
    if isinstance(error, ClientHttpProxyError):
        return f"the proxy answers HTTP {error.status}"
    return type(error).__name__


class TooLong(Exception):
    """An answer is longer than the limit."""


async def body_of(response: ClientResponse, limit: int = ANSWER_LIMIT) -> bytes:
    """Return an answer's body of at most `limit` bytes. Raises TooLong, and what aiohttp raises."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise TooLong
    return bytes(body)
