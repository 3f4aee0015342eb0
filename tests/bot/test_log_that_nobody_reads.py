"""A log that nobody reads, in a full pipe or a stopped terminal, stops nobody; it says what is missing afterwards."""

import os
import pty
import termios
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Thread

import pytest

from bot.log_file import LogFile

LINE = "2026-11-23 10:05:00+0800 [warning  ] 平台没有回答 " + "x" * 60 + "\n"
LONG = "y" * 10_000 + "\n"


@contextmanager
def pipe() -> Iterator[tuple[int, LogFile]]:
    """A pipe's end to read from, and the log that is written into it."""
    reading, writing = os.pipe()
    with os.fdopen(reading), os.fdopen(writing, "w", encoding="utf-8") as file:
        yield reading, LogFile(file)


@contextmanager
def stopped_terminal() -> Iterator[tuple[int, LogFile]]:
    """The same with a terminal on which Ctrl+S was pressed."""
    reading, writing = pty.openpty()
    with os.fdopen(reading), os.fdopen(writing, "w", encoding="utf-8") as file:
        termios.tcflow(writing, termios.TCOOFF)
        yield reading, LogFile(file)
        termios.tcflow(writing, termios.TCOON)


@contextmanager
def unread_terminal() -> Iterator[tuple[int, LogFile]]:
    """The same with a terminal whose window is gone."""
    reading, writing = pty.openpty()
    with os.fdopen(reading), os.fdopen(writing, "w", encoding="utf-8") as file:
        yield reading, LogFile(file)


def finishes(work: Callable[[], None]) -> bool:
    running = Thread(target=work, daemon=True)
    running.start()
    running.join(10)
    return not running.is_alive()


@pytest.mark.parametrize("ends", [pipe, stopped_terminal, unread_terminal])
def test_writing_goes_on(ends: Callable[[], AbstractContextManager[tuple[int, LogFile]]]) -> None:
    with ends() as (_, log):

        def work() -> None:
            for _ in range(2000):
                log.write(LINE)
                log.write(LONG)
                log.flush()

        assert finishes(work)


def test_once_it_is_read_again_it_says_how_many_lines_are_missing() -> None:
    with pipe() as (reading, log):
        for _ in range(2000):
            log.write(LINE)
        kept = os.read(reading, 1_000_000).decode()
        assert kept.count(LINE) == kept.count("\n")
        log.write("the next\n")
        notice, following = os.read(reading, 1000).decode().splitlines()
        assert notice == f"… {2000 - kept.count(LINE)} lines of the log are missing here: nobody read it"
        assert following == "the next"
        log.write("and on\n")
        assert os.read(reading, 1000) == b"and on\n"


def test_a_line_that_was_cut_ends_before_the_next() -> None:
    with pipe() as (reading, log):
        log.write("z" * 1_000_000 + "\n")
        os.read(reading, 1_000_000)
        log.write("the next\n")
        assert os.read(reading, 1000).decode().splitlines()[-1] == "the next"
