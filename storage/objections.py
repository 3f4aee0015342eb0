"""Objections to missed, false and concealed reports, as duties of who decides them; they belong to no incident."""

from datetime import datetime

from storage.routines import OBJECTION
from storage.tables import Duty, to_ms


async def owe(lapse: int, started_at: datetime, due_at: datetime, next_at: datetime | None) -> list[tuple[int, int]]:
    """Open the duty to decide an objection, in the caller's transaction; return the timer to set, (duty, due in ms)."""
    duty = await Duty.create(
        incident_id=None, person=owner(lapse), cycle=1, kind=OBJECTION, owner="leader", state="open",
        started_at=started_at, due_at=due_at, first_due_at=due_at, next_at=next_at, provisional=False, reckoning={},
    )  # fmt: skip
    return [(duty.id, to_ms(next_at))] if next_at else []


async def decided(lapse: int, now: datetime) -> list[int]:
    """Meet the duty to decide an objection, in the caller's transaction; return the timers to cancel."""
    standing = Duty.filter(incident_id=None, kind=OBJECTION, person=owner(lapse), state="open")
    ids = [int(str(id)) for id in await standing.values_list("id", flat=True)]
    await standing.update(state="met", met_at=now, next_at=None)
    return ids


def owner(lapse: int) -> str:
    """Return the owner of an objection's duty: unique to the record."""
    return f"{OBJECTION}:{lapse}"


def of_owner(owner: str) -> int:
    return int(owner.partition(":")[2])


async def waiting() -> list[tuple[int, datetime]]:
    """Return the records whose objections are not decided, by number, with the due times (UTC); the earliest first."""
    rows = Duty.filter(incident_id=None, kind=OBJECTION, state="open").order_by("due_at", "id")
    return [(of_owner(str(person)), due) for person, due in await rows.values_list("person", "due_at")]
