"""Two processes do the same at the same moments on PostgreSQL; `test_files_on_postgres.py` runs this.

Each of their transactions reads what the other has committed by then, and nothing newer.
"""

import asyncio
import sys
import time
from collections import Counter
from pathlib import Path

from storage import audit
from storage.database.database import close_database, open_database
from storage.tables import Delegation, Duty, Event
from tests.servers.racer import LATE, ROUNDS, prepare, slot
from tests.support.servers import postgres

ROOT = Path(__file__).parents[2]
STARTING_SECONDS = 2.5


async def test_each_thing_is_done_once() -> None:
    with postgres() as url:
        await open_database(url)
        try:
            await prepare()
            printed = await raced(url)
            assert sorted(map(int, "".join(printed).split())) == list(range(ROUNDS))  # each group is confirmed once
            await check()
        finally:
            await close_database()


async def raced(url: str) -> list[str]:
    begin = f"{time.monotonic() + STARTING_SECONDS}"
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.servers.racer", url, name, begin,
            cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )
        for name in ("one", "two")
    ]  # fmt: skip
    ended = [await one.communicate() for one in started]
    assert [one.returncode for one in started] == [0, 0], b"".join(error for _, error in ended).decode()
    return [said.decode() for said, _ in ended]


async def check() -> None:
    standing = Counter(await Delegation.filter(ended_at=None).values_list("giver", flat=True))
    assert standing == {f"giver {round}": 1 for round in range(ROUNDS)}
    assert await Delegation.all().count() == 2 * ROUNDS
    assert await Duty.filter(due_at__gte=slot(0).due_at).count() == ROUNDS
    assert await Event.filter(kind="group confirmed").count() == ROUNDS
    closed = dict(await Duty.filter(due_at__lt=slot(ROUNDS, LATE).due_at).values_list("id", "state"))
    met = {line["data"]["duty"] for line in await lines("given")} - {None}
    missed = [line["data"]["duty"] for line in await lines("missed")]
    assert met == {id for id, state in closed.items() if state == "met"}
    assert sorted(missed) == sorted(id for id, state in closed.items() if state == "missed")
    assert await audit.verify() is None


async def lines(kind: str) -> list[dict[str, object]]:
    return await audit.of_kind(kind, slot(0, 2 * LATE).due_at, slot(ROUNDS, -LATE).due_at)
