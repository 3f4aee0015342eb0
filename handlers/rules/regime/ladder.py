"""The overdue ladder: when the next reminder of a duty is sent, and who gets it.

A step is named by its offset in seconds from the due time: a rung of the ladder, or a repeat. In quiet hours a reminder
before the due time moves back to the evening, one at or after it on to the morning; steps at the same time are one
reminder to all their listeners. A repeat that would be near the next rung sounds with it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import Listener
from handlers.rules.regime.waking import last_waking, next_waking
from handlers.rules.time.calendar import Calendar

NEAR = timedelta(minutes=30)
"""The shortest time between two reminders of one matter."""


class LadderStep(Struct, frozen=True):
    """A reminder now: the last step reached, its listeners, the earlier steps it replaces, and the next step's time.

    `may_wait` if it has no rung at or after the due time: then nobody who has to hear of the delay hears it later.
    """

    rung: int
    tell: tuple[Listener, ...]
    skipped: tuple[int, ...]
    next_at: datetime | None
    may_wait: bool = False


class StepsAhead(Struct, frozen=True):
    """The next steps that a reminder of the matter replaces, their listeners, and the time of the step after them."""

    taken: tuple[int, ...]
    tell: tuple[Listener, ...]
    next_at: datetime | None


class Ladder(Struct, frozen=True):
    """The ladder of one duty, from its start to its due time, on the institution's calendar."""

    regime: Regime
    tier: str
    calendar: Calendar
    started_at: datetime
    due_at: datetime

    def first_at(self) -> datetime | None:
        """Return when the first step is due (UTC), None if the ladder is empty."""
        return self.next_at(None)

    def next_at(self, rung: int | None) -> datetime | None:
        """Return when the step after `rung` is due (UTC), None if there is none."""
        return next((at for _, at in self._steps(rung)), None)

    def preview(self, most: int) -> list[tuple[datetime, tuple[Listener, ...]]]:
        """Return the first steps if nothing happens: when they are due (UTC), and their listeners."""
        shown: list[tuple[datetime, tuple[Listener, ...]]] = []
        at, rung = self.first_at(), None
        while at is not None and len(shown) < most:
            firing = self.fire(rung, at)
            if firing is None:
                break
            shown.append((at, firing.tell))
            ahead = self.ahead(firing.rung, at, own=True)
            at, rung = ahead.next_at, (*ahead.taken[-1:], firing.rung)[0]
        return shown

    def fire(self, rung: int | None, now: datetime) -> LadderStep | None:
        """Return the reminder at `now` when `rung` was the last step taken; None if nothing is due yet."""
        due: list[int] = []
        next_at = None
        for offset, at in self._steps(rung):
            if at > now:
                next_at = at
                break
            due.append(offset)
        if not due:
            return None
        may_wait = not any(offset >= 0 and self._is_rung(offset) for offset in due)
        return LadderStep(due[-1], self._told(due), tuple(due[:-1]), next_at, may_wait)

    def ahead(self, rung: int | None, now: datetime, *, own: bool) -> StepsAhead:
        """Return what a reminder of the matter at `now` replaces of the steps after `rung`, which are not due yet.

        These are repeats within half their gap, and rungs before the due time within NEAR. The step after them is due
        NEAR later at the earliest; but after a reminder before the due time of this `own` ladder, its delay is told in
        time.
        """
        taken: list[int] = []
        for offset, at in self._steps(rung):
            if at - now >= self._reach(offset):
                early = own and (taken or [rung or 0])[-1] < 0
                return StepsAhead(tuple(taken), self._told(taken), at if early else self._later(offset, at, now))
            taken.append(offset)
        return StepsAhead(tuple(taken), self._told(taken), None)

    def after_words(self, rung: int | None, now: datetime) -> datetime | None:
        """Return when the step after `rung` is due (UTC) if something else was said of the matter at `now`."""
        return next((self._later(offset, at, now) for offset, at in self._steps(rung)), None)

    def next_delay(self, rung: int | None, now: datetime) -> datetime | None:
        """Return when the next rung at or after the due time is due (UTC), if that is within NEAR of `now`."""
        for offset, at in self._steps(rung):
            if at > now + NEAR:
                return None
            if offset >= 0 and self._is_rung(offset):
                return at
        return None

    def _later(self, offset: int, at: datetime, now: datetime) -> datetime:
        return max(at, self._sounds_at(offset, now + NEAR))

    def _reach(self, offset: int) -> timedelta:
        """Return how long before a step another reminder of the matter replaces it; zero for one about the delay."""
        if not self._is_rung(offset):
            return max(NEAR, self._gap(offset) / 2)
        return NEAR if offset < 0 else timedelta()

    def _steps(self, after: int | None) -> Iterator[tuple[int, datetime]]:
        while (offset := self._following(after)) is not None:
            after = offset
            nominal = self.due_at + timedelta(seconds=offset)
            if offset < 0 and nominal <= self.started_at:
                continue  # quiet hours would move it even earlier
            at = self._sounds_at(offset, nominal)
            if at > self.started_at and (offset >= 0 or at >= self.started_at + NEAR):
                yield offset, at

    def _following(self, after: int | None) -> int | None:
        repeated = self._repeated(after)
        for fixed, _ in self.regime.rungs:
            if after is None or fixed > after:
                return fixed if repeated is None or fixed < repeated else repeated
        return repeated

    def _repeated(self, after: int | None) -> int | None:
        if self.regime.repeat is None:
            return None
        return self.regime.repeat.following(max(after or 0, 0), self.tier)[0]

    def _gap(self, offset: int) -> timedelta:
        repeat = self.regime.repeat
        return timedelta(seconds=repeat.following(offset - 1, self.tier)[1] if repeat else 0)

    def _is_rung(self, offset: int) -> bool:
        return any(at == offset for at, _ in self.regime.rungs)

    def _told(self, offsets: list[int]) -> tuple[Listener, ...]:
        return tuple(dict.fromkeys(listener for offset in offsets for listener in self._listeners(offset)))

    def _listeners(self, offset: int) -> tuple[Listener, ...]:
        fixed = next((tell for at, tell in self.regime.rungs if at == offset), ())
        return fixed + (self.regime.repeat.tell if self.regime.repeat and self._repeats_at(offset) else ())

    def _repeats_at(self, offset: int) -> bool:
        return offset > 0 and self._repeated(offset - 1) == offset

    def _sounds_at(self, offset: int, at: datetime) -> datetime:
        """Return when a step that would be due at `at` sounds (UTC)."""
        if self.tier in self.regime.waking.around_the_clock:
            return at
        if self._is_rung(offset):
            return self._awake(offset, at)
        rung = next((fixed for fixed, _ in self.regime.rungs if fixed > offset), None)
        sounds = self._awake(offset, self._in_business(at))
        if rung is None:
            return sounds
        next_rung = self._awake(rung, self.due_at + timedelta(seconds=rung))
        return sounds if sounds + NEAR <= next_rung else next_rung

    def _in_business(self, at: datetime) -> datetime:
        """Return `at`, or the next opening (UTC) if the repeats wait for business hours."""
        waits = self.regime.repeat is not None and self.regime.repeat.in_business_hours
        return self.calendar.next_business(at) if waits else at

    def _awake(self, offset: int, at: datetime) -> datetime:
        move = last_waking if offset < 0 else next_waking
        return move(self.regime, self.calendar, at)
