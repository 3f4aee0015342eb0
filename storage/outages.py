"""The end of an outage of storage: a write that shows that it has ended, and one notice of it from all processes.

Of damage, which has no end, all processes tell once a day.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from tortoise.expressions import F

from storage import outbox
from storage.database import sql
from storage.database.transaction import transact
from storage.outbox import OutgoingMessage
from storage.tables import Inbox, Setting, to_ms

Notice = Callable[[datetime, int], Awaitable[OutgoingMessage]]
_ENDED = """
UPDATE settings SET value = {until} WHERE name = {name} AND CAST(value AS bigint) < {since} RETURNING name
"""
OUTAGE = "outage told until"
PARTLY = "partial outage told at"
_STORES = "INSERT INTO inbox SELECT * FROM inbox WHERE 1 = 0 RETURNING id"
"""Stores nothing, and fails where no message can be stored."""


DAMAGE = "damage told at"
DAMAGE_EVERY_MS = 86_400_000
"""Once a day the desk is told of damage that stands, by whatever process."""


async def tell_damage(notice: OutgoingMessage, now: datetime) -> bool:
    """Queue a notice of damage; return False if the desk was told of it within a day."""

    async def work() -> bool:
        await Setting.get_or_create(name=DAMAGE, defaults={"value": "0"})
        marks = {name: sql.mark(n, cast) for n, (name, cast) in enumerate(_ENDED_TYPES.items(), 1)}
        first = await sql.rows(_ENDED.format(**marks), [str(to_ms(now)), DAMAGE, to_ms(now) - DAMAGE_EVERY_MS])
        if first:
            await outbox.plan([notice], now)
        return bool(first)

    return await transact(work)


async def end_outage(since: datetime, now: datetime, notice: Notice | None, name: str = OUTAGE) -> bool:
    """Write that an outage of storage has ended, which shows that it has; queue what `notice` makes of it.

    `notice` gets the beginning and how many messages wait. Return whether it was queued: False without a notice, and if
    another process has told it. With `name` PARTLY, tell that the outage lasts for some of the work.
    """

    async def work() -> bool:
        await sql.rows(_STORES, [])
        await Setting.get_or_create(name=name, defaults={"value": "0"})
        if notice is None:  # another process may have noted it for long enough to tell it
            await Setting.filter(name=name).update(value=F("value"))
            return False
        marks = {name: sql.mark(n, cast) for n, (name, cast) in enumerate(_ENDED_TYPES.items(), 1)}
        first = await sql.rows(_ENDED.format(**marks), [str(to_ms(now)), name, to_ms(since)])
        if not first:
            return False
        waiting = await Inbox.filter(state__in=("new", "fetching")).count()
        await outbox.plan([await notice(since, waiting)], now)
        return True

    return await transact(work)


_ENDED_TYPES = {"until": "text", "name": "text", "since": "bigint"}
