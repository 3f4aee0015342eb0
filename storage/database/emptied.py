"""An empty SQLite file is a new one only if nothing tells of an older one: else a disk or a restore has emptied it."""

from collections.abc import Iterator
from pathlib import Path

HEADER = b"SQLite format 3\0"
TIMERS = ("appendonlydir", "appendonlydir.damaged")
"""What the embedded Valkey leaves in its directory; it starts only once there is a database."""

ARCHIVE = "archive-"
"""How the folders begin that `archive --year` writes."""


def traces_of_older(file: Path, timers: Path | None) -> list[Path]:
    """Return what tells that an empty or missing file had contents: its own log, timers, copies of it, archives.

    A file that is missing without its log is new: somebody has chosen its name. A database whose name does not begin as
    the file's is somebody else's. `timers` is the embedded Valkey's
    directory.
    """
    file = file.resolve()  # its log lies beside the file that it really is
    own_log = file.with_name(f"{file.name}-wal")
    found = [own_log] if _size(own_log) else []
    if _size(file) is None:
        return found
    return [] if _size(file) else [*found, *_beside(file, timers)]


def _beside(file: Path, timers: Path | None) -> Iterator[Path]:
    if timers is not None:
        yield from (timers / name for name in TIMERS if (timers / name).is_dir())
    others = sorted(file.parent.iterdir())
    yield from (one for one in others if one.name.startswith(ARCHIVE) or _is_copy(one, file))


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None


def _is_copy(one: Path, file: Path) -> bool:
    try:
        if not one.name.startswith(file.stem) or not one.is_file():  # reading a named pipe would wait for ever
            return False
        with one.open("rb") as body:
            return body.read(len(HEADER)) == HEADER
    except OSError:
        return False
