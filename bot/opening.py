"""Open the database at a start, and wait a while for one that is locked or not up yet.

A service manager would only start the bot again and again, and each start would say the same. So the start goes on
waiting for five minutes, says each time what it waits for, and ends after that with the remedy.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeVar

import structlog

from bot.config import Config
from bot.config.storage import database_address, database_place
from bot.storage_words import explained
from storage.database.database import open_database
from storage.database.faults import Fault, fault_of, kind_of
from storage.database.schema import CannotOpen, MayOpenLater

T = TypeVar("T")
log = structlog.get_logger(__name__)
START_SECONDS = 300.0
"""How long a start waits for the database."""
PAUSE_SECONDS = 5.0
LOCK_SECONDS = 1.5
"""How long a statement of the running bot waits for another process's lock on a SQLite file: all others wait behind
it, and people are to hear within three seconds that a message was not taken."""


async def open_when_possible(config: Config) -> None:
    """Open the database; wait for it if it is locked or not up yet. Raise CannotOpen."""
    url, synchronous = database_address(config), config.storage.synchronous

    async def opening() -> None:
        await open_database(url, synchronous=synchronous, lock_seconds=LOCK_SECONDS)

    await when_possible(config, opening)


async def when_possible(config: Config, work: Callable[[], Awaitable[T]]) -> T:
    """Do a step of the start, again while the database is away, for START_SECONDS at most; raise what stops it."""
    until = monotonic() + START_SECONDS
    while True:
        try:
            return await work()
        except Exception as error:
            left = until - monotonic()
            if left <= 0 or not _may_work_later(error):
                raise
            _say(config, error, left)
            await asyncio.sleep(min(PAUSE_SECONDS, left))


def _may_work_later(error: Exception) -> bool:
    if isinstance(error, CannotOpen):
        return isinstance(error, MayOpenLater)
    return fault_of(error) is Fault.AWAY


def _say(config: Config, error: Exception, left: float) -> None:
    remedy = explained(error, database_place(config), chinese=config.institution.language == "zh")
    log.warning("the start waits for the database", fault=kind_of(error), seconds_left=round(left), remedy=remedy)
