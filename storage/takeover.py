"""Take over what a dead process of this machine held, so that it need not wait until its leases end."""

from datetime import datetime
from typing import Any

from tortoise.queryset import QuerySet

from storage.database import sql
from storage.database.sql import Statement
from storage.outbox_claims import HELD
from storage.process_mark import is_dead
from storage.tables import Inbox, Outbox, to_ms


async def from_the_dead(now: datetime) -> int:
    """Release what processes held that have ended on this machine; return how many messages and sends that were.

    A send that they had begun may have arrived, so its next attempt is marked as a possible repeat.
    """
    handling = Inbox.filter(state__in=("new", "fetching"), lease_until__gt=now, fault__isnull=True)
    sending = Outbox.filter(state__in=HELD, lease_until__gt=now)
    owners = await sql.run_all([Statement(one.format(now=sql.mark(1)), [to_ms(now)]) for one in _OWNERS])
    count = 0
    queries: tuple[QuerySet[Any], ...] = (handling, sending)
    for query, rows in zip(queries, owners, strict=True):
        if dead := [str(row["owner"]) for row in rows if is_dead(str(row["owner"]))]:
            count += await query.filter(owner__in=dead).update(lease_until=now)
    return count


_OWNERS = (
    "SELECT DISTINCT owner FROM inbox WHERE state IN ('new', 'fetching') AND lease_until > {now} AND fault IS NULL "
    "AND owner IS NOT NULL",
    "SELECT DISTINCT owner FROM outbox WHERE state IN ('claimed', 'sending') AND lease_until > {now} "
    "AND owner IS NOT NULL",
)
