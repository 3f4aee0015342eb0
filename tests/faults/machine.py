"""The fault machine: the real bot under load while faults are drawn at random; afterwards everything has to hold."""

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError

from tests.faults import table
from tests.faults.arena import Arena, Fault
from tests.faults.draw import Drawn, draw, named
from tests.faults.evidence import Evidence, evidence
from tests.faults.invariants import CHECKS
from tests.faults.platform_faults import all_well, platform_faults
from tests.faults.process_faults import process_faults
from tests.faults.processes import BY_ITSELF, BotProcess, now
from tests.faults.restarts import measure, told
from tests.faults.rubbish import rubbish
from tests.faults.storage_faults import storage_faults

PING_SECONDS = 15.0
STRIKE_SECONDS = 90.0
"""The most that a fault may take, with those of its resource before it."""
SETTLE_TRIES = 60
MOST_MISSED = 0.2
"""The largest share of the drawn faults that may find nothing to strike."""
NOT_MADE = ("not done", "nothing")
_WAITING = """
SELECT (SELECT COUNT(*) FROM inbox WHERE state IN ('new', 'fetching')),
       (SELECT COUNT(*) FROM outbox WHERE state IN ('planned', 'claimed', 'sending')),
       (SELECT COUNT(*) FROM inbox WHERE state = 'failed' AND told_at IS NULL)
       + (SELECT COUNT(*) FROM outbox WHERE state IN ('failed', 'unknown') AND told_at IS NULL)
"""


@dataclass(frozen=True)
class Options:
    """How many faults, `gap` seconds apart on average; people speak every `pause` seconds."""

    seed: int = 1
    faults: int = 500
    gap: float = 0.7
    pause: float = 0.35
    posts: int = 40
    restarts: int = 5
    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    direct: bool = False


@dataclass
class Result:
    """What a run found: the tables to print, and the rows that break an invariant, by its name."""

    printed: list[str] = field(default_factory=list)
    broken: dict[str, list[object]] = field(default_factory=dict)


class Machine:
    def __init__(self, arena: Arena, options: Options, home: Path) -> None:
        self._arena, self._options, self._home = arena, options, home
        self._hit: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._skipped: dict[str, str] = {}
        self._faults: dict[str, Fault] = {}
        for found, skipped in (source(arena) for source in (storage_faults, platform_faults, rubbish, process_faults)):
            self._faults |= {one.kind.name: one for one in found}
            self._skipped |= skipped

    async def run(self) -> Result:
        began = time.monotonic()
        arena, result = self._arena, Result()
        beside = [
            asyncio.create_task(one) for one in (arena.load.run(self._options.pause), self._ping(), self._watch())
        ]
        try:
            await asyncio.sleep(2.0)
            await self._strike_all()
            struck = time.monotonic() - began
            all_well(arena)
            beside[0].cancel()
            settled = await self._settle() or await self._settle()
            restarts = await measure(arena, self._options.restarts) if settled else []
            if len(restarts) < self._options.restarts:
                result.broken["the restarts are measured"] = ["what was left was not done in time"]
            await self._settle()
            await self._alive(result)
            await self._timers_agree()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        await self._check(result)
        if missed := not_made(self._hit):
            result.broken["the faults are made"] = missed
        result.printed += [
            table.of_faults(self._hit, self._skipped),
            f"restarts: {told(restarts, alone=arena.setup.processes == 1)}",
            f"faults for {struck:.0f} s, all in {time.monotonic() - began:.0f} s",
        ]
        return result

    async def _strike_all(self) -> None:
        kinds = named([one.kind for one in self._faults.values()], self._options.only, self._options.but)
        tasks = []
        for drawn in draw(self._options.seed, self._options.faults, kinds, self._options.gap):
            await asyncio.sleep(drawn.gap)
            tasks.append(asyncio.create_task(self._strike(drawn)))
        await asyncio.gather(*tasks)

    async def _strike(self, drawn: Drawn) -> None:
        self._journal(f"drawn: {drawn.kind.name} for {drawn.lasts:.1f} s")
        try:
            async with asyncio.timeout(STRIKE_SECONDS):
                hit = await self._faults[drawn.kind.name].strike(self._arena, drawn, random.Random(drawn.seed))
        except (ClientError, OSError, TimeoutError) as error:
            hit = f"not done: {type(error).__name__}"
        self._hit[drawn.kind.name][hit] += 1
        self._journal(f"over: {drawn.kind.name}, {hit}")

    def _journal(self, line: str) -> None:
        with (self._home / "journal").open("a", encoding="utf-8") as file:
            file.write(f"{now():.2f} {line}\n")

    async def _ping(self) -> None:
        """Ping as DingTalk does over the connections that are no zombies."""
        gateway = self._arena.fakes.ding.gateway
        while True:
            await asyncio.sleep(PING_SECONDS)
            for one in [one for one in gateway.connections if not (one.leaving or one.breaking)]:
                with suppress(ClientError, OSError):
                    await one.socket.send_str(gateway.frame("SYSTEM", "ping", "{}", one, "ping"))

    async def _watch(self) -> None:
        """Keep the clocks together, which restarts may part; note connections that ended."""
        while True:
            await asyncio.sleep(0.1)
            self._arena.note_storage()
            self._arena.doors.note_ended()
            if not (self._arena.process.locked() or self._arena.database.locked()):
                async with self._arena.process:
                    for one in self._arena.processes.serving:
                        await self._arena.align(one)

    async def _settle(self) -> bool:
        """Let the bot do what is left, an hour of its clock at a time; return whether it did all of it."""
        await self._arena.doors.until_delivered(60.0)
        calm = 0
        for turn in range(SETTLE_TRIES):
            await asyncio.sleep(1.5)
            with suppress(Exception):
                waiting = (await self._arena.setup.rows(_WAITING))[0]
                calm = calm + 1 if not any(waiting) else 0
            if calm >= 2:
                return True
            if turn % 4 == 3 and calm == 0:
                async with self._arena.process:
                    await self._arena.move_clock(self._wanted())
        return False

    def _wanted(self) -> list[BotProcess]:
        return [one for one in self._arena.processes.serving if one.wanted]

    async def _alive(self, result: Result) -> None:
        """Check that every process is live and ready again."""
        for one in self._arena.processes.all:
            if one.wanted:
                live, (ready, facts) = await self._probed(one)
                if (live, ready) != (200, 200):
                    result.broken.setdefault("the bot is live and ready", []).append((one.number, live, ready, facts))
        if any(how.startswith(BY_ITSELF) for how in self._arena.processes.ended):
            result.broken.setdefault("no bot ends by itself", []).append(dict(self._arena.processes.ended))

    async def _probed(self, one: BotProcess) -> tuple[int, tuple[int, dict[str, object]]]:
        for _ in range(20):
            live, ready = (await self._arena.processes.facts(one, "/livez"))[0], await self._arena.processes.facts(one)
            if (live, ready[0]) == (200, 200):
                break
            await asyncio.sleep(1.0)
        return live, ready

    async def _timers_agree(self) -> None:
        """Give the bot the time of a sweep, which finds what was missed."""
        await asyncio.sleep(6.0)

    async def _check(self, result: Result) -> None:
        """Check every invariant: those that need Redis before the bots stop, as the embedded one stops with them."""
        found = await evidence(self._arena)
        result.broken |= await _broken(found, ("every duty has its timer",))
        await self._arena.processes.stop()
        found = await evidence(self._arena)
        result.broken |= await _broken(found, [name for name in CHECKS if name != "every duty has its timer"])
        result.printed.insert(0, table.of_messages(found))


def not_made(hit: Mapping[str, Counter[str]]) -> list[object]:
    """Return the kinds of faults that were drawn twice or more and never made; all of them if many were not made."""
    missed = {
        name: sum(count for what, count in whats.items() if what.startswith(NOT_MADE)) for name, whats in hit.items()
    }
    never = [name for name, count in missed.items() if count == hit[name].total() > 1]
    drawn = sum(whats.total() for whats in hit.values())
    many = sum(missed.values()) > max(drawn * MOST_MISSED, 1)
    return sorted((name, count) for name, count in missed.items() if count and (many or name in never))


async def _broken(found: Evidence, names: Iterable[str]) -> dict[str, list[object]]:
    checked = {name: await CHECKS[name](found) for name in names}
    return {name: rows for name, rows in checked.items() if rows}
