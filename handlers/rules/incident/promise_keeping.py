"""What a further publication does to the promises of the matter's earlier ones: keeps them, or moves them once.

A promise is kept only in public: by a published text that answers and gives no later date. A later date moves it, once
and before it runs out. What is said in the group or in the result keeps nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from handlers.rules.incident.case import AuditEvent, Case, DutyRow, MovedDuty, NewDuty
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import PROMISE, given, move, promised
from handlers.rules.incident.reply_check import is_final
from handlers.rules.time.periods import parse
from handlers.rules.time.promises import Promise


class Settlement(Struct, frozen=True):
    """What a text does to open promises: `kept`, `moved` to a later date, `left` as they are; `fresh` are new ones.

    `lapsed` are new ones whose time has passed before the text is public.
    """

    kept: tuple[DutyRow, ...] = ()
    moved: tuple[tuple[DutyRow, Promise], ...] = ()
    left: tuple[DutyRow, ...] = ()
    fresh: tuple[Promise, ...] = ()
    lapsed: tuple[Promise, ...] = ()

    @property
    def again(self) -> tuple[DutyRow, ...]:
        """The promises that were moved once before and would be moved again."""
        return tuple(duty for duty, _ in self.moved if was_moved(duty))

    @property
    def settles(self) -> bool:
        """Return whether nothing is promised any more once the text is public."""
        return not (self.moved or self.left or self.fresh or self.lapsed)


def open_promises(case: Case) -> tuple[DutyRow, ...]:
    """Return what the public was promised and has not got, the earliest due first."""
    found = (duty for duty in case.duties if duty.kind == PROMISE and duty.state == "open")
    return tuple(sorted(found, key=lambda duty: duty.due_at))


def promises_before(case: Case, until: datetime) -> tuple[DutyRow, ...]:
    """Return the open promises that fall due before `until`: an extension of the resolution leaves them as they are."""
    return tuple(duty for duty in open_promises(case) if duty.due_at < until)


def was_moved(duty: DutyRow) -> bool:
    return duty.due_at > duty.first_due_at


def settlement(
    case: Case, text: str, promises: Iterable[Promise], now: datetime, lapsed: tuple[Promise, ...] = ()
) -> Settlement:
    """Return what a text with these promises does to the open ones when it is published at `now`.

    A date that it repeats leaves that promise as it is. `lapsed` are dates of it that have passed.
    """
    dates = {promise.at: promise for promise in sorted(promises, key=lambda one: one.at) if promise.at > now}
    standing = open_promises(case)
    repeated = tuple(duty for duty in standing if duty.due_at in dates)
    known = {duty.due_at for duty in repeated}
    fresh = [promise for at, promise in dates.items() if at not in known]
    moved, rest = _paired([duty for duty in standing if duty not in repeated], fresh, now)
    if is_final(text, (*dates.values(), *lapsed)):
        return Settlement(rest, moved, repeated, tuple(fresh), lapsed)
    return Settlement((), moved, (*repeated, *rest), tuple(fresh), lapsed)


def _paired(
    standing: Iterable[DutyRow], fresh: list[Promise], now: datetime
) -> tuple[tuple[tuple[DutyRow, Promise], ...], tuple[DutyRow, ...]]:
    """Split promises into those that a later date moves, each with its date taken from `fresh`, and the rest."""
    moved: list[tuple[DutyRow, Promise]] = []
    rest: list[DutyRow] = []
    for duty in standing:
        later = next((one for one in fresh if one.at > duty.due_at > now), None)
        if later is None:
            rest.append(duty)
        else:
            fresh.remove(later)
            moved.append((duty, later))
    return tuple(moved), tuple(rest)


def needs_chief(case: Case, text: str, promises: Sequence[Promise], now: datetime) -> bool:
    """Return whether the chief has to sign: a promise is moved again, or is later than the regime allows."""
    return bool(settlement(case, text, promises, now).again or too_late(case, promises, now))


def too_late(case: Case, promises: Iterable[Promise], now: datetime) -> tuple[Promise, ...]:
    """Return the promises that are later than the regime lets a leader sign alone."""
    if case.regime.promise_at_most is None:
        return ()
    last = count(case.regime, case.institution, parse(case.regime.promise_at_most), now).at
    return tuple(promise for promise in promises if promise.at > last)


def moves(case: Case, settled: Settlement, now: datetime) -> tuple[MovedDuty, ...]:
    """Return the moves of promises, and of a resolution that the regime bases on one of them."""
    resolve, rule = case.open_duty("resolve"), case.regime.rule("resolve", case.incident.tier)
    found = []
    for duty, promise in settled.moved:
        due = given(case, promise.at, now, promise.text)
        found.append(move(case, duty.id, due, now))
        if resolve and rule and rule.period == "promised" and resolve.due_at == duty.due_at:
            found.append(move(case, resolve.id, due, now))
    return tuple(found)


def new_promises(case: Case, settled: Settlement, now: datetime) -> tuple[NewDuty, ...]:
    """Return the duties that a published text adds."""
    return promised(case, settled.fresh, now)


def events(settled: Settlement) -> tuple[AuditEvent, ...]:
    """Return the lines of the audit trail about promises that were kept or moved."""
    kept = [AuditEvent("promise kept", {"due": duty.due_at.isoformat()}) for duty in settled.kept]
    moved = [
        AuditEvent("promise moved", {"due": duty.due_at.isoformat(), "until": promise.at.isoformat()})
        for duty, promise in settled.moved
    ]
    return (*kept, *moved)
