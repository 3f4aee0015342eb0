"""A line to Redis that can be cut and mended: of several processes one alone loses its server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from redis.asyncio import Redis

from storage.timers.timers import connect


class CutLine:
    """Pass everything to the server of `redis`, unless `cut`."""

    def __init__(self, redis: Redis) -> None:
        self._server = redis.connection_pool.connection_kwargs
        self._pipes: set[asyncio.Task[None]] = set()
        self._cut = False

    def cut(self) -> None:
        self._cut = True
        for pipe in self._pipes:
            pipe.cancel()

    def mend(self) -> None:
        self._cut = False

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.close()
            return
        if path := self._server.get("path"):
            behind, beyond = await asyncio.open_unix_connection(path)
        else:
            behind, beyond = await asyncio.open_connection(self._server["host"], self._server["port"])
        for one, other in ((reader, beyond), (behind, writer)):
            pipe = asyncio.create_task(_pipe(one, other))
            self._pipes.add(pipe)
            pipe.add_done_callback(self._pipes.discard)

    async def end(self) -> None:
        self.cut()
        await asyncio.gather(*self._pipes, return_exceptions=True)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
    finally:
        writer.close()


@asynccontextmanager
async def cut_line(redis: Redis, directory: Path) -> AsyncIterator[tuple[Redis, CutLine]]:
    """Yield a client of the server of `redis` over a line of its own, and the line."""
    line = CutLine(redis)
    server = await asyncio.start_unix_server(line.take, directory / "line")
    try:
        async with connect(f"unix://{directory / 'line'}") as client:
            yield client, line
    finally:
        server.close()
        await line.end()
