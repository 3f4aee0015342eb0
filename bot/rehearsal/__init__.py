"""`python -m bot rehearse --messages FILE.jsonl`: real messages on the real bot, a month in minutes.

Storage, timers, rules and texts are the real ones; the clock is moved, the group is the local channel, whatever the
configuration names, and the staff are simulated. Ends with the ledger, and with status 1 if its sums do not add up.
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
from bot.rehearsal.invariants import sums
from bot.rehearsal.messages import laid_out, read
from bot.rehearsal.report import Report
from bot.rehearsal.rounds import Rounds
from bot.rehearsal.simulation import Simulation
from bot.rehearsal.staff import Staff
from bot.runtime import Bot
from handlers.rules.figures.statistics import statistics_of
from storage import reports

__all__ = ["play"]
LONGEST = 3650


@dataclass(frozen=True, slots=True)
class Plan:
    """The options, in their ranges."""

    messages: Path
    days: int
    limit: int
    start: date
    prompt: float
    absent: float
    seed: int
    keep: Path | None
    wipe: bool


async def play(installation: Installation, options: Namespace) -> int:
    """Plays a rehearsal and prints its ledger; 1 if a sum is wrong. CannotStart names the option or line at fault."""
    plan = _plan(options)
    messages = read(plan.messages, plan.limit)
    zone = installation.institution.zone
    forwardings = laid_out(messages, plan.start, plan.days, zone)
    clock = StandingClock(datetime.combine(plan.start, time(), zone))
    begun = perf_counter()
    with _directory(plan.keep) as directory:
        staged = install(_on_stage(installation.config, directory))
        async with open_bot(staged, clock) as bot:
            report = Report(bot.office)
            stage = _stage(bot, clock, plan, report)
            await stage.play(forwardings, plan.start, plan.days)
            right = await _close(bot, staged, clock, plan, stage.said, report)
    report.speed(len(messages), plan.days, perf_counter() - begun)
    if plan.keep:
        report.kept(str(plan.keep))
    return 0 if right else 1


def _plan(options: Namespace) -> Plan:
    try:
        start = date.fromisoformat(options.start)
    except ValueError as error:
        raise CannotStart(f'--start "{options.start}" is no day: write 2026-11-02') from error
    if not 2000 <= start.year <= 2099:
        raise CannotStart(f"--start {start} is out of range: a day from 2000 to 2099")
    for name, most in (("days", LONGEST), ("limit", 1_000_000)):
        if not 1 <= getattr(options, name) <= most:
            raise CannotStart(f"--{name} {getattr(options, name)} is out of range: 1 to {most}")
    for name in ("prompt", "absent"):
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
        options.seed,
        options.keep,
        options.wipe,
    )


@contextmanager
def _directory(keep: Path | None) -> Iterator[Path]:
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


def _on_stage(config: Config, directory: Path) -> Config:
    """The same institution on storage of its own, with the local channel alone: nothing reaches a real platform."""
    storage = replace(
        config.storage,
        database=f"sqlite:///{quote(str(directory / 'huiyin.db'))}",
        redis="embedded",
        directory=str(directory),
        synchronous="normal",
    )
    group = GroupTable(id="rehearsal", name=config.institution.name, channel="local", conversation="rehearsal")
    return replace(config, storage=storage, channel=ChannelTables(local=LocalTable()), group=(group,))


def _stage(bot: Bot, clock: StandingClock, plan: Plan, report: Report) -> Simulation:
    if bot.local is None:
        raise CannotStart("the rehearsal has no group")
    behaviour = Behaviour(plan.seed, plan.prompt, plan.absent, bot.office.institution.calendar)
    staff = Staff(bot.office, bot.local, behaviour)
    rounds = Rounds(bot.office, bot.local, behaviour)
    return Simulation(bot, bot.local, clock, staff, rounds, report.evening, wiped=plan.wipe)


async def _close(
    bot: Bot, staged: Installation, clock: StandingClock, plan: Plan, forwarded: int, report: Report
) -> bool:
    now = clock.now()
    since = datetime(2000, 1, 1, tzinfo=now.tzinfo)
    table = statistics_of(await reports.ledger(since, now), bot.office.institution.calendar, now)
    report.ledger(table)
    begun = datetime.combine(plan.start, time(), bot.office.institution.zone)
    checked = [one async for one in sums(bot.office, table, forwarded, staged.schedules, begun, now)]
    report.sums(checked)
    return all(one.right for one in checked)
