"""Duties that no incident has: opened a day ahead, met by a word, set down as missed when their day is long over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from storage import audit, inbox, outbox
from storage.tables import Duty, to_ms
from storage.transaction import transact

OF_THE_ROSTER = ("handover", "shift", "swap")
"""Kinds of duty that no report answers: a change of shifts, an empty place, an unanswered swap."""


class Slot(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def opens(self) -> datetime: ...
    @property
    def due_at(self) -> datetime: ...


async def open_slots(slots: Sequence[tuple[Slot, datetime | None]], now: datetime) -> list[tuple[int, int, int]]:
    """Opens what is not open yet, each with its first step's time; the steps to arm as (0, duty, due in ms)."""
    if not slots:
        return []

    async def work() -> list[tuple[int, int, int]]:
        known = await Duty.filter(incident_id=None, due_at__in=[slot.due_at for slot, _ in slots]).values_list(
            "kind", "person", "due_at"
        )
        there = {tuple(row) for row in known}
        fresh = [(slot, at) for slot, at in slots if (slot.kind, slot.owner, slot.due_at) not in there]
        made = [await open_slot(slot, at) for slot, at in fresh]
        return [(0, duty.id, to_ms(at)) for duty, (_, at) in zip(made, fresh, strict=True) if at and at > now]

    return await transact(work)


async def open_slot(slot: Slot, next_at: datetime | None) -> Duty:
    """Opens one, inside the caller's transaction."""
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
    """Sets down as missed what was due before `before` and never came."""

    async def work() -> int:
        rows = await Duty.filter(incident_id=None, state="open", due_at__lt=before)
        await Duty.filter(id__in=[row.id for row in rows]).update(state="missed", next_at=None)
        lines = [
            audit.Line(None, "clock", "missed", {"duty": row.id, "kind": row.kind, "owner": row.owner}) for row in rows
        ]
        await audit.append(lines, now)
        return len(rows)

    return await transact(work)


async def owed(kind: str, owners: Sequence[str], now: datetime) -> Duty | None:
    """The earliest open slot of a kind that one of these owners may fill now."""
    query = Duty.filter(incident_id=None, kind=kind, state="open", person__in=list(owners), started_at__lte=now)
    return await query.order_by("due_at", "id").first()


async def fill(
    duty: Duty | None,
    actor: str,
    kind: str,
    data: dict[str, Any],
    now: datetime,
    letters: Sequence[outbox.Letter],
    inbox_id: int | None,
) -> bool:
    """Records a check-in or a report, and fulfils the slot, if there is one; False if it was filled meanwhile."""

    async def work() -> bool:
        filled = False
        if duty is not None:
            filled = bool(await Duty.filter(id=duty.id, state="open").update(state="met", met_at=now, next_at=None))
        await outbox.plan(letters, now)
        if inbox_id is not None:
            await inbox.done(inbox_id, now)
        await audit.append([audit.Line(None, actor, kind, {**data, "duty": duty.id if duty else None})], now)
        return filled

    return await transact(work)
