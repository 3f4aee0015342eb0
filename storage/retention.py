"""Erase texts at the end of their retention period. Holders, durations and duties stay on record.

Erased is what people wrote and where: titles, texts, addresses, drafts, remarks, messages, files, the texts beside the
audit trail, and the case library's terms; also every copy: digests, reports and ledgers that name the incident, and the
lines about it in lists. The chain of the audit trail stays valid and records the erasure.

All of it is done in small commits with a pause after each, so that nobody waits for it, and only what is not erased yet
is read: an incident in a commit of its own, then the lines (`storage.erased_lines`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from tortoise.expressions import Q

from storage import audit, case_library, erased_lines, files
from storage.counters import current
from storage.database.transaction import transact
from storage.erased_lines import Redaction
from storage.inbox_claims import WAITING
from storage.reports import ENDED_STAGES
from storage.small_commits import Breathe, breathe
from storage.tables import (
    Draft,
    Event,
    Forwarding,
    Inbox,
    Incident,
    LastWord,
    Outbox,
    Policy,
    Post,
    Publication,
    Request,
)  # fmt: skip
from storage.text_digests import TEXTS

A_DAY = timedelta(days=1)
STUB = "—"


async def policies() -> list[tuple[int, str]]:
    """Return the frozen regimes, which contain the retention period, as (id, body)."""
    return [(row.id, row.body) for row in await Policy.all().order_by("id")]


async def ended_before(before: datetime, policy: int | None = None) -> list[int]:
    """Return the incidents, of one policy or of all, that ended before a moment and still have their texts."""
    query = Incident.filter(stage__in=ENDED_STAGES, resolved_at__lt=before, erased_at=None)
    if policy is not None:
        query = query.filter(policy_id=policy)
    return [int(str(number)) for number in await query.order_by("number").values_list("number", flat=True)]


async def erase(
    numbers: Sequence[int], redaction: Redaction, by: str, now: datetime, breathe: Breathe = breathe
) -> list[int]:
    """Erase incidents' texts and every line about them, in small commits; return the erased numbers.

    Skip incidents that are open again or already erased.
    """
    await erased_lines.begin()
    numbers_erased = []
    for number in numbers:
        if await transact(partial(_erase, number, redaction, by, now)):
            numbers_erased.append(number)
        await breathe()
    await erased_lines.sweep(redaction, breathe)
    return numbers_erased


async def _erase(number: int, redaction: Redaction, by: str, now: datetime) -> bool:
    if not await _blank(number, redaction.outgoing, now):
        return False
    await audit.append([await _erase_event_texts(number, by)], now)
    return True


async def _blank(number: int, outgoing: str, now: datetime) -> bool:
    blank: dict[str, Any] = {
        "title": STUB, "text": "", "answer": None, "result": None, "proof": None, "unanswerable": None,
        "bounces": [], "about": [], "about_by": None, "erased_at": now,
    }  # fmt: skip
    if not await Incident.filter(number=number, stage__in=ENDED_STAGES, erased_at=None).update(**blank):
        return False
    await _erase_addresses(number)
    await Draft.filter(incident_id=number).update(text="")
    await _erase_reasons(number)
    await LastWord.filter(incident=number).delete()
    messages = await Forwarding.filter(incident_id=number).values_list("message", flat=True)
    for message in messages:
        channel, _, id = str(message).partition(":")
        await Inbox.filter(channel=channel, message=id).delete()
    await Outbox.filter(incident=number).update(body=outgoing, error=None, erased_at=now)
    await files.erase(Q(incident=number) | Q(id__in=await files.containing_texts_of([number])))
    await _delete_inbox_messages(number, now)
    await case_library.forget([number])
    return True


async def _delete_inbox_messages(number: int, now: datetime) -> None:
    """Delete the inbox messages of an incident: their time of handling equals the time of one of its events."""
    moments = await Event.filter(incident=number).distinct().values_list("at", flat=True)
    for start in range(0, len(moments), 500):
        old = Inbox.filter(handled_at__in=moments[start : start + 500], received_at__lt=now - A_DAY)
        await old.exclude(state__in=(*WAITING, "failed")).delete()  # "state = 'done'" would read all of them on SQLite


async def _erase_addresses(number: int) -> None:
    """Erase the addresses of an incident's posts and answers. A fingerprint reveals the address.

    That of a post must be unique: the id replaces it.
    """
    await Publication.filter(incident_id=number).update(url=None, fingerprint=None)
    for id in await Post.filter(incident_id=number).values_list("id", flat=True):
        await Post.filter(id=id).update(url=None, fingerprint=f"erased:{id}")


async def _erase_reasons(number: int) -> None:
    for row in await Request.filter(incident_id=number):
        subject = {key: value for key, value in row.subject.items() if key not in TEXTS}
        await Request.filter(id=row.id).update(subject=subject, remark=None)


async def _erase_event_texts(incident: int, by: str) -> audit.AuditLine:
    """Erase an incident's texts beside the audit trail; return the line that records it."""
    query = Event.filter(incident=incident, texts__isnull=False)
    last = await query.order_by("-id").first()
    if last is not None:
        await query.update(texts=None)
    return audit.AuditLine(incident, by, audit.ERASED, {"up_to": last.id if last else await current("events")})


async def erased() -> int:
    """Count the erased incidents."""
    return await Incident.filter(erased_at__isnull=False).count()
