"""Whether the SQLite file that is open still stands at its path.

Who replaces or deletes it while the bot runs changes nothing for the bot, which writes on into the old file: all of
that would be lost at the next start, without a word.
"""

from pathlib import Path

from storage.database.faults import FileReplaced

Identity = tuple[int, int]
_opened: tuple[Path, Identity] | None = None


def note(file: Path | None) -> None:
    """Note which file was opened; None if there is none to look at any more."""
    global _opened
    identity = _identity(file) if file is not None else None
    _opened = (file, identity) if file is not None and identity is not None else None


def opened_file() -> Path | None:
    """Return the SQLite file that is open; None if there is none."""
    return _opened[0] if _opened else None


def must_be_in_place() -> None:
    """Raise FileReplaced if another file, or none, stands where the open one did."""
    if _opened is None:
        return
    file, opened = _opened
    found = _identity(file)
    if found != opened:
        raise FileReplaced("it was deleted" if found is None else "another file is in its place")


def _identity(file: Path) -> Identity | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
