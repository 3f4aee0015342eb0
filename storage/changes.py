"""What a decision changes, row by row: duties, requests, drafts, and whose hands a matter is in.

Called inside the one transaction of `storage.incidents`, never alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from storage.tables import Draft, Duty, Holding, Request, to_ms


class Decided(Protocol):
    """What the rules hand over; see `handlers.rules.case.Decision`."""

    @property
    def events(self) -> Sequence[Any]: ...
    @property
    def changes(self) -> Mapping[str, Any]: ...
    @property
    def met(self) -> Sequence[int]: ...
    @property
    def waived(self) -> Sequence[int]: ...
    @property
    def opened(self) -> Sequence[Any]: ...
    @property
    def moved(self) -> Sequence[Any]: ...
    @property
    def draft(self) -> str | None: ...
    @property
    def requested(self) -> Any: ...
    @property
    def decided(self) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Who acts and when, and the inbox message that is dealt with by it."""

    actor: str
    now: datetime
    inbox: int | None = None


@dataclass(slots=True)
class Written:
    """What a commit leaves to do: steps to arm and to cancel, and the request that was opened."""

    number: int
    armed: list[tuple[int, int]] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    request: int | None = None


async def write(written: Written, decision: Decided, turn: Turn) -> None:
    await _close_duties(written, decision.met, "met", turn.now)
    await _close_duties(written, decision.waived, "waived", turn.now)
    for moved in decision.moved:
        await _move_duty(written, moved)
    for opened in decision.opened:
        await _open_duty(written, opened)
    for change in decision.decided:
        await _decide_request(change, turn)
    if decision.draft is not None:
        await _add_draft(written.number, decision, turn)
    if decision.requested is not None:
        request = await Request.create(
            incident_id=written.number,
            kind=decision.requested.kind,
            subject=dict(decision.requested.subject),
            asked_by=turn.actor,
            asked_at=turn.now,
            state="pending",
        )
        written.request = request.id


async def _close_duties(written: Written, ids: Sequence[int], state: str, now: datetime) -> None:
    if ids:
        await Duty.filter(id__in=list(ids), state="open").update(
            state=state, next_at=None, met_at=now if state == "met" else None
        )
        written.cancelled.extend(ids)


async def _open_duty(written: Written, new: Any) -> None:
    duty = await Duty.create(
        incident_id=written.number,
        cycle=1,
        kind=new.kind,
        owner=new.owner,
        state="open",
        started_at=new.started_at,
        due_at=new.due.at,
        first_due_at=new.due.at,
        next_at=new.next_at,
        provisional=new.due.provisional,
        reckoning=new.due.reckoning.to_dict(),
    )
    if new.next_at:
        written.armed.append((duty.id, to_ms(new.next_at)))


async def _move_duty(written: Written, moved: Any) -> None:
    await Duty.filter(id=moved.id, state="open").update(
        due_at=moved.due.at,
        next_at=moved.next_at,
        rung=moved.rung,
        provisional=moved.due.provisional,
        reckoning=moved.due.reckoning.to_dict(),
    )
    if moved.next_at:
        written.armed.append((moved.id, to_ms(moved.next_at)))


async def _decide_request(change: Any, turn: Turn) -> None:
    values: dict[str, Any] = {"step": change.step}
    if change.state is not None:
        values |= {
            "state": change.state, "decided_by": turn.actor, "decided_at": turn.now, "remark": change.remark
        }  # fmt: skip
    await Request.filter(id=change.id, state="pending").update(**values)


async def _add_draft(number: int, decision: Decided, turn: Turn) -> None:
    await Draft.create(
        incident_id=number,
        edition=decision.requested.subject["edition"],
        text=decision.draft,
        author=turn.actor,
        created_at=turn.now,
    )


async def hand_over(number: int, holder: str, now: datetime) -> None:
    current = await Holding.get_or_none(incident_id=number, until=None)
    if current is not None and current.holder == holder:
        return
    if current is not None:
        await Holding.filter(id=current.id).update(until=now)
    if holder != "closed":
        await Holding.create(incident_id=number, holder=holder, since=now)
