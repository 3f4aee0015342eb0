"""The clock of the database's server, by which the leases of several processes are judged."""

from collections.abc import Callable
from datetime import datetime, timedelta

from storage.database import sql
from storage.database.database import connection
from storage.tables import from_ms

_NOW = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now"


async def ahead(now: Callable[[], datetime]) -> timedelta | None:
    """Return how far the server's clock is certainly ahead of ours (below zero: behind); None for a file.

    The server answers between the two moments at which we look at ours.
    """
    if connection().capabilities.dialect != "postgres":
        return None
    before = now()
    [row] = await sql.rows(_NOW, [])
    after, server = now(), from_ms(int(row["now"]))
    if before <= server <= after:
        return timedelta()
    return server - after if server > after else server - before
