"""Erase texts at the end of their retention period. Holders, durations and duties stay on record.

Erased is what people wrote and where: titles, texts, addresses, drafts, remarks, messages, files, the texts beside the
audit trail, and the case library's terms; also every copy: digests, reports and ledgers that name the incident, and the
lines about it in lists. The chain of the audit trail stays valid and records the erasure.

All of it is done in small commits with a pause after each, so that nobody waits for it, and only what is not erased yet
is read. What a crash interrupts is done the next time: the lines are redacted after the incidents are erased, and how
far that has come is on record.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, Protocol

from msgspec import json
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from storage import audit, case_library, files
from storage.counters import current, recall, remember
from storage.database import sql
from storage.database.transaction import transact
from storage.inbox import WAITING
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
PAGE = 200
"""How many rows are read or changed at once. An incident is erased in a commit of its own."""
BREATH_SECONDS = 0.02
STUB = "—"
SWEPT = "erased lines are gone until event"
"""The setting with the id of the last audit event whose erasure has reached the lines about the incident."""
Breathe = Callable[[], Awaitable[None]]
"""Waits after each commit, so that others have their turn."""


async def breathe() -> None:
    await asyncio.sleep(BREATH_SECONDS)


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


async def erase(
    numbers: Sequence[int], redaction: Redaction, by: str, now: datetime, breathe: Breathe = breathe
) -> list[int]:
    """Erase incidents' texts and every line about them, in small commits; return the erased numbers.

    Skip incidents that are open again or already erased.
    """
    if await recall(SWEPT) is None:  # earlier versions redacted the lines together with the incident
        await remember(SWEPT, str(await current("events")))
    numbers_erased = []
    for number in numbers:
        if await transact(partial(_erase, number, redaction, by, now)):
            numbers_erased.append(number)
        await breathe()
    await _sweep(redaction, breathe)
    return numbers_erased


async def _erase(number: int, redaction: Redaction, by: str, now: datetime) -> bool:
    if not await _blank(number, redaction.outgoing, now):
        return False
    await audit.append([await _erase_event_texts(number, by)], now)
    return True


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
    await Outbox.filter(incident=number).update(body=outgoing, error=None, erased_at=now)
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


async def _sweep(redaction: Redaction, breathe: Breathe) -> None:
    """Redact what lists, digests and messages about other incidents say about those erased since the last sweep."""
    until = await current("events")
    numbers = await _erased_since(int(await recall(SWEPT) or 0))
    if numbers:
        earliest = Incident.filter(number__in=sorted(numbers)[:PAGE]).order_by("found_at").limit(1)
        found: list[Any] = await earliest.values_list("found_at", flat=True)
        first = await _first_planned(found[0] - A_DAY)
        await _redact(Outbox, "body", first, partial(redaction.of_message, numbers=numbers), breathe)
        await _redact(Digest, "text", 0, partial(redaction.of_text, numbers=numbers), breathe)
    await remember(SWEPT, str(until))


async def _erased_since(event: int) -> frozenset[int]:
    """Return the incidents whose erasure was recorded after an audit event.

    "kind || ''" keeps SQLite from reading every erasure there ever was by the index of the kinds.
    """
    statement = "SELECT incident FROM events WHERE id > {} AND kind || '' = 'erased' AND incident IS NOT NULL"
    return frozenset(int(number) for (number,) in await sql.values(statement.format(sql.mark(1)), [event]))


async def _first_planned(moment: datetime) -> int:
    """Return an id before those of all messages that were planned after a moment: ids and times grow together."""
    low, high = 0, await _last_id(Outbox)
    while low < high:
        middle = (low + high) // 2
        next = Outbox.filter(id__gt=middle).order_by("id").limit(1)
        planned: list[Any] = await next.values_list("planned_at", flat=True)
        low, high = (middle + 1, high) if planned and planned[0] < moment else (low, middle)
    return low


async def _last_id(model: type[Model]) -> int:
    row = await model.all().order_by("-id").limit(1).values_list("id", flat=True)
    return int(str(row[0])) if row else 0


async def _redact(model: type[Model], field: str, first: int, redact: Callable[[str], str], breathe: Breathe) -> None:
    """Redact a column of every row after the id `first`, a page at a time."""
    for start in range(first, await _last_id(model), PAGE):
        rows = await model.filter(id__gt=start, id__lte=start + PAGE).values_list("id", field)
        changed = [(id, old, new) for id, old in rows if (new := redact(str(old))) != old]
        if changed:
            await transact(partial(_replace, model, field, changed))
        await breathe()


async def _replace(model: type[Model], field: str, changed: Sequence[tuple[Any, Any, str]]) -> None:
    for id, old, new in changed:
        await model.filter(id=id, **{field: old}).update(**{field: new})


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


async def count_unattached(before: datetime) -> UnattachedCounts:
    """Count what belongs to no incident, is older than a moment and still has its text."""
    return UnattachedCounts(
        await Inbox.filter(_handled(before)).count(),
        await Outbox.filter(_sent(before)).count(),
        await File.filter(_kept(before)).count(),
        await Event.filter(await _recorded(before)).count(),
    )


def _handled(before: datetime) -> Q:
    return Q(handled_at__lt=before) & ~Q(state__in=WAITING)


def _sent(before: datetime) -> Q:
    return Q(incident=None, erased_at=None, planned_at__lt=before) & ~Q(state__in=("planned", "sending"))


def _kept(before: datetime) -> Q:
    return Q(incident=None, at__lt=before, size__gt=0) & ~Q(name="")


async def _recorded(before: datetime) -> Q:
    """Return the condition of the events with texts, from the last on that was erased."""
    erased = Event.filter(kind=audit.ERASED, incident=None).order_by("-at").limit(1)
    last = [json.decode(str(data))["up_to"] for data in await erased.values_list("data", flat=True)]
    condition = Q(incident=None, at__lt=before, texts__isnull=False)
    since = await Event.filter(id=last[0]).values_list("at", flat=True) if last else []
    return condition & Q(at__gte=since[0]) if since else condition


async def erase_unattached(before: datetime, outgoing: str, by: str, now: datetime, breathe: Breathe = breathe) -> None:
    """Erase what belongs to no incident and is older than a moment, in small commits."""
    blank = {"body": outgoing, "error": None, "erased_at": now}
    await _in_pages(Inbox.filter(_handled(before)), lambda ids: Inbox.filter(id__in=ids).delete(), breathe)
    await _in_pages(Outbox.filter(_sent(before)), lambda ids: Outbox.filter(id__in=ids).update(**blank), breathe)
    await _in_pages(File.filter(_kept(before)), lambda ids: files.erase(Q(id__in=ids)), breathe)
    events = Event.filter(await _recorded(before)).order_by("id")
    await _in_pages(events, partial(_erase_texts, by=by, now=now), breathe)


async def _in_pages(query: QuerySet[Any], erase: Callable[[list[int]], Awaitable[object]], breathe: Breathe) -> None:
    """Erase what a query finds, a page in each commit, until it finds no more."""

    async def page() -> bool:
        ids = [int(str(id)) for id in await query.limit(PAGE).values_list("id", flat=True)]
        if ids:
            await erase(ids)
        return len(ids) == PAGE

    while await transact(page):
        await breathe()


async def _erase_texts(ids: list[int], by: str, now: datetime) -> None:
    await Event.filter(id__in=ids).update(texts=None)
    await audit.append([audit.AuditLine(None, by, audit.ERASED, {"up_to": max(ids)})], now)


async def erased() -> int:
    """Count the erased incidents."""
    return await Incident.filter(erased_at__isnull=False).count()
