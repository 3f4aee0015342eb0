"""Key periods: which there are, kept with the installation's settings, and their beginning and end as duties."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct, json
from msgspec.structs import replace

from storage import routines
from storage.audit import AuditLine
from storage.commit import conclude
from storage.counters import recall, remember, take
from storage.database.transaction import exclude_others, transact
from storage.outbox import OutgoingMessage
from storage.tables import Duty, to_ms

NAME = "key periods"
KIND = "key period"
"""The kind of the duty that is due when a key period begins, and of the one when it ends."""
KEPT = timedelta(days=365)


class KeyPeriod(Struct, frozen=True):
    """A key period, set by `by` (a person's id). `ended_at` is when somebody ended it before its end."""

    id: int
    since: datetime
    until: datetime
    reason: str
    by: str
    ended_at: datetime | None = None


class _Turn(NamedTuple):
    kind: str
    owner: str
    opens: datetime
    due_at: datetime


class Deed(NamedTuple):
    """Who sets or ends a key period, and what goes with it: the answers, and the message that is handled so."""

    by: str
    inbox: int | None
    now: datetime


KeyPeriodRows = Sequence[KeyPeriod]
SettingAnswers = Callable[[KeyPeriod], Sequence[OutgoingMessage]]


async def every() -> list[KeyPeriod]:
    """Return the key periods of the last year and those to come, the earliest set first."""
    return read(await recall(NAME))


def read(stored: str | None) -> list[KeyPeriod]:
    """Return the key periods from the setting in which they are kept."""
    return json.decode(stored, type=list[KeyPeriod]) if stored else []


async def find(id: int) -> KeyPeriod | None:
    return next((one for one in await every() if one.id == id), None)


async def begin(
    since: datetime,
    until: datetime,
    reason: str,
    check: Callable[[KeyPeriodRows], None],
    answers: SettingAnswers,
    deed: Deed,
) -> tuple[KeyPeriod, list[tuple[int, int, int]]]:
    """Set a key period, if `check` lets it stand beside the others; return it, and the timers to set."""

    async def work() -> tuple[KeyPeriod, list[tuple[int, int, int]]]:
        await exclude_others(NAME)
        rows = await every()
        check(rows)
        new = KeyPeriod(await take(NAME), since, until, reason, deed.by)
        await _keep([*rows, new], deed.now)
        turns = [_Turn(KIND, owner(new.id), deed.now, at) for at in (since, until)]
        duties = [await routines.open_slot(turn, turn.due_at) for turn in turns]
        data = {"id": new.id, "since": since.isoformat(), "until": until.isoformat(), "reason": reason}
        await conclude(answers(new), deed.inbox, [AuditLine(None, deed.by, KIND, data)], deed.now)
        return new, [(0, duty.id, to_ms(duty.due_at)) for duty in duties]

    return await transact(work)


async def end(
    id: int, reason: str, check: Callable[[KeyPeriod | None], KeyPeriod], answers: SettingAnswers, deed: Deed
) -> None:
    """End a key period before its end, if `check` finds it standing, and returns it."""

    async def work() -> None:
        await exclude_others(NAME)
        rows = await every()
        known = next((one for one in rows if one.id == id), None)
        ended = replace(check(known), ended_at=deed.now)
        await _keep([ended if one.id == id else one for one in rows], deed.now)
        turns = Duty.filter(incident_id=None, kind=KIND, person=owner(id), state="open")
        await turns.update(state="waived", next_at=None)
        data = {"id": id, "reason": reason}
        await conclude(answers(ended), deed.inbox, [AuditLine(None, deed.by, "key period ended", data)], deed.now)

    await transact(work)


def owner(id: int) -> str:
    """Return the owner of the two duties of a key period."""
    return f"{KIND}:{id}"


def of_owner(owner: str) -> int:
    return int(owner.partition(":")[2])


async def _keep(rows: Sequence[KeyPeriod], now: datetime) -> None:
    kept = [one for one in rows if one.until > now - KEPT]
    await remember(NAME, json.encode(kept).decode())
