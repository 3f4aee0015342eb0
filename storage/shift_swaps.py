"""Shift swaps: in force once the taker agrees, or at once if they are ordered or offered."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from tortoise.expressions import F, Q

from storage import audit, outbox
from storage.commit import conclude
from storage.database.transaction import transact
from storage.routines import NewSlot, open_slot
from storage.tables import Duty, Swap, to_ms

ASKED, AGREED, DECLINED, WITHDRAWN, LAPSED, OVERTAKEN = (
    "asked", "agreed", "declined", "withdrawn", "lapsed", "overtaken",
)  # fmt: skip
KIND = "swap"
"""Kind of the duty to answer a swap request, which ends when the shift begins."""
OFFICE = "office"
"""Owner of the duty for an empty shift where there is only one roster."""
SwapMessages = Sequence[outbox.OutgoingMessage]


class NewSwap(NamedTuple):
    """A shift of a roster that one person takes over from another."""

    shift_at: datetime
    roster: str
    giver: str
    taker: str


class SwapRequest(NamedTuple):
    """A requested swap and its state; `by` and `at` belong to the last change of the state."""

    id: int
    shift_at: datetime
    roster: str
    giver: str
    taker: str
    state: str
    by: str
    at: datetime


class OpenSwap(Protocol):
    """The fields of a requested swap that `settle` needs."""

    @property
    def id(self) -> int: ...
    @property
    def shift_at(self) -> datetime: ...
    @property
    def roster(self) -> str: ...
    @property
    def giver(self) -> str: ...
    @property
    def taker(self) -> str: ...


class SwapReminder(Protocol):
    """Return the duty of an unanswered swap request and the time of its first reminder, by the swap's id."""

    def __call__(self, id: int, /) -> tuple[NewSlot, datetime]: ...


class SwapEffect(NamedTuple):
    """What a change leaves to do: duties whose timers to cancel, and timers to set as (duty, due in ms)."""

    cancelled: list[int]
    armed: list[tuple[int, int]]


async def standing(since: datetime) -> list[Swap]:
    """Return the swaps in force for shifts that begin at `since` or later, oldest first."""
    return await Swap.filter(state=AGREED, shift_at__gte=since).order_by("at", "id")


async def waiting(now: datetime, taker: str | None = None) -> list[SwapRequest]:
    """Return the unanswered swap requests, of everybody or to one person, also for the rest of a running shift."""
    running = Q(at__gte=F("shift_at"))
    query = Swap.filter(Q(shift_at__gt=now) | running, state=ASKED).order_by("shift_at", "id")
    return [_request(row) for row in await (query.filter(taker=taker) if taker else query)]


async def find(id: int) -> SwapRequest | None:
    row = await Swap.get_or_none(id=id)
    return _request(row) if row else None


def _request(row: Swap) -> SwapRequest:
    return SwapRequest(*(getattr(row, fact) for fact in SwapRequest._fields))


async def ask(
    new: NewSwap, messages: Callable[[int], SwapMessages], reminding: SwapReminder, inbox_id: int | None, now: datetime
) -> SwapEffect:
    """Ask the taker for a swap; earlier requests of the giver for the same shift are overtaken."""

    async def work() -> SwapEffect:
        cancelled = await _overtake(new, new.giver, now)
        row = await Swap.create(**new._asdict(), state=ASKED, by=new.giver, at=now)
        slot, at = reminding(row.id)
        duty = await open_slot(slot, at)
        await conclude(messages(row.id), inbox_id, [_line("swap asked", new.giver, new)], now)
        return SwapEffect(cancelled, [(duty.id, to_ms(at))])

    return await transact(work)


async def put_in_force(
    new: NewSwap, by: str, messages: SwapMessages, inbox_id: int | None, now: datetime, *, full: bool
) -> SwapEffect:
    """Put a swap that was ordered or offered in force at once. `full` means that the shift then lacks nobody."""

    async def work() -> SwapEffect:
        cancelled = await _overtake(new, by, now)
        await Swap.create(**new._asdict(), state=AGREED, by=by, at=now)
        cancelled += await _close_empty_shift(new, now) if full else []
        await conclude(messages, inbox_id, [_line("swapped", by, new)], now)
        return SwapEffect(cancelled, [])

    return await transact(work)


async def settle(
    row: OpenSwap,
    state: str,
    by: str,
    messages: SwapMessages,
    inbox_id: int | None,
    now: datetime,
    *,
    reason: str = "",
    full: bool = False,
) -> SwapEffect | None:
    """Settle a requested swap with `state`; return None if it is no longer waiting.

    `full` means that the shift lacks nobody after an agreement.
    """
    new = NewSwap(row.shift_at, row.roster, row.giver, row.taker)
    kind = "swapped" if state == AGREED else f"swap {state}"

    async def work() -> SwapEffect | None:
        if not await Swap.filter(id=row.id, state=ASKED).update(state=state, by=by, at=now):
            return None
        cancelled = await _close([row.id], now)
        if state == AGREED and full:
            cancelled += await _close_empty_shift(new, now)
        await conclude(messages, inbox_id, [_line(kind, by, new, reason)], now)
        return SwapEffect(cancelled, [])

    return await transact(work)


async def remind(duty: int, was: datetime, next_at: datetime, messages: SwapMessages, now: datetime) -> bool:
    """Send one more reminder of an unanswered request; return False if another process has sent it."""

    async def work() -> bool:
        taken = await Duty.filter(id=duty, state="open", next_at=was).update(next_at=next_at)
        if taken:
            await outbox.plan(messages, now)
        return bool(taken)

    return await transact(work)


def owner(id: int) -> str:
    """Return the owner of a swap's duty: unique to the swap, so that two swaps of one person stay apart."""
    return f"{KIND}:{id}"


def of_owner(owner: str) -> int:
    """Return the swap's id from the owner of its duty."""
    return int(owner.partition(":")[2])


async def _overtake(new: NewSwap, by: str, now: datetime) -> list[int]:
    place = Swap.filter(state=ASKED, shift_at=new.shift_at, roster=new.roster, giver=new.giver)
    ids = [row.id for row in await place]
    await Swap.filter(id__in=ids, state=ASKED).update(state=OVERTAKEN, by=by, at=now)
    return await _close(ids, now)


async def _close(ids: Iterable[int], now: datetime) -> list[int]:
    rows = await Duty.filter(incident_id=None, kind=KIND, person__in=[owner(id) for id in ids], state="open")
    return await _met([row.id for row in rows], now)


async def _close_empty_shift(new: NewSwap, now: datetime) -> list[int]:
    """Close the duty for the empty shift."""
    rows = await Duty.filter(incident_id=None, kind="shift", due_at=new.shift_at, state="open")
    return await _met([row.id for row in rows if row.person == (new.roster or OFFICE)], now)


async def _met(ids: list[int], now: datetime) -> list[int]:
    await Duty.filter(id__in=ids).update(state="met", met_at=now, next_at=None)
    return ids


def _line(kind: str, by: str, new: NewSwap, reason: str = "") -> audit.AuditLine:
    data = {**new._asdict(), "shift_at": new.shift_at.isoformat()}
    return audit.AuditLine(None, by, kind, {**data, "reason": reason} if reason else data)
