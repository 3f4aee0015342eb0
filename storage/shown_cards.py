"""Where a card was shown, with what the platform needs to change it."""

from datetime import datetime
from typing import NamedTuple

from tortoise.expressions import Q

from storage.tables import Outbox


class Shown(NamedTuple):
    """A message that shows a card, or a part of one that does. `platform_id` is what its receipt said."""

    conversation: str
    body: str
    platform_id: str | None
    at: datetime


async def shown(channel: str, card: str, since: datetime) -> list[Shown]:
    """Every message that went out with a card since then, in parts perhaps, the oldest first."""
    ids = await Outbox.filter(channel=channel, card=card).values_list("id", flat=True)
    rows = await Outbox.filter(Q(id__in=ids) | Q(carrier__in=ids), sent_at__gte=since).order_by("id")
    return [Shown(row.conversation, row.body, row.platform_id, row.sent_at) for row in rows]
