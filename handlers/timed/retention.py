"""Retention: how long an incident's regime keeps texts, and erasing what is older. Once a day by itself."""

import re
from collections.abc import Collection
from datetime import datetime

from msgspec import json, structs

from handlers.common.office import Office
from handlers.rules.language.messages import Reply
from handlers.rules.regime.regime import thaw
from handlers.rules.regime.retention_period import since
from storage import retention
from storage.retention import Loose, Wording

BODY = json.encode(Reply(text=retention.STUB)).decode()
"""What stands for a message that is erased."""
NAMED_NUMBER = re.compile(r"#(\d{1,9})(?!\d)")


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
    wording = Wording(BODY, _message_without, _without)
    gone = await retention.erase(await over(office, now, before), wording, by, now)
    await retention.erase_loose(before or _edge(office, now), BODY, by, now)
    return len(gone)


def _message_without(body: str, *, numbers: Collection[int]) -> str:
    say = json.decode(body, type=Reply)
    return json.encode(structs.replace(say, text=_without(say.text, numbers=numbers))).decode()


def _without(text: str, *, numbers: Collection[int]) -> str:
    """The text with a dash for each line that names one of the incidents."""
    lines = text.split("\n")
    return "\n".join(retention.STUB if {*map(int, NAMED_NUMBER.findall(line))} & {*numbers} else line for line in lines)


async def loose(office: Office, now: datetime, before: datetime | None = None) -> Loose:
    """How much that belongs to no incident would go."""
    return await retention.loose(before or _edge(office, now))


def _edge(office: Office, now: datetime) -> datetime:
    """What is older belongs to no incident and is kept no longer, by the regime of today."""
    return since(now, office.regime.keeps, office.institution.zone)
