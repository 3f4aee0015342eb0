"""What changes a roster: swaps of shifts, and who is on leave. And what a shift has seen, for its report."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage import audit, inbox, outbox, reports
from storage.tables import Delegation, Duty, Incident, Swap
from storage.transaction import transact


async def swaps(since: datetime) -> list[Swap]:
    """Swaps of shifts that begin at `since` or later, the oldest word first."""
    return await Swap.filter(shift_at__gte=since).order_by("id")


async def leaves(since: datetime) -> list[tuple[str, datetime, datetime]]:
    """Who is on leave at `since` or later: (person, from, until)."""
    rows = await Delegation.filter(why="leave", ended_at=None, until__gt=since).order_by("id")
    return [(row.giver, row.since, row.until) for row in rows]


async def swap(
    new: Sequence[dict[str, Any]], by: str, letters: Sequence[outbox.Letter], inbox_id: int | None, now: datetime
) -> list[int]:
    """Records swaps (shift_at, giver, taker) that one person said; the duties that they have met."""

    async def work() -> list[int]:
        met: list[int] = []
        for one in new:
            await Swap.create(**one, by=by, at=now)
            met += await _met(one["shift_at"], now)
        await outbox.plan(letters, now)
        if inbox_id is not None:
            await inbox.done(inbox_id, now)
        data = [{**one, "shift_at": one["shift_at"].isoformat()} for one in new]
        await audit.append([audit.Line(None, by, "swapped", one) for one in data], now)
        return met

    return await transact(work)


async def _met(shift_at: datetime, now: datetime) -> list[int]:
    """The empty place in a shift is filled."""
    rows = await Duty.filter(incident_id=None, kind="shift", due_at=shift_at, state="open")
    ids = [row.id for row in rows]
    await Duty.filter(id__in=ids).update(state="met", met_at=now, next_at=None)
    return ids


async def counts(since: datetime, until: datetime) -> tuple[int, int]:
    """How many incidents were found, and how many resolved, in a span."""
    found = await Incident.filter(found_at__gte=since, found_at__lt=until).count()
    return found, await Incident.filter(stage="resolved", resolved_at__gte=since, resolved_at__lt=until).count()


async def patrols(since: datetime, until: datetime) -> list[dict[str, Any]]:
    """The check-ins of a span, the oldest first."""
    return await audit.of_kind("given", since, until)


async def open_now(limit: int) -> list[reports.Row]:
    """Every open incident, the oldest first."""
    rows = Incident.exclude(stage__in=reports.CLOSED).order_by("number").limit(limit)
    return list(await rows.values("number", "title", "department", "stage", "holder"))


async def due_by(until: datetime, limit: int) -> list[reports.Row]:
    """What is owed in open incidents until then, overdue first."""
    query = Duty.filter(state="open", incident_id__isnull=False, due_at__lte=until).exclude(kind="calm")
    rows = query.order_by("due_at", "id").limit(limit)
    names = {"number": "incident__number", "title": "incident__title", "department": "incident__department"}
    return list(await rows.values("kind", "due_at", **names))


async def take(duty: int, was: datetime, letters: Sequence[outbox.Letter], lines: Sequence[audit.Line], now: datetime,
               keep: Any = None) -> bool:  # fmt: skip
    """Does what a moment of the roster asks, once: False if somebody else has. `keep` is done in the same commit."""

    async def work() -> bool:
        if not await Duty.filter(id=duty, state="open", next_at=was).update(state="met", met_at=now, next_at=None):
            return False
        said = list(letters) if keep is None else await keep()
        await outbox.plan(said, now)
        await audit.append(lines, now)
        return True

    return await transact(work)
