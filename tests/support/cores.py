"""Let no more tests compute at once than the machine has cores, while others wait for servers, pages and files.

More workers than cores fill the time in which a test waits; but where all of them compute, they take each other's
turns, and each test costs a third more. The free cores are bytes in a named pipe: who computes has taken one out.
"""

import os
import select
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PIPE = "HUIYIN_TEST_CORES"
"""The variable that tells the workers where the pipe is."""
LONGEST_SECONDS = 30.0
"""How long a test waits for a core: a worker that was killed took its own along."""


class Cores:
    """The cores of this machine, shared by the processes that are started while they are."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="huiyin-cores-")
        path = Path(self._directory.name) / "free"
        os.mkfifo(path)
        self._pipe = os.open(path, os.O_RDWR)
        os.write(self._pipe, bytes(os.cpu_count() or 1))
        os.environ[PIPE] = str(path)

    def close(self) -> None:
        del os.environ[PIPE]
        os.close(self._pipe)
        self._directory.cleanup()


@contextmanager
def one_core() -> Iterator[None]:
    """Wait for a free core and keep it meanwhile; where none are shared there is nothing to wait for."""
    path = os.environ.get(PIPE)
    if path is None:
        yield
        return
    pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        taken = _take(pipe)
        try:
            yield
        finally:
            os.write(pipe, taken)
    finally:
        os.close(pipe)


def _take(pipe: int) -> bytes:
    """Return the byte of a free core, or nothing if none becomes free in time."""
    while select.select([pipe], [], [], LONGEST_SECONDS)[0]:
        try:
            return os.read(pipe, 1)
        except BlockingIOError:  # another process was faster
            continue
    return b""
