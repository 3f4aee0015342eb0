"""What is owed when: the duties of a regime counted from an event, and extensions of them."""

from collections.abc import Iterable
from datetime import datetime

from handlers.rules.case import Case, MovedDuty, NewDuty
from handlers.rules.institution import Institution
from handlers.rules.ladder import Ladder
from handlers.rules.periods import Due, Period, due, extend, parse
from handlers.rules.regimes import DutyRule, Regime, Starts


def owed(
    regime: Regime, institution: Institution, tier: str, start: datetime, starts: Iterable[Starts]
) -> tuple[NewDuty, ...]:
    """The duties whose periods run from one of the events `starts`, which happened at `start` (aware)."""
    return tuple(_duty(rule, regime, institution, tier, start) for rule in regime.duty if rule.starts in tuple(starts))


def _duty(rule: DutyRule, regime: Regime, institution: Institution, tier: str, start: datetime) -> NewDuty:
    counted = count(regime, institution, rule.length, start)
    ladder = Ladder(regime, tier, institution.zone, start, counted.at)
    return NewDuty(rule.kind, rule.owner, start, counted, ladder.first_at())


def count(regime: Regime, institution: Institution, period: Period, start: datetime) -> Due:
    """When `period` from `start` ends under the regime's way of counting."""
    return due(
        period,
        start,
        institution.calendar,
        roll_over=regime.roll_over,
        same_day_at_least=regime.at_least,
        ends_at=regime.ends_at,
    )


def extended(case: Case, due_at: datetime, period: Period) -> Due:
    """A due time put off by `period`. ValueError where the period is no length."""
    calendar, regime = case.institution.calendar, case.regime
    return extend(due_at, period, calendar, roll_over=regime.roll_over, ends_at=regime.ends_at)


def latest(case: Case) -> Due:
    """The last due time that extensions may reach, counted from the find."""
    return count(case.regime, case.institution, parse(case.regime.extension.up_to), case.incident.found_at)


def move(case: Case, duty_id: int, counted: Due, now: datetime) -> MovedDuty:
    """A duty at its new due time, its ladder beginning after `now`."""
    ladder = Ladder(case.regime, case.incident.tier, case.institution.zone, now, counted.at)
    return MovedDuty(duty_id, counted, ladder.first_at())
