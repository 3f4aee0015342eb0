"""Start, adopt and stop an embedded Valkey server, for an institution that runs no Redis.

The server belongs to a directory and survives the bot. It keeps an append-only file there and holds a lock on
`valkey.lock` while it runs: a process that gets the lock may start a server, others adopt the running one.
"""

import asyncio
import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from storage.timers.embedded_files import (
    EmbeddedValkeyError,
    end_stopped,
    find_binary,
    last_log_line,
    noted_pid,
    prepare_home,
    remove_short_directory,
    set_damaged_aside,
    short_socket_path,
    try_lock,
)

__all__ = ["EmbeddedValkey", "EmbeddedValkeyError", "find_binary", "start"]

START_TIMEOUT_S = 60  # a long append-only file takes a while to load
STOP_TIMEOUT_S = 2
ANSWER_TIMEOUT_S = 2
PAUSE_S = 0.01


@dataclass(slots=True)
class EmbeddedValkey:
    home: Path
    socket_path: str
    adopted: bool
    pid: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{quote(self.socket_path)}"

    async def stop(self, *, even_adopted: bool = False) -> None:
        """Shut the server down if this process started it, and return when it has ended; its data remain."""
        if self.adopted and not even_adopted:
            return
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(STOP_TIMEOUT_S):
                # NOSAVE means no snapshot: the append-only file is complete and synced either way.
                await _ask(self.socket_path, b"SHUTDOWN NOSAVE\r\n", until_closed=True)
        if self.process is not None:
            await _reap(self.process)
        remove_short_directory(self.home, self.socket_path)


async def start(directory: str | Path) -> EmbeddedValkey:
    """Start a server on `directory`, or adopt the one that runs there, and wait until it answers.

    Raise EmbeddedValkeyError if there is no server for this platform, or if it does not answer within a minute.
    """
    binary, home = find_binary(), prepare_home(directory)
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            return await _start_or_adopt(binary, home)
    except TimeoutError as error:
        raise EmbeddedValkeyError(f"{_hung(home)} does not answer: {last_log_line(home)}") from error


def _hung(home: Path) -> str:
    pid = noted_pid(home)
    return f"Valkey in {home} (process {pid}; end it by: kill -9 {pid})" if pid else f"Valkey in {home}"


async def _start_or_adopt(binary: Path, home: Path) -> EmbeddedValkey:
    while True:
        lock = try_lock(home)
        if lock is not None:
            try:
                return await _launch(binary, home, lock)
            except EmbeddedValkeyError:
                if not set_damaged_aside(home):
                    raise
                continue
        if found := await running(home):
            return found
        end_stopped(home)
        await asyncio.sleep(PAUSE_S)


async def running(directory: str | Path) -> EmbeddedValkey | None:
    """Return the server that runs on `directory`, whichever process started it; None if none answers."""
    home = Path(directory).resolve()
    with suppress(OSError, ValueError):
        socket_path = (home / "valkey.socket").read_text(encoding="utf-8")
        pid = noted_pid(home) or 0
        if await _answers(socket_path):
            return EmbeddedValkey(home, socket_path, adopted=True, pid=pid)
    return None


async def _launch(binary: Path, home: Path, lock: int) -> EmbeddedValkey:
    try:
        socket_path = short_socket_path(home)
        process = _spawn(binary, home, socket_path, lock)
    finally:
        os.close(lock)  # the server has inherited it and still holds the lock
    try:
        await _until_ready(process, home, socket_path)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return EmbeddedValkey(home, str(socket_path), adopted=False, pid=process.pid, process=process)


def _spawn(binary: Path, home: Path, socket_path: Path, lock: int) -> subprocess.Popen[bytes]:
    (home / "valkey.socket").write_text(str(socket_path), encoding="utf-8")
    with (home / "valkey.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 – our own binary and options
            [binary, *_options(home, socket_path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock],
            start_new_session=True,
        )
    (home / "valkey.pid").write_text(str(process.pid), encoding="utf-8")
    return process


def _options(home: Path, socket_path: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(home),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]


async def _until_ready(process: subprocess.Popen[bytes], home: Path, socket_path: Path) -> None:
    while not await _answers(str(socket_path)):
        if process.poll() is not None:
            raise EmbeddedValkeyError(f"Valkey in {home} ended at once: {last_log_line(home)}")
        await asyncio.sleep(PAUSE_S)


async def _answers(socket_path: str) -> bool:
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            return (await _ask(socket_path, b"PING\r\n")).startswith(b"+PONG")
    return False


async def _ask(socket_path: str, command: bytes, *, until_closed: bool = False) -> bytes:
    reader, writer = await asyncio.open_unix_connection(socket_path)
    try:
        writer.write(command)
        return await (reader.read() if until_closed else reader.readline())
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _reap(process: subprocess.Popen[bytes]) -> None:
    for _ in range(int(STOP_TIMEOUT_S / PAUSE_S)):
        if process.poll() is not None:
            return
        await asyncio.sleep(PAUSE_S)
    process.kill()
    process.wait()
