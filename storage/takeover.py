"""Take over what a dead process of this machine held, so that it need not wait until its leases end."""

from datetime import datetime

from storage.outbox_claims import HELD
from storage.process_mark import is_dead
from storage.tables import Inbox, Outbox


async def from_the_dead(now: datetime) -> int:
    """Release what processes held that have ended on this machine; return how many messages and sends that were.

    A send that they had begun may have arrived, so its next attempt is marked as a possible repeat.
    """
    handling = Inbox.filter(state__in=("new", "fetching"), lease_until__gt=now, fault__isnull=True)
    sending = Outbox.filter(state__in=HELD, lease_until__gt=now)
    count = 0
    for query in (handling, sending):
        owners = {str(owner) for owner in await query.exclude(owner=None).distinct().values_list("owner", flat=True)}
        if dead := [owner for owner in owners if is_dead(owner)]:
            count += await query.filter(owner__in=dead).update(lease_until=now)
    return count
