"""What was recorded at a time that has not come yet: the clock was set back since, and had been ahead before."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from storage import outbox
from storage.database import sql
from storage.database.transaction import transact
from storage.outbox import OutgoingMessage
from storage.tables import Incident, Setting, from_ms, to_ms

TOLD = "clock told until"
LAST_EVENTS = 200
_TOLD = "UPDATE settings SET value = {until} WHERE name = {name} AND CAST(value AS bigint) < {since} RETURNING name"


async def latest_after(moment: datetime) -> datetime | None:
    """Return the latest time after a moment at which a person or the clock is on record to have done something."""
    [row] = await sql.rows(_LATEST.format(limit=sql.mark(1)), [LAST_EVENTS])
    latest = from_ms(row["latest"]) if row["latest"] is not None else None
    return latest if latest is not None and latest > moment else None


_LATEST = """
SELECT MAX(at) AS latest FROM (
    SELECT at FROM (SELECT at FROM events ORDER BY id DESC LIMIT {limit}) AS last
    UNION ALL SELECT MAX(found_at) FROM incidents
) AS done
"""


async def opened_between(since: datetime, until: datetime) -> list[int]:
    """Return the incidents that were found after `since`, until `until`, in the order of their numbers."""
    rows = await Incident.filter(found_at__gt=since, found_at__lte=until).order_by("number")
    return [row.number for row in rows]


async def tell_once(latest: datetime, since: datetime, notice: Callable[[], Awaitable[OutgoingMessage]]) -> bool:
    """Queue a notice that the clock was set back, unless a process has told of what was recorded after `since`."""

    async def work() -> bool:
        await Setting.get_or_create(name=TOLD, defaults={"value": "0"})
        marks = {"until": sql.mark(1, "text"), "name": sql.mark(2, "text"), "since": sql.mark(3, "bigint")}
        if not await sql.rows(_TOLD.format(**marks), [str(to_ms(latest)), TOLD, to_ms(since)]):
            return False
        await outbox.plan([await notice()], since)
        return True

    return await transact(work)


async def tell(notices: Sequence[OutgoingMessage], now: datetime) -> None:
    await transact(lambda: outbox.plan(notices, now))
