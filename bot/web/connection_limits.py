"""Limits on connections to our HTTP server, so that connections without a request stop nobody.

A connection has WAIT_SECONDS until the headers of its next request are complete. When too many are open in all, or
from one address, the one that has waited longest for a request is closed for the new one; if all are at work, the new
one is closed. Half of the files that the process may open are left to all else.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from time import monotonic
from typing import Any, cast

import structlog
from aiohttp import web

from bot import open_files

log = structlog.get_logger(__name__)
WAIT_SECONDS = 10.0
MOST = 512
SHARE_OF_ONE_ADDRESS = 0.75
"""Generous, as behind a proxy all have one address."""
MOST_PENDING = 128
"""How many may wait to be accepted."""
Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LimitedConnection(web.RequestHandler):
    """A connection that its server's limits know from its beginning to its end."""

    __slots__ = ("_socket", "address", "at_work", "limits", "since")

    def __init__(self, limits: "ConnectionLimits", manager: web.Server, **options: Any) -> None:
        super().__init__(manager, **options)
        self.limits = limits
        self.address = ""
        self.at_work = False
        self.since = 0.0
        self._socket: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._socket = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if isinstance(peer, tuple) and peer else ""
        self.wait()
        self.limits.admit(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.limits.open.pop(self, None)
        super().connection_lost(exc)

    def wait(self) -> None:
        """Note that it waits for its next request from now on."""
        self.at_work, self.since = False, monotonic()

    def abort(self) -> None:
        """Close it at once, without sending what is left."""
        self.force_close()
        if self._socket is not None:
            self._socket.abort()


class ConnectionLimits:
    """The open connections of one server, and how many there may be."""

    def __init__(self) -> None:
        files = open_files.limit()
        self.most = max(1, min(MOST, files // 2))
        self.most_of_one = max(1, int(self.most * SHARE_OF_ONE_ADDRESS))
        self.at_a_time = max(4, min(MOST_PENDING, files // 16))
        """How many are accepted at a time, for a moment beyond the limit."""
        self.open: dict[LimitedConnection, None] = {}

    def admit(self, new: LimitedConnection) -> None:
        """Let a connection in, and close one where there are too many."""
        self.open[new] = None
        here = [one for one in self.open if one.address == new.address]
        crowd = here if len(here) > self.most_of_one else self.open if len(self.open) > self.most else ()
        if crowd:
            closed = min(_waiting(crowd, new), key=lambda one: one.since, default=new)
            del self.open[closed]
            closed.abort()
            log.warning("too many connections are open, one was closed", open=len(self.open), address=closed.address)


def _waiting(crowd: Any, new: LimitedConnection) -> Iterator[LimitedConnection]:
    return (one for one in crowd if not one.at_work and one is not new)


@web.middleware
async def at_work(request: web.Request, handler: Respond) -> web.StreamResponse:
    """Note of a connection that it is at work while its request is handled."""
    connection = request.protocol
    if not isinstance(connection, LimitedConnection):
        return await handler(request)
    connection.at_work = True
    try:
        return await handler(request)
    finally:
        connection.wait()


class LimitedSite(web.BaseSite):
    """Listen at a TCP address, within the limits."""

    def __init__(self, runner: web.AppRunner, host: str, port: int) -> None:
        self._limits = ConnectionLimits()
        self._host, self._port = host, port
        super().__init__(runner, backlog=self._limits.at_a_time)

    @property
    def name(self) -> str:
        return f"http://{self._host}:{self._port}"

    async def start(self) -> None:
        await super().start()
        self._server = await asyncio.get_running_loop().create_server(
            self._connection, self._host, self._port, backlog=self._backlog
        )
        for one in self._server.sockets:
            with socket.socket(fileno=os.dup(one.fileno())) as listening:
                listening.listen(MOST_PENDING)  # asyncio accepts `backlog` at a time; more may wait in the system

    def _connection(self) -> LimitedConnection:
        server = self._runner.server
        assert server is not None  # noqa: S101 - set up before a site begins
        loop = asyncio.get_running_loop()
        return LimitedConnection(self._limits, server, loop=loop, access_log=None, keepalive_timeout=WAIT_SECONDS)
