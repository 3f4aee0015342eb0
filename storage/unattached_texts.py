"""Erase old texts that belong to no incident: messages, files, and texts beside the audit trail, in small commits."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from msgspec import json
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from storage import audit, files
from storage.database.transaction import transact
from storage.inbox_claims import WAITING
from storage.small_commits import PAGE, Breathe, breathe
from storage.tables import Event, File, Inbox, Outbox


class UnattachedCounts(NamedTuple):
    """How many old messages, files and lines of the audit trail belong to no incident."""

    received: int
    sent: int
    files: int
    lines: int


async def count(before: datetime) -> UnattachedCounts:
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
    return Q(incident=None, erased_at=None, planned_at__lt=before) & ~Q(state__in=("planned", "claimed", "sending"))


def _kept(before: datetime) -> Q:
    return Q(incident=None, at__lt=before, size__gt=0) & ~Q(name="")


async def _recorded(before: datetime) -> Q:
    """Return the condition of the events with texts, from the last on that was erased."""
    erased = Event.filter(kind=audit.ERASED, incident=None).order_by("-at").limit(1)
    last = [json.decode(str(data))["up_to"] for data in await erased.values_list("data", flat=True)]
    condition = Q(incident=None, at__lt=before, texts__isnull=False)
    since = await Event.filter(id=last[0]).values_list("at", flat=True) if last else []
    return condition & Q(at__gte=since[0]) if since else condition


async def erase(before: datetime, outgoing: str, by: str, now: datetime, breathe: Breathe = breathe) -> None:
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
