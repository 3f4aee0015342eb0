"""Routine duties, which belong to no incident: opened a day ahead, met by a report, recorded as missed if late."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from storage import audit, outbox, overruns
from storage.commit import conclude
from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import transact
from storage.tables import Duty, to_ms

PATROL = "check-in"
"""The kind of a patrol, as duty and as report."""
REPORTED = "given"
"""Kind of the audit event of a check-in or a report."""
OBJECTION = "objection"
"""The kind of the duty to decide an objection to a missed, false or concealed report."""
ROSTER_KINDS = ("handover", "shift", "swap", "key period", OBJECTION)
"""Kinds of duty that no report meets: a change of shifts, an empty shift, a swap, a key period's turn, an objection."""
NEVER_MISSED = ("swap", OBJECTION)
"""Kinds of duty that are never recorded as missed: one that lapses when it is due, and one that stays owed."""


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
        there = await _there([slot for slot, _ in slots])
        new = [(slot, at) for slot, at in slots if (slot.kind, slot.owner, slot.due_at) not in there]
        opened = zip(await sql.run_all([_slot_statement(slot, at) for slot, at in new]), new, strict=True)
        return [(0, int(rows[0]["id"]), to_ms(at)) for rows, (_, at) in opened if rows and at]

    return await transact(work)


async def _there(slots: Sequence[NewSlot]) -> set[tuple[Any, ...]]:
    """Return which slots are open already, as (kind, owner, due time); a refused insert would use up a number."""
    query = Duty.filter(incident_id=None, due_at__in=list({slot.due_at for slot in slots}))
    return set(await query.values_list("kind", "person", "due_at"))


def _slot_statement(slot: NewSlot, next_at: datetime | None) -> Statement:
    """Build the statement that opens a slot. It returns no row if the slot is there: another process has opened it."""
    text, values = sql.insert_statement("duties", _slot(slot, next_at))
    return Statement(text.replace(" RETURNING ", " ON CONFLICT (kind, person, due_at) DO NOTHING RETURNING "), values)


async def open_slot(slot: NewSlot, next_at: datetime | None) -> Duty:
    """Open one slot, inside the caller's transaction."""
    return await Duty.create(**_slot(slot, next_at))


def _slot(slot: NewSlot, next_at: datetime | None) -> dict[str, Any]:
    return {
        "incident_id": None,
        "person": slot.owner,
        "cycle": 1,
        "kind": slot.kind,
        "owner": slot.owner,
        "state": "open",
        "started_at": slot.opens,
        "due_at": slot.due_at,
        "first_due_at": slot.due_at,
        "next_at": next_at,
        "provisional": False,
        "reckoning": {},
    }


async def to_come(now: datetime) -> list[Duty]:
    """Return the open check-ins and reports that are due after `now`."""
    return await Duty.filter(incident_id=None, state="open", due_at__gt=now).exclude(kind__in=ROSTER_KINDS)


async def withdraw(ids: Sequence[int]) -> None:
    """Let open check-ins and reports be owed no more."""
    await Duty.filter(id__in=list(ids), state="open").update(state="waived", next_at=None)


async def missed(before: datetime, now: datetime) -> int:
    """Record as missed what was due before `before` and is still open; return how many."""

    async def work() -> int:
        rows = await Duty.filter(incident_id=None, state="open", due_at__lt=before).exclude(kind__in=NEVER_MISSED)
        await overruns.record_routine([row.id for row in rows], now)
        # One by one: another process may just have met one of them.
        missed = [row for row in rows if await _miss(row.id)]
        lines = [
            audit.AuditLine(None, "clock", "missed", {"duty": row.id, "kind": row.kind, "owner": row.owner})
            for row in missed
        ]
        await audit.append(lines, now)
        return len(missed)

    return await transact(work)


async def owed(kind: str, owners: Sequence[str], said_at: datetime) -> Duty | None:
    """Return the slot of a kind that one of these owners fills by what was said: the one that ran then, though it may
    be recorded as missed since; else the last open one that had run out.

    A slot that was missed before stays missed: a later report is not late for it.
    """
    query = Duty.filter(incident_id=None, kind=kind, person__in=list(owners), started_at__lte=said_at)
    running = query.filter(state__in=("open", "missed"), due_at__gte=said_at)
    return (
        await running.order_by("due_at", "id").first()
        or await query.filter(state="open").order_by("-due_at", "id").first()
    )


class Reporter(Protocol):
    """Who reports; see `storage.changes.Actor`. `since` is when they said it, `now` when it is handled."""

    @property
    def id(self) -> str: ...
    @property
    def now(self) -> datetime: ...
    @property
    def since(self) -> datetime: ...
    @property
    def inbox(self) -> int | None: ...


async def record(report: RoutineReport, by: Reporter, messages: Sequence[outbox.OutgoingMessage]) -> None:
    """Record a check-in or a report, and close its slot, if there is one."""

    async def work() -> None:
        await conclude(messages, by.inbox, [await close_slot(report, by)], by.now)

    await transact(work)


async def close_slot(report: RoutineReport, by: Reporter, found: int | None = None) -> audit.AuditLine:
    """Close the slot, inside the caller's transaction; return the audit line, with the incident that it found.

    A slot that another process has closed meanwhile stays as it is: the report meets none then.
    """
    met = None
    if report.duty is not None:
        await overruns.record_routine([report.duty], by.now)
        met = report.duty if await _meet(report.duty, by.since) else None
    data = {**report.data, "duty": met} | ({"found": found} if found else {})
    return audit.AuditLine(None, by.id, REPORTED, data)


async def _meet(id: int, met_at: datetime) -> bool:
    """Meet a slot that is open, or was recorded as missed though it was met in time; return False if it is neither."""
    in_time = Duty.filter(id=id, state="missed", due_at__gte=met_at)
    for query in (Duty.filter(id=id, state="open"), in_time):
        if await query.update(state="met", met_at=met_at, next_at=None):
            await overruns.take_back([id], met_at)
            return True
    return False


async def _miss(id: int) -> bool:
    """Record an open slot as missed; return False if it is not open."""
    return bool(await Duty.filter(id=id, state="open").update(state="missed", next_at=None))
