"""Fixtures for all tests."""

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Generator
from contextlib import nullcontext
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from redis.asyncio import Redis

from tests.support import one_thread
from tests.support.compiled import keep_compiled
from tests.support.cores import Cores, one_core
from tests.support.database import database
from tests.support.pictures import render_small
from tests.support.story import Story, new_story
from tests.support.thinned import LONG, drawn
from tests.support.valkey import redis, valkey

__all__ = ["redis", "story", "valkey"]

os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"  # the fakes are local: use no proxy
MEMORY_DISK, ROOM = Path("/dev/shm"), 3 << 30
"""Where the tests' databases lie if it has so much room (bytes): no power is cut here, so nothing needs a real disk."""


def _use_the_memory_disk() -> None:
    if "TMPDIR" in os.environ or not os.access(MEMORY_DISK, os.W_OK) or shutil.disk_usage(MEMORY_DISK).free < ROOM:
        return
    directory = MEMORY_DISK / f"huiyin-tests-{os.getuid()}"
    directory.mkdir(exist_ok=True)
    directory.chmod(0o711)  # PostgreSQL, which refuses to run as root, finds its own directory in it
    os.environ["TMPDIR"] = str(directory)
    tempfile.tempdir = None  # read again when it is next asked for


_use_the_memory_disk()
render_small()
keep_compiled()
# No deadline: a time is asserted nowhere, as machines are slow, or busy.
settings.register_profile("unhurried", deadline=None, max_examples=drawn(100))
settings.load_profile("unhurried")
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


def _interrupted(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


# As Python's own, but each of a test's event loops would put another handler in the place of that one, and back.
signal.signal(signal.SIGINT, _interrupted)


FIRST = ("faults", "servers", "crash", "rehearsal")
"""Folders of tests that take long: begun last, one of them would hold up the end of a run on several cores."""
WAITING = (*FIRST, "bot", "pages")
"""Folders of tests that wait for other processes most of their time; those of the others compute."""
PLAYED = ("stories", "regimes")
"""Folders of stories, of which each is one process on a database of its own."""


def pytest_configure(config: pytest.Config) -> None:
    """Share the cores among the workers of a run on several; say whether this run takes in what takes long."""
    if config.getoption("markexpr") != "not long":
        os.environ[LONG] = "yes"
    if config.getoption("numprocesses", None):
        cores = Cores()
        config.add_cleanup(cores.close)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    folder = item.path.parent.name
    one_thread.wanted = folder in PLAYED and LONG not in os.environ and item.path.name not in one_thread.THREADED
    with nullcontext() if folder in WAITING else one_core():
        return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.parent.name not in FIRST)


def pytest_collection_finish() -> None:
    """Let the garbage collector skip what every test keeps: the thousands of tests themselves."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # a test is over before its garbage takes much room


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    """The demonstration's school on Monday 2026-11-23 at 10:05."""
    async with new_story(tmp_path, redis) as started:
        yield started


@pytest.fixture
async def english(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    """The same school with everything in English."""
    async with new_story(tmp_path, redis, language="en") as started:
        yield started


@pytest.fixture
async def tables(tmp_path: Path) -> AsyncIterator[str]:
    """Open an empty database; yield its address."""
    async with database(tmp_path) as url:
        yield url
