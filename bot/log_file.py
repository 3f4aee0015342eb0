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
            if not _is_ready(descriptor):
                self._lost += 1
                self._broken = self._broken or start > 0
                return
            os.write(descriptor, line[start : start + PIECE])
        self._lost, self._broken = 0, False

    def _descriptor(self) -> int | None:
        """Return the file's descriptor; None of one that only stands for a file."""
        try:
            return self._file.fileno()
        except (OSError, ValueError, AttributeError):
            return None


def _is_ready(descriptor: int) -> bool:
    watch = select.poll()
    watch.register(descriptor, select.POLLOUT)
    return any(found & select.POLLOUT for _, found in watch.poll(0))
