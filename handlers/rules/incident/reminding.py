"""One reminder of a matter at a time: what is said when steps of its duties are due, and which steps that takes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct

from handlers.rules.regime.ladder import Ladder, LadderStep
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import Listener

SIGNED_FOR = {
    "plan": ("published", "resolved"), "reply": ("published", "resolved"), "remedy": ("resolved",),
    "unanswerable": ("resolved",),
}  # fmt: skip
"""Kinds of requests, and the events that cannot come before their signature."""
EXTENSION = "extension"


class OpenDuty(Struct, frozen=True):
    """An open duty of a matter: its ladder, the last step taken, and when its next step is due (UTC)."""

    ladder: Ladder
    rung: int | None
    next_at: datetime

    def step(self, now: datetime) -> LadderStep | None:
        return self.ladder.fire(self.rung, now)


class DutyReminder(Struct, frozen=True):
    """What a decision means for one duty.

    `step` is what is due of it now, None if nothing is. `taken` are the steps that the reminder takes, those due now
    first; none if the duty is only put off to `next_at` (UTC; None: its ladder ends). `tell` hears of the steps taken.
    """

    step: LadderStep | None
    taken: tuple[int, ...]
    tell: tuple[Listener, ...]
    next_at: datetime | None


def decide(duties: Sequence[OpenDuty], now: datetime) -> tuple[DutyReminder | None, ...]:
    """Decide the reminder of a matter at `now` (aware), of all its open duties; None for one that stays as it is.

    A duty whose step is due sounds, and with it those of the others that are due, or nearly. What may wait for a step
    about a delay in the next minutes is put off until then. A next step that was computed differently is corrected.
    """
    if not any(duty.next_at <= now and duty.step(now) for duty in duties):
        return tuple(_corrected(duty, now) for duty in duties)
    steps = tuple(duty.step(now) for duty in duties)
    later = _put_off_until(duties, steps, now)
    if later is not None:
        return tuple(_put_off(duty, later) if step else None for duty, step in zip(duties, steps, strict=True))
    return tuple(_taken(duty, step, now) for duty, step in zip(duties, steps, strict=True))


def _corrected(duty: OpenDuty, now: datetime) -> DutyReminder | None:
    return DutyReminder(None, (), (), duty.ladder.next_at(duty.rung)) if duty.next_at <= now else None


def _put_off(duty: OpenDuty, until: datetime) -> DutyReminder | None:
    return DutyReminder(None, (), (), until) if duty.next_at < until else None


def _put_off_until(duties: Sequence[OpenDuty], steps: Sequence[LadderStep | None], now: datetime) -> datetime | None:
    """Return the time of the first step about a delay that everything due now may wait for; None if it may not."""
    pairs = [(duty, step) for duty, step in zip(duties, steps, strict=True) if step]
    soon = min((at for duty in duties if (at := duty.ladder.next_delay(duty.rung, now))), default=None)
    if soon is None or not all(step.may_wait and (step.rung > 0 or soon < duty.ladder.due_at) for duty, step in pairs):
        return None
    return soon


def _taken(duty: OpenDuty, step: LadderStep | None, now: datetime) -> DutyReminder | None:
    """Return the steps of a duty that the reminder at `now` takes, and its next one; None if it changes nothing."""
    ahead = duty.ladder.ahead(step.rung if step else duty.rung, now, own=step is not None)
    taken = (*step.skipped, step.rung, *ahead.taken) if step else ahead.taken
    if not taken and ahead.next_at is not None and ahead.next_at <= duty.next_at:
        return None
    tell = dict.fromkeys((*(step.tell if step else ()), *ahead.tell))
    return DutyReminder(step, taken, tuple(tell), ahead.next_at)


def waits_for(kind: str, event: str, pending: Collection[str], regime: Regime) -> str | None:
    """Return the kind of the `pending` request on which a duty of the department waits, met by `event`; None if none.

    A drafted reply waits for its signature, and the result with it. A request for more time leaves the reply owed as
    before, and any other request all duties.
    """
    extended = regime.extension.of if regime.extension else ()
    if EXTENSION in pending and kind in extended and event not in ("published", "planned"):
        return EXTENSION
    met_by = "published" if event == "planned" else event
    return next((one for one, events in SIGNED_FOR.items() if one in pending and met_by in events), None)
