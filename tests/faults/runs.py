"""One run of the fault machine: a set-up, the fakes, the bots and the people, begun and ended in order."""

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession

from bot.clock import Clock
from bot.clock_shift import keep
from storage.database.database import close_database, open_database
from tests.faults.arena import Arena
from tests.faults.doors import Doors
from tests.faults.load import Load
from tests.faults.machine import Machine, Options, Result
from tests.faults.processes import Processes
from tests.faults.school import configuration, platforms
from tests.faults.setups import Setup, postgres_setup, sqlite_setup
from tests.support.story import MONDAY


async def run(name: str, options: Options, home: Path) -> Result:
    """Run the machine on a set-up, "sqlite" or "postgres", with all files in `home`."""
    async with _setup(name, home) as setup, _arena(setup, options, home) as arena:
        return await Machine(arena, options, home).run()


@asynccontextmanager
async def _setup(name: str, home: Path) -> AsyncIterator[Setup]:
    if name == "sqlite":
        async with sqlite_setup(home) as sqlite:
            yield sqlite
    else:
        async with postgres_setup(home) as postgres:
            yield postgres


@asynccontextmanager
async def _arena(setup: Setup, options: Options, home: Path) -> AsyncIterator[Arena]:
    clock = Clock(MONDAY.replace(hour=8) - Clock().now())
    async with AsyncExitStack() as stack:
        fakes = await stack.enter_async_context(platforms(clock))
        for file, database in (
            ("config.toml", setup.database),
            ("pooled.toml", None if options.direct else setup.pooler),
        ):
            if database:
                text = configuration(home, fakes, database, setup.redis, stream=setup.stream)
                (home / file).write_text(text, encoding="utf-8")
        await _prepare(setup, clock)
        session = await stack.enter_async_context(ClientSession())
        processes = Processes(home, setup.processes, session)
        stack.push_async_callback(processes.stop)
        for one in processes.all:
            await processes.until_up(one)
        doors = Doors(fakes, processes, session, random.Random(options.seed + 1), setup.stream)
        load = Load(setup, doors, random.Random(options.seed + 2), options.posts)
        yield Arena(setup, fakes, processes, doors, load, session)


async def _prepare(setup: Setup, clock: Clock) -> None:
    """Make the tables, and set the bot's clock to Monday morning."""
    await open_database(setup.database)
    await keep(clock)
    await close_database()
