"""Faults of the bot's processes: killed, stopped and started, held up beyond their leases, started twice, the clock."""

import asyncio
import random
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM

from tests.faults.arena import Arena, Fault, fault
from tests.faults.draw import Drawn
from tests.faults.processes import BotProcess

BESIDE_SECONDS = 2.0
"""How long another process works while the first one is held up."""


async def killed(arena: Arena, _drawn: Drawn, dice: random.Random) -> str:
    return await _ended(arena, dice, SIGKILL)


async def stopped(arena: Arena, _drawn: Drawn, dice: random.Random) -> str:
    return await _ended(arena, dice, SIGTERM)


async def _ended(arena: Arena, dice: random.Random, name: int) -> str:
    async with arena.process:
        one = _one(arena, dice)
        if one is None:
            return "nothing: it was starting"
        arena.doors.note_cut()
        arena.processes.end(one, name)
        arena.doors.note_cut()
        await asyncio.sleep(0.2)
        return f"process {one.number}"


def _one(arena: Arena, dice: random.Random) -> BotProcess | None:
    found = arena.processes.serving
    return dice.choice(found) if found else None


async def held_up_beyond_its_leases(arena: Arena, _drawn: Drawn, dice: random.Random) -> str:
    """Stop a process by SIGSTOP, let another work an hour later, and let the first go on."""
    async with arena.process:
        one = _one(arena, dice)
        if one is None:
            return "nothing: it was starting"
        arena.doors.note_cut()
        one.stopped = True
        one.signal(SIGSTOP)
        other = next(iter(arena.processes.serving), None)
        added = None if other else arena.processes.add()
        try:
            beside = other or added
            assert beside
            await arena.processes.until_up(beside)
            async with arena.database:
                await arena.move_clock([beside])
            await asyncio.sleep(BESIDE_SECONDS)
        except TimeoutError:
            pass
        finally:
            one.signal(SIGCONT)
            one.stopped = False
        async with arena.database:
            await arena.catch_up(one)
        await _retire(arena, added)
        return f"process {one.number}"


async def two_starts(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    """Kill all processes, and start one more than there were, all at once."""
    async with arena.process:
        arena.doors.note_cut()
        for one in arena.processes.all:
            if one.wanted:
                arena.processes.end(one, SIGKILL)
        arena.doors.note_cut()
        added = arena.processes.add()
        try:
            await arena.processes.until_up(added, 20.0)
            await asyncio.sleep(BESIDE_SECONDS)
        except TimeoutError:
            pass
        await _retire(arena, added)
    return f"{len(arena.processes.all)} processes"


async def _retire(arena: Arena, added: BotProcess | None) -> None:
    if added is not None:
        added.wanted = False
        arena.doors.note_cut()
        arena.processes.end(added, SIGTERM)


async def clock_steps(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    async with arena.process, arena.database:
        await arena.move_clock(arena.processes.serving)
    return "an hour forward"


PROCESS = (
    fault("process killed", 5, killed),
    fault("process stopped and started", 5, stopped),
    fault("process held up beyond its leases", 2, held_up_beyond_its_leases),
    fault("two starts at once", 2, two_starts),
    fault("clock steps", 2, clock_steps),
)
SKIPPED = {"clock set back": "the page's clock only goes forward (tests/stories/test_clock_jump.py sets one back)"}


ALONE = {"process held up beyond its leases": "one process alone works on a SQLite file"}


def process_faults(arena: Arena) -> tuple[list[Fault], dict[str, str]]:
    skipped = SKIPPED | (ALONE if arena.setup.name.startswith("SQLite") else {})
    return [one for one in PROCESS if one.kind.name not in skipped], skipped
