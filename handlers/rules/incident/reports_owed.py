"""What bodies outside are owed where the regime says so: written material, news at set times, and the final report.

Each is a duty of the desk, told apart by the body that its trace names. It begins when a matter is of such a tier, and
the final report with the result.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from handlers.rules.incident.case import OPEN_STAGES, Case, Decision, DutyRow, NewDuty
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import FINAL, MATERIAL, NEWS, UPWARD
from handlers.rules.people.institution import Institution
from handlers.rules.regime.ladder import Ladder
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import BodyReport
from handlers.rules.time.periods import parse


def at_the_opening(regime: Regime, institution: Institution, tier: str, now: datetime) -> tuple[NewDuty, ...]:
    """Return what bodies are owed of a matter that begins at `now` (aware)."""
    return tuple(_begun(regime, institution, tier, now, ()))


def with_reports(case: Case, decision: Decision, now: datetime) -> Decision:
    """Return the decision with what bodies are owed once it is made, and were not asked to get in this cycle."""
    stage = str(decision.changes.get("stage", case.incident.stage))
    tier = str(decision.changes.get("tier", case.incident.tier))
    asked = () if "cycle" in decision.changes else case.duties
    fresh: Iterable[NewDuty] = ()
    if stage in OPEN_STAGES:
        fresh = _begun(case.regime, case.institution, tier, now, asked)
    elif stage == "resolved":
        fresh = _final(case, tier, now, asked)
    opened = tuple(fresh)
    return replace(decision, opened=(*decision.opened, *opened)) if opened else decision


def _begun(
    regime: Regime, institution: Institution, tier: str, now: datetime, asked: Collection[DutyRow]
) -> Iterator[NewDuty]:
    for name, rule in _owed_to(regime, institution, tier):
        if not any(duty.kind in (MATERIAL, NEWS) and duty.reckoning.get("body") == name for duty in asked):
            lengths = ((MATERIAL, (rule.material,) if rule.material else ()), (NEWS, rule.updates))
            for kind, periods in lengths:
                yield from (_duty(kind, name, period, regime, institution, tier, now) for period in periods)


def _final(case: Case, tier: str, now: datetime, asked: Collection[DutyRow]) -> Iterator[NewDuty]:
    for name, rule in _owed_to(case.regime, case.institution, tier):
        known = any(duty.kind == FINAL and duty.reckoning.get("body") == name for duty in asked)
        if rule.final and not known:
            yield _duty(FINAL, name, rule.final, case.regime, case.institution, tier, now)


def _owed_to(regime: Regime, institution: Institution, tier: str) -> Iterator[tuple[str, BodyReport]]:
    """Yield the bodies to which the regime owes something in a tier."""
    for body in institution.bodies:
        rule = regime.report.get(body.kind)
        if rule and rule.applies(tier):
            yield body.name, rule


def _duty(
    kind: str, body: str, period: str, regime: Regime, institution: Institution, tier: str, now: datetime
) -> NewDuty:
    due = count(regime, institution, parse(period), now)
    due = replace(due, trace=replace(due.trace, body=body))
    return NewDuty(kind, "desk", now, due, Ladder(regime, tier, institution.calendar, now, due.at).first_at())


def owed_to_others(case: Case) -> tuple[DutyRow, ...]:
    """Return what is still owed to other bodies, the earliest due first."""
    standing = (duty for duty in case.duties if duty.kind in UPWARD and duty.state == "open")
    return tuple(sorted(standing, key=lambda duty: duty.due_at))
