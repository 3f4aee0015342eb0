"""Retention: erase texts that are older than their incident's regime keeps them. Runs once a day."""

from collections.abc import Collection
from datetime import datetime

from msgspec import json, structs

from handlers.common.office import Office
from handlers.rules.language.messages import Reply
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.regime.regime import thaw
from handlers.rules.regime.retention_period import since
from storage import retention, unattached_texts
from storage.erased_lines import Redaction
from storage.small_commits import Breathe, breathe
from storage.unattached_texts import UnattachedCounts

BODY = json.encode(Reply(text=retention.STUB)).decode()
"""Replaces the body of an erased message."""
NAMED_NUMBER = LazyPattern(r"#(\d{1,9})(?!\d)")


async def over(office: Office, now: datetime, before: datetime | None = None) -> list[int]:
    """Return the ended incidents whose texts are to be erased: by their regimes, or all that ended before `before`."""
    if before is not None:
        return await retention.ended_before(before)
    found: list[int] = []
    for policy, body in await retention.policies():
        edge = since(now, thaw(body).keeps, office.institution.zone)
        found += await retention.ended_before(edge, policy)
    return sorted(found)


async def erase(
    office: Office, now: datetime, by: str, before: datetime | None = None, breathe: Breathe = breathe
) -> int:
    """Erase the texts of the incidents of `over`, and texts as old that belong to no incident.

    Return how many incidents were erased. Nobody waits for it: it pauses after each small commit with `breathe`.
    """
    redaction = Redaction(BODY, _message_without, _without)
    gone = await retention.erase(await over(office, now, before), redaction, by, now, breathe)
    await unattached_texts.erase(before or _edge(office, now), BODY, by, now, breathe)
    return len(gone)


def _message_without(body: str, *, numbers: Collection[int]) -> str:
    if not _names(body, numbers):  # spares decoding almost all
        return body
    reply = json.decode(body, type=Reply)
    return json.encode(structs.replace(reply, text=_without(reply.text, numbers=numbers))).decode()


def _without(text: str, *, numbers: Collection[int]) -> str:
    """Replace each line that names one of the incidents by a dash."""
    return "\n".join(retention.STUB if _names(line, numbers) else line for line in text.split("\n"))


def _names(text: str, numbers: Collection[int]) -> bool:
    return any(int(number) in numbers for number in NAMED_NUMBER.findall(text))


async def count_unattached(office: Office, now: datetime, before: datetime | None = None) -> UnattachedCounts:
    """Count the messages and files without an incident that would be erased."""
    return await unattached_texts.count(before or _edge(office, now))


def _edge(office: Office, now: datetime) -> datetime:
    """Return the moment before which texts that belong to no incident are erased, by the present regime."""
    return since(now, office.regime.keeps, office.institution.zone)
