"""Write the log without waiting for who reads it: a full pipe or a stopped terminal makes gaps, and stops nobody."""

import os
import select
from contextlib import suppress
from typing import TextIO

PIECE = select.PIPE_BUF
"""Bytes that a pipe takes without waiting once it says that it is ready."""
LOST = "… {count} lines of the log are missing here: nobody read it\n"


class LogFile:
    """A file whose faults stop nobody who writes a line; where lines are missing it says so once it can be written."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._lost = 0
        self._broken = False  # the last line was cut
        self._terminal = _own_end(file)

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            descriptor = self._descriptor()
            if descriptor is None:
                self._file.write(text)
                return
            self._file.flush()
            notice = LOST.format(count=self._lost) if self._lost else ""
            whole = f"{chr(10) if self._broken else ''}{notice}{text}"
            self._put(descriptor, whole.encode(self._file.encoding or "utf-8", "backslashreplace"))

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            if self._descriptor() is None:
                self._file.flush()

    def _put(self, descriptor: int, line: bytes) -> None:
        """Write a line in pieces, each of which is taken at once; else count it as lost."""
        for start in range(0, len(line), PIECE):
            piece = line[start : start + PIECE]
            taken = _taken(descriptor, piece)
            if taken < len(piece):
                self._lost += 1
                self._broken = self._broken or start + taken > 0
                return
        self._lost, self._broken = 0, False

    def _descriptor(self) -> int | None:
        """Return the file's descriptor, of a terminal our own; None of one that only stands for a file."""
        try:
            return self._file.fileno() if self._terminal is None else self._terminal
        except (OSError, ValueError, AttributeError):
            return None


def _own_end(file: TextIO) -> int | None:
    """Open a terminal once more, for us alone: it says that it is ready, and then waits for who reads it."""
    try:
        return os.open(os.ttyname(file.fileno()), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK) if file.isatty() else None
    except (OSError, ValueError, AttributeError):
        return None


def _taken(descriptor: int, piece: bytes) -> int:
    """Write what is taken at once; return how many bytes that was."""
    try:
        return os.write(descriptor, piece) if _is_ready(descriptor) else 0
    except OSError:
        return 0


def _is_ready(descriptor: int) -> bool:
    watch = select.poll()
    watch.register(descriptor, select.POLLOUT)
    return any(found & select.POLLOUT for _, found in watch.poll(0))
