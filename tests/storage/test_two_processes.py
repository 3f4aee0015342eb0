"""Two processes write to one SQLite file: they wait for each other and never fail with "database is locked"."""

import asyncio
import sys
from pathlib import Path

from storage.counters import current
from storage.tables import Setting

ROOT = Path(__file__).parents[2]
WRITER = """
import asyncio, sys
from storage.counters import take
from storage.database.database import close_database, open_database
from storage.tables import Setting
from storage.database.transaction import transact

async def work():
    await Setting.all().count()  # a transaction that reads first and writes then: what deferred ones fail at
    await asyncio.sleep(0.001)
    number = await take("numbers")
    await asyncio.sleep(0)
    await Setting.create(name=f"{number}", value=sys.argv[2])

async def main():
    await open_database(sys.argv[1], synchronous="normal")
    try:
        for _ in range(100):
            await transact(work)
    finally:
        await close_database()

asyncio.run(main())
"""


async def test_they_never_collide(tables: str) -> None:
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, tables, name, cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )
        for name in ("one", "two")
    ]
    said = [(await writer.communicate())[1].decode() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], said
    assert "locked" not in "".join(said)
    assert await current("numbers") == await Setting.all().count() == 200
    assert {row.value for row in await Setting.all()} == {"one", "two"}
