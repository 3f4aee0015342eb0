"""How much room is left beside the open SQLite file, so that files are refused before the tables have none."""

import shutil
from typing import NamedTuple

from storage.database import in_place

MEGABYTE = 1_000_000
RESERVED = 64 * MEGABYTE
"""Bytes that stay free for words, due times and the log of changes: no picture or file takes them."""
USUAL = 4 * MEGABYTE
"""Bytes of a usual picture."""
WARNED = 256 * MEGABYTE
"""Free bytes below which the desk is warned."""


class NoRoom(Exception):
    """A file is refused, as it would take the room that words need."""


class Room(NamedTuple):
    """The directory of the tables, and its free bytes."""

    directory: str
    free: int

    @property
    def is_low(self) -> bool:
        return self.free < WARNED


def room() -> Room | None:
    """Return the room beside the open SQLite file; None without one, or where it cannot be seen."""
    file = in_place.opened_file()
    if file is None:
        return None
    try:
        directory = file.resolve().parent
        return Room(str(directory), shutil.disk_usage(directory).free)
    except OSError:
        return None


def has_room() -> bool:
    """Return whether a picture of usual size would be taken."""
    found = room()
    return found is None or found.free - 2 * USUAL >= RESERVED


def must_have_room(size: int) -> None:
    """Raise NoRoom if a file of `size` bytes would not leave the reserve: it stands in the log and in the tables."""
    found = room()
    if found is not None and found.free - 2 * size < RESERVED:
        raise NoRoom(
            f"{found.directory} has {found.free // MEGABYTE} MB left, of which {RESERVED // MEGABYTE} are kept"
        )
