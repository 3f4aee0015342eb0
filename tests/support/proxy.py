"""A forward proxy like an office's, which passes every request to one server of the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from yarl import URL


@asynccontextmanager
async def proxy(to: str) -> AsyncIterator[tuple[str, list[str]]]:
    """Run the proxy; yield its address and the list of requested hosts. Everything goes to the server at `to`."""
    server, asked, pipes = URL(to), [], set[asyncio.Task[None]]()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, rest = head.split(" ", 2)
        asked.append(target if method == "CONNECT" else str(URL(target).host))
        behind, beyond = await asyncio.open_connection(server.host, server.port)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            beyond.write(f"{method} {URL(target).raw_path_qs} {rest}".encode())
        pipes.update({asyncio.create_task(_pipe(reader, beyond)), asyncio.create_task(_pipe(behind, writer))})

    listening = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", asked
    finally:
        listening.close()
        for pipe in pipes:
            pipe.cancel()
        await asyncio.gather(*pipes, return_exceptions=True)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
    finally:
        writer.close()
