"""The pauses of sends that wait because their platform was away; they end for all once it answers."""

from collections.abc import Collection
from datetime import datetime

from storage.outbox_claims import HELD
from storage.tables import Outbox


async def left_over(channel: str, now: datetime, limit: int) -> list[int]:
    """Return messages that wait after a try that failed at the platform itself, as an earlier process left them."""
    waiting = Outbox.filter(channel=channel, state="planned", retry_at__gt=now, doubts__gt=0)
    rows = await waiting.order_by("id").limit(limit).values("id")
    return [int(row["id"]) for row in rows]


async def still_wait(ids: Collection[int]) -> list[int]:
    """Return those of the messages that did not go out yet, in the order of their ids."""
    rows = await Outbox.filter(id__in=list(ids), state__in=("planned", *HELD)).order_by("id").values("id")
    return [int(row["id"]) for row in rows]


async def end(channel: str, ids: Collection[int], now: datetime) -> int:
    """Let the messages, and those that wait behind them, be sent at once; return how many that are."""
    rows = await Outbox.filter(id__in=list(ids)).values("conversation")
    where = {str(row["conversation"]) for row in rows}
    waiting = Outbox.filter(channel=channel, state="planned", retry_at__gt=now, conversation__in=list(where))
    return int(await waiting.update(retry_at=now))
