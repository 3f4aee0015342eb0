"""`python -m bot rehearse --messages FILE.jsonl`: play a month of real messages on the real bot in minutes.

Storage, timers, rules and texts are the real ones. The clock is moved, the staff are simulated, and the only group is
one of the local channel. At the end print the ledger and the invariants; the status is 1 if one of them is broken.
"""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import quote

from msgspec.structs import replace

from bot.app import open_bot
from bot.channels.config import GroupTable
from bot.clock import StandingClock
from bot.config import ChannelTables, Config, Installation, LocalTable, install
from bot.errors import CannotStart
from bot.rehearsal.behaviour import Behaviour
from bot.rehearsal.dishonest import Dishonest
from bot.rehearsal.dishonest_report import print_acts, print_attempts
from bot.rehearsal.invariants import check_invariants
from bot.rehearsal.messages import forwarding_times, read
from bot.rehearsal.report import Report
from bot.rehearsal.routines import RoutineStaff
from bot.rehearsal.sham_invariants import check_shams
from bot.rehearsal.simulation import Simulation
from bot.rehearsal.staff import Staff
from bot.runtime import Bot
from handlers.common.figure_acts import acts_in
from handlers.common.matter_marks import marked, marks_since
from handlers.rules.figures.digest_figures import counted
from handlers.rules.figures.statistics import StatisticsBuilder
from handlers.rules.time.spans import INSTANT
from storage import ledger, overruns

__all__ = ["play"]
MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Plan:
    """The validated options. `prompt`, `absent`, `dishonest` are shares of the staff, `start` is the first day."""

    messages: Path
    days: int
    limit: int
    start: date
    prompt: float
    absent: float
    dishonest: float
    seed: int
    keep: Path | None
    wipe: bool


async def play(installation: Installation, options: Namespace) -> int:
    """Play a rehearsal and print its results; return 1 if an invariant is broken, else 0.

    CannotStart names the wrong option, or the line of the file that cannot be read.
    """
    plan = _plan(options)
    messages = read(plan.messages, plan.limit)
    zone = installation.institution.zone
    forwardings = forwarding_times(messages, plan.start, plan.days, zone)
    clock = StandingClock(datetime.combine(plan.start, time(), zone))
    begun = perf_counter()
    with _directory(plan.keep) as directory:
        rehearsed = install(_rehearsal_config(installation.config, directory))
        async with open_bot(rehearsed, clock) as bot:
            report = Report(bot.office)
            simulation = _simulation(bot, clock, plan, report)
            await simulation.play(forwardings, plan.start, plan.days)
            holds = await _report_results(bot, rehearsed, clock, plan, simulation, report)
    report.speed(len(messages), plan.days, perf_counter() - begun)
    if plan.keep:
        report.kept(str(plan.keep))
    return 0 if holds else 1


def _plan(options: Namespace) -> Plan:
    try:
        start = date.fromisoformat(options.start)
    except ValueError as error:
        raise CannotStart(f'--start "{options.start}" is no day: write 2026-11-02') from error
    if not 2000 <= start.year <= 2099:
        raise CannotStart(f"--start {start} is out of range: a day from 2000 to 2099")
    for name, most in (("days", MOST_DAYS), ("limit", 1_000_000)):
        if not 1 <= getattr(options, name) <= most:
            raise CannotStart(f"--{name} {getattr(options, name)} is out of range: 1 to {most}")
    for name in ("prompt", "absent", "dishonest"):
        if not 0 <= getattr(options, name) <= 1:
            raise CannotStart(f"--{name} {getattr(options, name)} is no share: 0 to 1")
    if options.prompt + options.absent > 1:
        raise CannotStart("--prompt and --absent are more than all together: at most 1; the rest is slow")
    return Plan(
        options.messages,
        options.days,
        options.limit,
        start,
        options.prompt,
        options.absent,
        options.dishonest,
        options.seed,
        options.keep,
        options.wipe,
    )


@contextmanager
def _directory(keep: Path | None) -> Iterator[Path]:
    """Yield the directory of the database: `keep`, which has to be empty or new, or a temporary one."""
    if keep is None:
        with TemporaryDirectory(prefix="huiyin-rehearsal-") as made:
            yield Path(made)
        return
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise CannotStart(f"--keep {keep} is not empty: name a new directory")
    try:
        keep.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"--keep {keep}: {error.strerror}") from error
    yield keep.resolve()


def _rehearsal_config(config: Config, directory: Path) -> Config:
    """Return the configuration with its own storage and only the local channel, so nothing reaches a real platform."""
    storage = replace(
        config.storage,
        database=f"sqlite:///{quote(str(directory / 'huiyin.db'))}",
        redis="embedded",
        directory=str(directory),
        synchronous="normal",
    )
    group = GroupTable(id="rehearsal", name=config.institution.name, channel="local", conversation="rehearsal")
    return replace(config, storage=storage, channel=ChannelTables(local=LocalTable()), group=(group,))


def _simulation(bot: Bot, clock: StandingClock, plan: Plan, report: Report) -> Simulation:
    if bot.local is None:
        raise CannotStart("the rehearsal has no group")
    behaviour = Behaviour(plan.seed, plan.prompt, plan.absent, bot.office.institution.calendar, plan.dishonest)
    dishonest = Dishonest(bot.office, bot.local, behaviour, bot.drain)
    staff = Staff(bot.office, bot.local, behaviour, dishonest)
    routines = RoutineStaff(bot.office, bot.local, behaviour)
    return Simulation(bot, bot.local, clock, staff, routines, dishonest, report.end_of_day, wiped=plan.wipe)


async def _report_results(
    bot: Bot, rehearsed: Installation, clock: StandingClock, plan: Plan, simulation: Simulation, report: Report
) -> bool:
    """Print the ledger and the invariants; return whether all of them hold."""
    now = clock.now()
    since = datetime(2000, 1, 1, tzinfo=now.tzinfo)
    builder = StatisticsBuilder(bot.office.institution, now)
    marks = await marks_since(since, now + INSTANT)
    async for page in ledger.pages(since, now + INSTANT, now):
        for row in marked(page, marks):
            builder.add(counted(row, now))
    builder.add_overruns(await overruns.struck(since, now + INSTANT, now))
    table = builder.end()
    report.ledger(table)
    acts = await acts_in(bot.office, since, now + INSTANT)
    if plan.dishonest:
        print_attempts(bot.office, simulation.dishonest)
        print_acts(bot.office, acts)
    begun = datetime.combine(plan.start, time(), bot.office.institution.zone)
    sums = check_invariants(bot.office, table, simulation.forwarded_count, rehearsed.schedules, begun, now)
    checked = [one async for one in sums]
    checked += [one async for one in check_shams(simulation.dishonest.attempts, simulation.witness, acts)]
    report.invariants(checked)
    return all(one.holds for one in checked)
