"""One Valkey for all measurements: on a TCP port, append-only file synced every second, as the product runs it."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from redis import Redis
from redis.exceptions import RedisError

from storage.timers.embedded import find_binary


@contextmanager
def valkey(directory: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Run a Valkey in `directory`; yield its address, and its process for measuring CPU time."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", port, "--dir", directory, "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
    process = subprocess.Popen([find_binary(), *map(str, options)], stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}"
    try:
        _until_ready(url)
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def _until_ready(url: str) -> None:
    with Redis.from_url(url) as redis:
        for _ in range(500):
            try:
                redis.ping()
                return
            except RedisError:
                time.sleep(0.02)
    raise TimeoutError("Valkey does not answer")


def empty_redis(url: str) -> None:
    with Redis.from_url(url) as redis:
        redis.execute_command("FLUSHALL", "SYNC")


def used_memory(url: str) -> int:
    with Redis.from_url(url) as redis:
        return int(redis.info("memory")["used_memory"])
