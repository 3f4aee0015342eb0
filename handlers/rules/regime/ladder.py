"""The overdue ladder: when the next reminder of a duty is sent, and who gets it.

A step is named by its offset in seconds from the due time. In quiet hours a reminder before the due time moves back to
the evening, one at or after it on to the morning; steps at the same time are one reminder to all their listeners.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.rules.regime.regime import Listener, Regime


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A reminder now: the last step reached, its listeners, the earlier steps it replaces, and the next step's time."""

    rung: int
    tell: tuple[Listener, ...]
    skipped: tuple[int, ...]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """The ladder of one duty, from its start to its due time, in the institution's zone."""

    regime: Regime
    tier: str
    zone: ZoneInfo
    started_at: datetime
    due_at: datetime

    def first_at(self) -> datetime | None:
        """Return when the first step is due (UTC), None if the ladder is empty."""
        return next((at for _, at in self._steps(None)), None)

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
            at, rung = firing.next_at, firing.rung
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
        tell = dict.fromkeys(listener for offset in due for listener in self._listeners(offset))
        return LadderStep(due[-1], tuple(tell), tuple(due[:-1]), next_at)

    def _steps(self, after: int | None) -> Iterator[tuple[int, datetime]]:
        while (offset := self._following(after)) is not None:
            after = offset
            nominal = self.due_at + timedelta(seconds=offset)
            if offset < 0 and nominal <= self.started_at:
                continue  # quiet hours would move it even earlier
            at = self._sounds_at(offset, nominal)
            if at > self.started_at:
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
        every = self.regime.repeat.seconds
        return every if after is None or after < 0 else (after // every + 1) * every

    def _listeners(self, offset: int) -> tuple[Listener, ...]:
        fixed = next((tell for at, tell in self.regime.rungs if at == offset), ())
        repeat = self.regime.repeat
        return fixed + (repeat.tell if repeat and offset > 0 and offset % repeat.seconds == 0 else ())

    def _sounds_at(self, offset: int, nominal: datetime) -> datetime:
        if self.tier in self.regime.waking.around_the_clock:
            return nominal
        waking = next_waking(self.regime, self.zone, nominal)
        if offset >= 0 or waking == nominal:
            return waking
        return self._evening(nominal.astimezone(self.zone), self.regime.waking.hours[1])

    def _evening(self, local: datetime, closes: time) -> datetime:
        day = local.date() if local.time() > closes else local.date() - timedelta(days=1)
        return datetime.combine(day, closes, self.zone).astimezone(UTC)


def next_waking(regime: Regime, zone: ZoneInfo, at: datetime) -> datetime:
    """Return `at` (aware), or the next morning (UTC) if it is in the regime's quiet hours."""
    opens, closes = regime.waking.hours
    local = at.astimezone(zone)
    if opens <= local.time() <= closes:
        return at
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, opens, zone).astimezone(UTC)
