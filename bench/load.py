"""Load an HTTP server as fast as it answers, or at a rate: `python bench/load.py --port=… --path=…`.

The body comes from standard input, with MESSAGE-ID where each request has its own id; or `--envelopes` names a file of
prepared requests, a query and a body on each line. It uses plain asyncio on keep-alive connections, because an HTTP
client library would be the bottleneck. With a rate, the latency of a request counts from its due time, not from when
it was sent. Prints one JSON object.
"""

import argparse
import asyncio
import json
import sys
import time
from itertools import count
from pathlib import Path
from uuid import uuid4


async def answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(head[9:12])


class Load:
    def __init__(self, options: argparse.Namespace, template: str) -> None:
        self.options = options
        self.run = uuid4().hex
        self.numbers = count()
        self.times: list[float] = []
        self.failed = 0
        self.before, _, self.after = template.partition("MESSAGE-ID")
        self.envelopes = iter(options.envelopes.read_text(encoding="utf-8").splitlines() if options.envelopes else ())

    def request(self) -> bytes:
        """Return the next request; the last envelope ends the run."""
        if self.options.envelopes:
            query, _, sealed = next(self.envelopes).partition(" ")
            return self.written(f"{self.options.path}?{query}", sealed.encode())
        body = f"{self.before}{self.run}{next(self.numbers):08}{self.after}"
        return self.written(self.options.path, body.encode())

    def written(self, path: str, body: bytes) -> bytes:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
            f"timestamp: {self.options.timestamp}\r\nsign: {self.options.sign}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def fast(self, until: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.options.port)
        while time.perf_counter() < until:
            await self.one(reader, writer, time.perf_counter())
        writer.close()

    async def paced(self, start: float, until: float, lane: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.options.port)
        for due in (start + n / self.options.rate for n in count(lane, self.options.connections)):
            if due >= until:
                break
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            await self.one(reader, writer, due)
        writer.close()

    async def one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, since: float) -> None:
        writer.write(self.request())
        status = await answer(reader)
        self.times.append(time.perf_counter() - since)
        self.failed += status != 200

    async def go(self) -> None:
        start = time.perf_counter()
        until = start + self.options.seconds
        lanes = range(self.options.connections)
        work = [self.paced(start, until, lane) if self.options.rate else self.fast(until) for lane in lanes]
        await asyncio.gather(*work)
        took = time.perf_counter() - start
        times = sorted(self.times)
        shares = {name: times[min(int(len(times) * share), len(times) - 1)] for name, share in SHARES.items()}
        result = {"answers": len(times), "per_second": len(times) / took, "failed": self.failed, **shares}
        print(json.dumps(result))


SHARES = {"p50": 0.5, "p99": 0.99, "p999": 0.999}


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, kind in {"port": int, "path": str, "seconds": float}.items():
        parser.add_argument(f"--{name}", type=kind, required=True)
    for name in ("timestamp", "sign"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--envelopes", type=Path)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rate", type=float, default=0)
    asyncio.run(Load(parser.parse_args(), sys.stdin.read()).go())


main()
