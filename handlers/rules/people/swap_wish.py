"""Read a wish to swap shifts: `换班 11-28 李主任`, `换班 11-28 我`, `换班 11-28 陈老师 李主任`.

Decide which shift is meant, who gives it, and whether the words answer a swap that was already asked for.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal, TypeVar

from msgspec import Struct

from handlers.rules.people.roster import CurrentRoster, Shift, SwapRow
from handlers.rules.refusal import Refusal

_Swap = TypeVar("_Swap", bound=SwapRow)


class SwapWish(Struct, frozen=True):
    """The ids of the speaker, the giver of the shift (None if not named) and its taker."""

    speaker: str
    giver: str | None
    taker: str

    @property
    def offered(self) -> bool:
        """Return whether the speaker offers to take somebody's shift."""
        return self.giver is None and self.taker == self.speaker

    @property
    def whose(self) -> str:
        """Whose shift it is, where nobody offers to take one."""
        return self.giver or self.speaker


def shift_meant(
    rosters: Sequence[CurrentRoster], wish: SwapWish, day: date | None, said_at: datetime, now: datetime
) -> Shift:
    """Return the shift that is meant: of the local `day`, without one the giver's present or next at `said_at`.

    Refusal if there is none that has not ended by `now`.
    """
    return _next_of(rosters, wish.whose, said_at, now) if day is None else _on_day(rosters, wish, day, now)


def giver_of(shift: Shift, wish: SwapWish) -> str | None:
    """Return who gives the shift: the one named, else the speaker, the one who is missing, or the only one on it.

    None if it may be several.
    """
    if wish.giver is not None:
        return wish.giver
    if wish.speaker in shift.everyone and not wish.offered:
        return wish.speaker
    likely = shift.missing if len(shift.missing) == 1 else shift.everyone
    return likely[0] if len(likely) == 1 else None


def answer_until(shift: Shift, asked_at: datetime) -> datetime:
    """Return until when a swap asked for at `asked_at` can be agreed to: of a running shift to its end."""
    return shift.ends if shift.begins <= asked_at else shift.begins


def must_be_free(rosters: Sequence[CurrentRoster], shift: Shift, taker: str) -> None:
    """Raise Refusal if the taker is on that shift already, or on leave."""
    if taker in shift.everyone:
        raise Refusal("roster.already", taker=taker)
    leaves = (leave for one in rosters[:1] for leave in one.leaves)  # every roster has the same leaves
    if any(who == taker and since < shift.ends and until > shift.begins for who, since, until in leaves):
        raise Refusal("swap.away", taker=taker, shift=shift)


def answered(
    waiting: Iterable[_Swap], wish: SwapWish, *, dated: bool
) -> tuple[Literal["agree", "withdraw"], _Swap] | None:
    """Return what 换班 11-28 我 means for a waiting swap: a yes to one asked of the speaker, or the end of their own.

    `waiting` are the swaps of that day, if the words are `dated`; only then may their own be ended.
    """
    waiting = list(waiting)
    theirs = [row for row in waiting if row.taker == wish.speaker and wish.giver in (None, row.giver)]
    own = [row for row in waiting if row.giver == wish.speaker] if dated and wish.giver is None else []
    if len(theirs) == 1:
        return "agree", theirs[0]
    return ("withdraw", own[0]) if not theirs and len(own) == 1 else None


def _next_of(rosters: Sequence[CurrentRoster], person: str, said_at: datetime, now: datetime) -> Shift:
    found = next(((one, shift) for one in rosters if (shift := one.of(person, said_at))), None)
    if found is None:
        raise Refusal("roster.no_shift", day=None)
    roster, shift = found
    if shift.ends <= now:
        raise Refusal("roster.no_shift", day=roster.calendar.local(shift.begins).date())
    return shift


def _on_day(rosters: Sequence[CurrentRoster], wish: SwapWish, day: date, now: datetime) -> Shift:
    shifts = [shift for one in rosters for shift in one.on(day) if shift.ends > now]
    likely = [shift for shift in shifts if _fits(shift, wish)]
    if not shifts or (wish.giver and not likely):
        raise Refusal("roster.no_shift", day=day)
    if len(likely or shifts) > 1:
        raise Refusal("roster.whose", shifts=shifts)
    return (likely or shifts)[0]


def _fits(shift: Shift, wish: SwapWish) -> bool:
    """Return whether the giver has the shift; for an offer, whether the speaker does not have it yet."""
    return wish.taker not in shift.everyone if wish.offered else wish.whose in shift.everyone
