"""Retention: how long an incident's regime keeps texts, and erasing what is older. Once a day by itself."""

from datetime import datetime

from msgspec import json

from handlers.office import Office
from handlers.rules.keeping import since
from handlers.rules.messages import Say
from handlers.rules.regimes import thaw
from storage import retention
from storage.retention import Loose

BODY = json.encode(Say(text=retention.STUB)).decode()
"""What stands for a message that is erased."""


async def over(office: Office, now: datetime, before: datetime | None = None) -> list[int]:
    """The ended incidents whose texts are kept no longer: by their own regime, or those that ended before a day."""
    if before is not None:
        return await retention.ended_before(before)
    found: list[int] = []
    for policy, body in await retention.policies():
        edge = since(now, thaw(body).keeps, office.institution.zone)
        found += await retention.ended_before(edge, policy)
    return sorted(found)


async def erase(office: Office, now: datetime, by: str, before: datetime | None = None) -> int:
    """Erases what `over` names, and what belongs to no incident and is as old; how many incidents."""
    count = 0
    for number in await over(office, now, before):
        count += await retention.erase(number, BODY, by, now)
    await retention.erase_loose(before or _edge(office, now), BODY, by, now)
    return count


async def loose(office: Office, now: datetime, before: datetime | None = None) -> Loose:
    """How much that belongs to no incident would go."""
    return await retention.loose(before or _edge(office, now))


def _edge(office: Office, now: datetime) -> datetime:
    """What is older belongs to no incident and is kept no longer, by the regime of today."""
    return since(now, office.regime.keeps, office.institution.zone)
