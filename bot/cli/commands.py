"""The commands of the command line. Each takes the parsed options and returns the exit status."""

import asyncio
import dataclasses
import gc
import logging
import signal
from argparse import Namespace
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from bot import clock_shift, open_files
from bot.app import open_bot
from bot.cli import trouble
from bot.clock import Clock
from bot.config import Installation, read_installation
from bot.config.storage import database_address
from bot.errors import CannotStart
from bot.log import configure as configure_log
from bot.log_libraries import catch_the_rest
from bot.opening import when_possible
from bot.runtime import Bot
from bot.start_refusals import refuse_emptied
from bot.stopping import end_within
from bot.web.server import PortTaken, serve
from handlers.timed import calendar_change, nothing_owed
from storage import audit, counters, retention, text_verification
from storage.database.address import shown
from storage.database.database import close_database, open_database


def _installation(options: Namespace) -> Installation:
    overrides = {"language": options.language} if options.language else {}
    installation = read_installation(_configuration(options.config, options.language), **overrides)
    trouble.remember(options, installation)
    port = getattr(options, "port", None)
    return _listening_on(installation, port) if port else installation


def _configuration(named: Path, language: str | None) -> Path:
    """Return the file to read: beside config.toml, with `--language en`, config.en.toml where there is one."""
    translated = named.with_name(f"{named.stem}.{language}{named.suffix}")
    return translated if language and translated.is_file() else named


def _listening_on(installation: Installation, port: int) -> Installation:
    config = installation.config
    return dataclasses.replace(installation, config=replace(config, web=replace(config.web, port=port)))


def run(options: Namespace) -> int:
    """Run the bot and its pages until a signal (SIGINT, SIGTERM) stops them."""
    configure_log(format=options.log)
    open_files.raise_limit()
    asyncio.run(_run(_installation(options)))
    return 0


async def _run(installation: Installation) -> None:
    catch_the_rest(asyncio.get_running_loop())
    clock = Clock()
    async with open_bot(installation, clock) as bot:
        await when_possible(bot.config, lambda: _settle(bot))
        try:
            async with serve(bot) as address:
                _greet(bot, address)
                await _until_stopped(bot)
        except PortTaken as error:
            raise CannotStart(f"cannot listen on {error}; choose another port with --port") from error


async def _settle(bot: Bot) -> None:
    """Do what a start owes to the stored matters. It may be done twice: what is done is seen."""
    if bot.local:
        await clock_shift.restore(bot.clock)
    await calendar_change.recompute(bot.office, bot.clock.now())
    await nothing_owed.settle(bot.office, bot.clock.now())


def _greet(bot: Bot, address: str) -> None:
    chinese = bot.office.texts.language == "zh"
    if bot.local:
        greeting = f"{'群聊页面' if chinese else 'The group page'}: {address}/group"
    else:
        greeting = f"{'回音已启动' if chinese else 'Huiyin is up'}: {address}/healthz"
    with suppress(OSError):  # as on a full disk
        print(greeting, flush=True)


async def _until_stopped(bot: Bot) -> None:
    gc.collect()
    gc.freeze()  # the objects built at start stay alive: spare the garbage collector from checking them
    running = asyncio.create_task(bot.run())
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, _stop, running)
    try:
        await running
    except asyncio.CancelledError:
        return


def _stop(running: asyncio.Task[None]) -> None:
    end_within()
    running.cancel()


def migrate(options: Namespace) -> int:
    """Migrate the database to the current version."""
    config = _installation(options).config
    address = database_address(config)
    refuse_emptied(config)

    async def work() -> None:
        await open_database(address)
        await close_database()

    asyncio.run(work())
    print(f"{shown(address)}: up to date")
    return 0


def verify(options: Namespace) -> int:
    """Verify the audit trail and the stored texts from the beginning; return 1 if something was changed."""
    address = database_address(_installation(options).config)

    async def work() -> tuple[audit.Break | None, int, int]:
        await open_database(address, may_migrate=False)
        try:
            broken = await audit.verify() or await text_verification.verify()
            return broken, await counters.current("events"), await retention.erased()
        finally:
            await close_database()

    broken, count, erased = asyncio.run(work())
    if broken:
        print(f"broken at event {broken.id}: {broken.reason}")
        return 1
    note = f"; the texts of {erased} matters were erased, as is on record" if erased else ""
    print(f"{count} events, the chain is whole{note}")
    return 0


def check(options: Namespace) -> int:
    """Print which parts of the configuration work; return 1 if one does not."""
    from bot.channels.check_line import FAILS
    from bot.cli.check import lines

    configure_log(logging.ERROR)  # warnings would repeat what the lines say
    installation = _installation(options)
    found = asyncio.run(lines(installation, options.config, Clock().now()))
    print("\n".join(found))
    return int(any(line.startswith(FAILS) for line in found))


def ledger(options: Namespace) -> int:
    """Write the ledger as a workbook."""
    from bot.cli.ledger import CannotExport, export

    try:
        print(asyncio.run(export(_installation(options), options)))
    except CannotExport as error:
        raise CannotStart(str(error)) from error
    return 0


def archive(options: Namespace) -> int:
    """Write the archives of a year's matters."""
    from bot.cli.records import CannotWrite, write_year

    try:
        print(asyncio.run(write_year(_installation(options), options)))
    except CannotWrite as error:
        raise CannotStart(str(error)) from error
    return 0


def erase(options: Namespace) -> int:
    """Erase the texts whose retention has ended, or list them without --yes."""
    from bot.cli.records import CannotWrite
    from bot.cli.records import erase as erase_texts

    try:
        print(asyncio.run(erase_texts(_installation(options), options)))
    except CannotWrite as error:
        raise CannotStart(str(error)) from error
    return 0


def regime(options: Namespace) -> int:
    """Show, compare and explain regimes."""
    from bot.cli.regime import regime as output

    print(output(_installation(options), options))
    return 0


def chat(options: Namespace) -> int:
    """Chat with the bot in the terminal."""
    from bot.cli.chat import talk

    configure_log(logging.ERROR)
    asyncio.run(talk(_installation(options)))
    return 0


def rehearse(options: Namespace) -> int:
    """Play old messages on a moved clock; return 1 if an invariant is broken."""
    from bot.rehearsal import play

    configure_log(logging.ERROR)
    return asyncio.run(play(_installation(options), options))
