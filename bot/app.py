"""Build the bot from the configuration, over storage that it opens and closes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import bot.lean_start  # noqa: F401 - before structlog and aiohttp themselves

# isort: split
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.channels.local import LocalChannel
from bot.clock import Clock
from bot.config import Config, Installation
from bot.config.storage import database_place, redis_address
from bot.engine.background import Background
from bot.engine.clock_watch import ClockWatch
from bot.engine.digest_loop import DigestLoop
from bot.engine.disk_watch import DiskWatch
from bot.engine.dispatch import Dispatcher
from bot.engine.failure_notices import FailureNotices
from bot.engine.looking import Looking
from bot.engine.outage import Outage
from bot.engine.retention_loop import RetentionLoop
from bot.engine.timekeeper import Timekeeper
from bot.errors import CannotStart
from bot.metrics import Metrics
from bot.opening import open_when_possible, when_possible
from bot.runtime import Bot, valkey_directory
from bot.start_refusals import alone, refuse_emptied
from handlers.common.bound_groups import learn
from handlers.common.office import Office
from storage.database.database import close_database
from storage.timers import embedded
from storage.timers.timers import Timers, connect


@asynccontextmanager
async def open_bot(installation: Installation, clock: Clock) -> AsyncIterator[Bot]:
    """Migrate and open the database, connect to Redis and the platforms, yield the bot; close all of it at the end.

    CannotStart if another bot works on the SQLite file, or if the file was emptied.
    """
    config = installation.config
    async with AsyncExitStack() as stack:
        stack.enter_context(alone(installation, clock.now()))
        refuse_emptied(config)
        await open_when_possible(config)
        stack.push_async_callback(close_database)
        redis = _connected(await _redis(config, stack))
        stack.push_async_callback(redis.aclose)
        timers = Timers(redis, shards=config.storage.shards)
        stack.push_async_callback(timers.aclose)
        bot = build(installation, clock, timers)
        bot.redis = redis
        await when_possible(config, lambda: learn(bot.office))
        await when_possible(config, bot.clock_watch.shared.measure)
        await connect_platforms(bot, stack)
        yield bot


def build(installation: Installation, clock: Clock, timers: Timers) -> Bot:
    """Build the parts over storage that is already open; the platforms are not connected yet."""
    config = installation.config
    office = Office(
        installation.institution,
        installation.regime,
        forms=installation.forms,
        rosters=installation.rosters,
        digests_to=config.digest.groups,
    )
    metrics = Metrics()
    timekeeper = Timekeeper(office, timers, clock, metrics)
    background = Background(office, clock, timekeeper)
    outage = Outage(office, clock, metrics, lambda: database_place(config))
    dispatcher = Dispatcher(office, clock, outage.note)
    notices = FailureNotices(office, clock)
    retention = RetentionLoop(office, clock)
    watch, disk = ClockWatch(office, clock), DiskWatch(office, clock)
    bot = Bot(
        config,
        office,
        clock,
        timers,
        dispatcher,
        timekeeper,
        metrics,
        background,
        retention,
        outage,
        notices,
        watch,
        disk,
    )
    dispatcher.on_message = watch.note
    dispatcher.faults.on_put_off = outage.unfinished.put_off
    outage.unfinished.loops, outage.unfinished.on_retry = bot.turns.values, dispatcher.wake
    office.arm = bot.arm
    dispatcher.on_answer = bot.wake_senders
    bot.digest_loop = DigestLoop(office, installation.schedules, clock, bot.wake)
    bot.loops.append(bot.digest_loop.run)
    if config.publication.look:
        bot.loops.append(Looking(clock).run)
    if config.channel.local:
        here = [group for group in config.group if group.channel == "local"]
        conversation = next((group.conversation for group in here if group.unit is None), here[0].conversation)
        place_of = partial(_unit_group, office)
        bot.local = LocalChannel(conversation, bot.dispatcher.store_soon, clock, office.bot_names, place_of)
        bot.add(bot.local)
        timekeeper.on_change = outage.on_change = bot.tell_page
    return bot


def _unit_group(office: Office, person: str) -> str | None:
    """Return the local conversation of a person's unit; None for the office's people."""
    known = office.institution.person(person)
    unit = office.institution.unit_of(known) if known else None
    groups = office.institution.groups_of(unit) if unit else ()
    return next((group.conversation for group in groups if group.channel == "local"), None)


async def connect_platforms(bot: Bot, stack: AsyncExitStack) -> None:
    """Connect the configured platforms. The code of the others is not imported."""
    if table := bot.config.channel.dingtalk:
        from bot.channels.dingtalk.connect import connect_dingtalk

        await connect_dingtalk(bot, table, stack)
    if bot.config.channel.has("wecom"):
        from bot.channels.wecom.connect import connect_wecom

        await connect_wecom(bot, stack)


async def _redis(config: Config, stack: AsyncExitStack) -> str:
    if address := redis_address(config):
        return address
    valkey = await embedded.start(valkey_directory(config))
    stack.push_async_callback(_stop, config, valkey)
    return valkey.url


def _connected(address: str) -> Redis:
    try:
        return connect(address)
    except ValueError as error:
        raise CannotStart(
            f"[storage] redis is no address of one Redis server ({error}): write redis://host:6379/0, rediss://… for "
            'TLS, unix:///path, or "embedded"; Sentinel and Cluster are not supported'
        ) from error


async def _stop(config: Config, started: embedded.EmbeddedValkey) -> None:
    """Stop the embedded server, even one that another process started, unless a connection other than ours is open."""
    valkey = await embedded.running(valkey_directory(config))
    if valkey is None or await _is_unused(valkey):
        if valkey:
            await valkey.stop(even_adopted=True)
        await started.stop()  # waits for the process, if it is our child


async def _is_unused(valkey: embedded.EmbeddedValkey) -> bool:
    redis = connect(valkey.url)
    try:
        return len(await redis.client_list()) <= 1
    except RedisError:
        return True
    finally:
        await redis.aclose()
