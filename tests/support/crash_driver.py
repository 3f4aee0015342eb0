"""Run a scripted story with a bot that may be killed at a named point; its progress is kept for the next run.

`python -m tests.support.crash_driver` reads runs from standard input, one a line: a directory, the Valkey's directory,
the script's name, the fault (`point:nth:what` or `-`), and `two` to race a second timekeeper against the first. Each
run is a fork. When it reaches the point for the nth time, the bot is killed with SIGKILL (`kill`), Redis is emptied
(`wipe`), or Valkey is killed (`down`) and started again with the next step. The result is `ok`, `killed` or `failed`.

The people and the platform are not killed: the clock, the position in the script and the sent messages are kept in
files. A message that was not acknowledged is delivered again.
"""

import asyncio
import gc
import json
import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from redis import Redis as SyncRedis

from bot.app import build
from bot.channels.base import Receipt
from bot.clock import StandingClock
from bot.engine.timekeeper import Timekeeper
from bot.runtime import Bot
from handlers.rules.language.messages import Message, Reply
from handlers.rules.lazy_pattern import LazyPattern
from handlers.texts import names
from handlers.timed import audit_follower
from storage import (
    audit,
    digests,
    duties,
    forms,
    inbox,
    inbox_claims,
    outbox_claims,
    outbox_outcomes,
    retention,
    roster,
    routines,
    shift_swaps,
    text_verification,
)
from storage.database import transaction
from storage.database.database import close_database, open_database
from storage.timers import embedded
from storage.timers.timers import Timers, connect
from tests.support.crash_scripts import SCRIPTS, Script
from tests.support.database import migrated
from tests.support.pictures import render_small
from tests.support.plain_platform import PlainPlatform
from tests.support.story import MONDAY, demonstration

RECOVERY = timedelta(seconds=61)
"""Longer than every lease: the claims of a killed process expire."""


class Points:
    """Count how often each point is reached, and cause the fault at the wanted one."""

    def __init__(self, wanted: str, server: embedded.EmbeddedValkey) -> None:
        self._wanted, nth, self._what = wanted.split(":") if ":" in wanted else ("", "0", "")
        self._nth = int(nth)
        self._server = server
        self.reached: Counter[str] = Counter()

    def reach(self, point: str) -> None:
        self.reached[point] += 1
        if point != self._wanted or self.reached[point] != self._nth:
            return
        if self._what == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif self._what == "wipe":
            with SyncRedis.from_url(self._server.url) as redis:
                redis.flushall()
        else:
            os.kill(self._server.pid, signal.SIGKILL)

    def around(self, owner: Any, name: str, before: str = "", after: str = "", only_full: bool = False) -> None:
        call: Callable[..., Awaitable[Any]] = getattr(owner, name)

        async def wrapped(*args: Any, **more: Any) -> Any:
            if before:
                self.reach(before)
            result = await call(*args, **more)
            if after and (result or not only_full):
                self.reach(after)
            return result

        setattr(owner, name, wrapped)

    def install(self) -> None:
        self.around(inbox, "store", "before the inbox", "in the inbox")
        self.around(inbox_claims, "claim", after="message claimed", only_full=True)
        self.around(transaction, "_run", after="committed")
        self.around(Timekeeper, "arm", "before arming", "armed")
        self.around(duties, "due", after="step claimed", only_full=True)
        self.around(duties, "fire", after="step fired")
        self.around(outbox_claims, "claim", after="sending claimed", only_full=True)
        self.around(outbox_outcomes, "sent", after="sending marked")
        self.around(outbox_outcomes, "sent_and_begin", after="sending marked")
        self.around(Timekeeper, "schedule", "before scheduling", "scheduled")
        self.around(digests, "issue", "digest composed", "digest issued")
        self.around(audit_follower, "advance", "line read", "line followed")
        self.around(forms, "keep", "paper made", "paper kept")
        self.around(routines, "open_slots", "before the slots", "slots opened")
        self.around(routines, "close_slot", "before the finding", "finding written")
        self.around(roster, "take", "shift changes", "shift changed")
        for name in ("ask", "settle", "put_in_force", "remind"):
            self.around(shift_swaps, name, "before the swap", "swap written")
        self.around(retention, "erase", after="erased", only_full=True)
        begun, points = transaction.in_transaction, self

        class Ending:
            """A transaction with a point directly before its commit."""

            def __init__(self, name: str) -> None:
                self._inner = begun(name)

            async def __aenter__(self) -> Any:
                return await self._inner.__aenter__()

            async def __aexit__(self, *raised: Any) -> Any:
                points.reach("in the transaction")
                return await self._inner.__aexit__(*raised)

        transaction.in_transaction = Ending  # type: ignore[assignment]


class Recorder(PlainPlatform):
    """A platform that does not recognise repeats. It writes each message to disk before it answers."""

    name = "local"
    idempotent = False

    def __init__(self, file: Path, points: Points) -> None:
        self._file = file
        self._points = points

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        self._points.reach("before sending")
        sent = {"key": int(key), "to": conversation, "text": say.text, "update": say.update}
        synced(self._file, json.dumps(sent, ensure_ascii=False), "a")
        self._points.reach("sent, not marked")
        return Receipt(f"out-{key}")


def synced(file: Path, text: str, mode: str = "w") -> None:
    with file.open(mode, encoding="utf-8") as out:
        out.write(text + "\n")
        out.flush()  # so that it survives the process


class Play:
    """Play the script from where it was interrupted, on a bot that was just started."""

    def __init__(
        self, script: Script, bot: Bot, clock: StandingClock, home: Path, valkey: Path, rival: Timekeeper | None
    ) -> None:
        self._script = script
        self._bot = bot
        self._valkey = valkey
        self._rival = rival
        self._clock = clock
        self._home = home

    async def to_the_end(self) -> None:
        done = self._home / "done"
        if (self._home / "clock").exists():
            await self._settle()
            self._set(self._clock.now() + RECOVERY)
        self._set(self._clock.now())
        await self._settle()
        for number in range(int(done.read_text()) if done.exists() else 0, len(self._script.steps)):
            await self._step(number)
            synced(done, str(number + 1))

    async def _step(self, number: int) -> None:
        await embedded.start(self._valkey)  # as the running bot does if Valkey has died
        step = self._script.steps[number]
        if isinstance(step, datetime):
            await self._until(step)
            return
        self._set(self._clock.now() + timedelta(seconds=1))
        (sender, _, place), text, sent_at = step[0].partition("@"), step[1], self._clock.now()
        message = Message(
            channel="local", id=f"m{number}", conversation=place or "work", sender=sender, sent_at=sent_at, text=text
        )
        await self._bot.dispatcher.store(message)
        await self._settle()

    async def _until(self, target: datetime) -> None:
        while (at := await duties.next_step_at()) is not None and at <= target:
            self._set(max(at, self._clock.now()))
            await self._settle()
            if await duties.next_step_at() == at:  # its timer is lost: the sweep of the tables finds it a moment later
                self._set(self._clock.now() + timedelta(seconds=5))
                await self._settle()
        self._set(max(target, self._clock.now()))
        await self._settle()

    def _set(self, now: datetime) -> None:
        synced(self._home / "clock", now.isoformat())
        self._clock.set(now)

    async def _settle(self) -> None:
        """Do what the running bot would do now: all due work, a sweep, and the work that the sweep finds."""
        assert self._bot.digest_loop
        await self._bot.digest_loop.drain()  # first: the digest contains texts that are erased later on the same day
        if self._rival:
            await asyncio.gather(self._rival.drain(), self._bot.drain(), self._rival.sweep())
        await self._bot.drain()
        if await self._bot.timekeeper.sweep():
            await self._bot.drain()


async def run(home: Path, valkey: Path, script: Script, wanted: str, *, two: bool) -> None:
    server = await embedded.start(valkey)
    points = Points(wanted, server)
    points.install()
    config = demonstration(home, **script.changed)
    clock_file = home / "clock"
    clock = StandingClock(datetime.fromisoformat(clock_file.read_text().strip()) if clock_file.exists() else MONDAY)
    await open_database(await migrated(home), synchronous="normal")
    try:
        async with connect(server.url) as redis:
            timers, others = Timers(redis), Timers(redis)
            bot = build(config, clock, timers)
            bot.add(Recorder(home / "record", points))
            rival = build(config, clock, others).timekeeper if two else None
            await Play(script, bot, clock, home, valkey, rival).to_the_end()
            await timers.aclose()
            await others.aclose()
        assert await audit.verify() is None
        assert await text_verification.verify() is None
    finally:
        await close_database()
    synced(home / "points", json.dumps(points.reached))


def in_a_fork(home: Path, valkey: Path, script: Script, wanted: str, *, two: bool) -> str:
    child = os.fork()
    if child == 0:
        log = os.open(home / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        try:
            asyncio.run(run(home, valkey, script, wanted, two=two))
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "killed"
    return "ok" if os.WEXITSTATUS(status) == 0 else "failed"


def warm_up() -> None:
    """Do once what each fork would do again: load libraries, compile sentences and expressions, migrate the schema."""
    for library in ("docx", "docxtpl", "xlsxwriter", "resvg_py", "chinese_calendar"):
        import_module(library)
    names("zh")
    for one in gc.get_objects():
        if isinstance(one, LazyPattern):
            one.search("")
    with TemporaryDirectory() as directory:
        asyncio.run(migrated(Path(directory)))
    gc.freeze()


def main() -> None:
    render_small()
    warm_up()
    for line in sys.stdin:
        home, valkey, script, wanted, how_many = line.rstrip("\n").split("\t")
        print(in_a_fork(Path(home), Path(valkey), SCRIPTS[script], wanted, two=how_many == "two"), flush=True)


if __name__ == "__main__":
    main()
