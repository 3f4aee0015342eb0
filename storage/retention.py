"""Erase texts at the end of their retention period. Holders, durations and duties stay on record.

Erased is what people wrote and where: titles, texts, addresses, drafts, remarks, messages, files, the texts beside the
audit trail, and the case library's terms; also every copy: digests, reports and ledgers that name the incident, and the
lines about it in lists. The chain of the audit trail stays valid and records the erasure.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, Protocol

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from storage import audit, case_library, files
from storage.counters import current
from storage.database.transaction import transact
from storage.reports import ENDED_STAGES
from storage.tables import (
    Digest,
    Draft,
    Event,
    File,
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
CHUNK, PAGE = 20, 500
STUB = "—"


class Redact(Protocol):
    """Return a text without what it says about these incidents."""

    def __call__(self, text: str, /, *, numbers: Collection[int]) -> str: ...


class Redaction(NamedTuple):
    """What replaces erased words: `outgoing` replaces a whole body; the others redact a message or a text."""

    outgoing: str
    of_message: Redact
    of_text: Redact


class UnattachedCounts(NamedTuple):
    """How many old messages, files and lines of the audit trail belong to no incident."""

    received: int
    sent: int
    files: int
    lines: int


async def policies() -> list[tuple[int, str]]:
    """Return the frozen regimes, which contain the retention period, as (id, body)."""
    return [(row.id, row.body) for row in await Policy.all().order_by("id")]


async def ended_before(before: datetime, policy: int | None = None) -> list[int]:
    """Return the incidents, of one policy or of all, that ended before a moment and still have their texts."""
    query = Incident.filter(stage__in=ENDED_STAGES, resolved_at__lt=before, erased_at=None)
    if policy is not None:
        query = query.filter(policy_id=policy)
    return [int(str(number)) for number in await query.order_by("number").values_list("number", flat=True)]


async def erase(numbers: Sequence[int], redaction: Redaction, by: str, now: datetime) -> list[int]:
    """Erase incidents' texts and every line about them, in chunks of one commit each; return the erased numbers.

    Skip incidents that are open again or already erased.
    """
    numbers_erased: list[int] = []
    for start in range(0, len(numbers), CHUNK):
        numbers_erased += await transact(partial(_erase, numbers[start : start + CHUNK], redaction, by, now))
    return numbers_erased


async def _erase(numbers: Sequence[int], redaction: Redaction, by: str, now: datetime) -> list[int]:
    numbers_erased = [number for number in numbers if await _blank(number, redaction.outgoing, now)]
    await _erase_lines(numbers_erased, redaction)
    await audit.append([await _erase_event_texts(number, by) for number in numbers_erased], now)
    return numbers_erased


async def _blank(number: int, outgoing: str, now: datetime) -> bool:
    blank: dict[str, Any] = {
        "title": STUB, "text": "", "answer": None, "result": None, "proof": None, "unanswerable": None,
        "bounces": [], "about": [], "erased_at": now,
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
    await Outbox.filter(incident=number).update(body=outgoing, error=None)
    await files.erase(Q(incident=number) | Q(id__in=await files.containing_texts_of([number])))
    await _delete_inbox_messages(number, now)
    await case_library.forget([number])
    return True


async def _delete_inbox_messages(number: int, now: datetime) -> None:
    """Delete the inbox messages of an incident: their time of handling equals the time of one of its events."""
    moments = await Event.filter(incident=number).distinct().values_list("at", flat=True)
    for start in range(0, len(moments), 500):
        old = Inbox.filter(handled_at__in=moments[start : start + 500], received_at__lt=now - A_DAY, state="done")
        await old.delete()


async def _erase_lines(numbers: Sequence[int], redaction: Redaction) -> None:
    """Redact what lists, digests and messages about other incidents say about erased ones."""
    first = await Incident.filter(number__in=list(numbers)).order_by("found_at").first()
    if first is None:
        return
    some = frozenset(numbers)
    sent = Outbox.filter(_naming("body", some), planned_at__gte=first.found_at)
    await _redact(sent, "body", partial(redaction.of_message, numbers=some))
    await _redact(Digest.filter(_naming("text", some)), "text", partial(redaction.of_text, numbers=some))


def _naming(field: str, numbers: Iterable[int]) -> Q:
    return Q(*(Q(**{f"{field}__contains": f"#{number}"}) for number in numbers), join_type="OR")


async def _redact(query: QuerySet[Any], field: str, redact: Callable[[str], str]) -> None:
    last = 0
    while rows := await query.filter(id__gt=last).order_by("id").limit(PAGE).values("id", field):
        for row in rows:
            if (kept := redact(row[field])) != row[field]:
                await query.model.filter(id=row["id"]).update(**{field: kept})
        last = rows[-1]["id"]


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


async def _erase_event_texts(incident: int | None, by: str, before: datetime | None = None) -> audit.AuditLine:
    """Erase the texts beside the audit trail; return the line that records it.

    `before` limits it to events before a moment, for those of no incident.
    """
    query = Event.filter(incident=incident, texts__isnull=False)
    if before is not None:
        query = query.filter(at__lt=before)
    last = await query.order_by("-id").first()
    if last is not None:
        await query.update(texts=None)
    return audit.AuditLine(incident, by, audit.ERASED, {"up_to": last.id if last else await current("events")})


async def count_unattached(before: datetime) -> UnattachedCounts:
    """Count what belongs to no incident and is older than a moment."""
    return UnattachedCounts(
        await Inbox.filter(received_at__lt=before, state__in=("done", "failed")).count(),
        await Outbox.filter(incident=None, planned_at__lt=before, state__not_in=("planned", "sending")).count(),
        await File.filter(incident=None, at__lt=before, size__gt=0).exclude(name="").count(),
        await Event.filter(incident=None, at__lt=before, texts__isnull=False).count(),
    )


async def erase_unattached(before: datetime, outgoing: str, by: str, now: datetime) -> None:
    """Erase what belongs to no incident and is older than a moment."""

    async def work() -> None:
        await Inbox.filter(received_at__lt=before, state__in=("done", "failed")).delete()
        old = Outbox.filter(incident=None, planned_at__lt=before, state__not_in=("planned", "sending"))
        await old.update(body=outgoing, error=None)
        await files.erase(Q(incident=None, at__lt=before))
        if await Event.filter(incident=None, at__lt=before, texts__isnull=False).exists():
            await audit.append([await _erase_event_texts(None, by, before)], now)

    await transact(work)


async def erased() -> int:
    """Count the erased incidents."""
    return await Incident.filter(erased_at__isnull=False).count()
