"""Nothing that a person or a timer waits for reads a whole table of PostgreSQL; `test_files_on_postgres.py` runs this.

The server may not read a table from end to end where an index can serve, however small the table is: what it reads so
all the same has no index.
"""

from collections import Counter

from bench.old import build
from bench.old.paths import paths
from storage.database import sql
from storage.database.database import close_database, open_database
from tests.storage.test_query_plans import HISTORY
from tests.support.servers import postgres

MATTERS = 3000
MOST = 20_000
"""Rows that one path may read by index: a sixth of the messages sent."""
_READ = """
SELECT relname, seq_tup_read, COALESCE(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = ANY($1)
"""


async def test_no_path_reads_a_whole_history() -> None:
    with postgres("enable_seqscan=off", "autovacuum=off") as url:
        await build.postgres(url, MATTERS)
        await open_database(url)
        try:
            assert await reads() == {}
        finally:
            await close_database()


async def reads() -> dict[str, dict[str, int]]:
    """Return the paths that read a table from end to end, or too much of it, with the number of rows."""
    found = {}
    for path in paths(build.office(), MATTERS):
        before = await statistics()
        await path.call()
        taken = await statistics() - before
        wrong = {name: n for name, n in taken.items() if n > (0 if name.startswith("all of") else MOST)}
        if wrong:
            found[path.about] = wrong
    return found


async def statistics() -> Counter[str]:
    await sql.values("SELECT pg_stat_force_next_flush()", [])
    await sql.values("SELECT 1", [])
    counts: Counter[str] = Counter()
    for name, whole, fetched in await sql.values(_READ, [list(HISTORY)]):
        counts |= {f"all of {name}": whole, name: fetched}
    return counts
