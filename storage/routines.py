"""Routine duties, which belong to no incident: opened a day ahead, met by a report, recorded as missed if late."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from storage import audit, outbox, overruns
from storage.commit import conclude
from storage.database.transaction import transact
from storage.tables import Duty, to_ms

PATROL = "check-in"
"""The kind of a patrol, as duty and as report."""
REPORTED = "given"
"""Kind of the audit event of a check-in or a report."""
ROSTER_KINDS = ("handover", "shift", "swap")
"""Kinds of duty that no report meets: a change of shifts, an empty shift, an unanswered swap request."""
LAPSING_KIND = "swap"
"""The kind of duty that ends at its due time with an announcement and is never recorded as missed."""


class RoutineReport(NamedTuple):
    """A check-in or a report to record, and the open duty that it meets, if there is one."""

    duty: int | None
    data: Mapping[str, Any]


class NewSlot(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def opens(self) -> datetime: ...
    @property
    def due_at(self) -> datetime: ...


async def open_slots(slots: Sequence[tuple[NewSlot, datetime | None]]) -> list[tuple[int, int, int]]:
    """Open the slots that are not open yet, each with the time of its first step.

    Return the timers to set as (0, duty, due in ms).
    """
    if not slots:
        return []

    async def work() -> list[tuple[int, int, int]]:
        known = await Duty.filter(incident_id=None, due_at__in=[slot.due_at for slot, _ in slots]).values_list(
            "kind", "person", "due_at"
        )
        there = {tuple(row) for row in known}
        keyed = {(slot.kind, slot.owner, slot.due_at): (slot, at) for slot, at in reversed(slots)}
        fresh = [one for key, one in reversed(keyed.items()) if key not in there]
        made = [await open_slot(slot, at) for slot, at in fresh]
        return [(0, duty.id, to_ms(at)) for duty, (_, at) in zip(made, fresh, strict=True) if at]

    return await transact(work)


async def open_slot(slot: NewSlot, next_at: datetime | None) -> Duty:
    """Open one slot, inside the caller's transaction."""
    return await Duty.create(
        incident_id=None,
        person=slot.owner,
        cycle=1,
        kind=slot.kind,
        owner=slot.owner,
        state="open",
        started_at=slot.opens,
        due_at=slot.due_at,
        first_due_at=slot.due_at,
        next_at=next_at,
        provisional=False,
        reckoning={},
    )


async def missed(before: datetime, now: datetime) -> int:
    """Record as missed what was due before `before` and is still open; return how many."""

    async def work() -> int:
        rows = await Duty.filter(incident_id=None, state="open", due_at__lt=before).exclude(kind=LAPSING_KIND)
        ids = [row.id for row in rows]
        await overruns.record_routine(ids, now)
        await Duty.filter(id__in=ids).update(state="missed", next_at=None)
        lines = [
            audit.AuditLine(None, "clock", "missed", {"duty": row.id, "kind": row.kind, "owner": row.owner})
            for row in rows
        ]
        await audit.append(lines, now)
        return len(rows)

    return await transact(work)


async def owed(kind: str, owners: Sequence[str], now: datetime) -> Duty | None:
    """Return the open slot of a kind that one of these owners fills now: the one that runs, else the last that ran out.

    A slot that was missed before stays missed: a later report is not late for it.
    """
    query = Duty.filter(incident_id=None, kind=kind, state="open", person__in=list(owners), started_at__lte=now)
    running = await query.filter(due_at__gte=now).order_by("due_at", "id").first()
    return running or await query.order_by("-due_at", "id").first()


async def record(
    report: RoutineReport, actor: str, now: datetime, messages: Sequence[outbox.OutgoingMessage], inbox_id: int | None
) -> None:
    """Record a check-in or a report, and close its slot, if there is one."""

    async def work() -> None:
        await conclude(messages, inbox_id, [await close_slot(report, actor, now)], now)

    await transact(work)


async def close_slot(report: RoutineReport, actor: str, now: datetime, found: int | None = None) -> audit.AuditLine:
    """Close the slot, inside the caller's transaction; return the audit line, with the incident that it found."""
    if report.duty is not None:
        await overruns.record_routine([report.duty], now)
        await Duty.filter(id=report.duty, state="open").update(state="met", met_at=now, next_at=None)
    data = {**report.data, "duty": report.duty} | ({"found": found} if found else {})
    return audit.AuditLine(None, actor, REPORTED, data)
