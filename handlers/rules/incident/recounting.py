"""A changed calendar: count the open due times of a matter again from their first start.

A due time that was promised or instructed stays; a provisional one becomes final.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from handlers.rules.incident.case import AuditEvent, Case, Decision, DutyRow, MovedDuty
from handlers.rules.incident.counted import count, counted_again
from handlers.rules.incident.duties import STAND, extended, move
from handlers.rules.incident.publication_checks import asks_at
from handlers.rules.time.deadline_trace import DeadlineTrace
from handlers.rules.time.periods import Due, parse


class Recount(NamedTuple):
    """What the calendar changed: the decision, and the duties that moved, each with its new due time."""

    decision: Decision
    moved: Sequence[tuple[DutyRow, Due]]


def recount(case: Case, now: datetime) -> Recount | None:
    """Count the open duties by today's calendar; None if nothing changes."""
    changes = [(duty, due) for duty in case.duties if (due := _counted_again(case, duty))]
    if not changes:
        return None
    moved = [(duty, due) for duty, due in changes if due.at != duty.due_at]
    data = {duty.kind: [duty.due_at.isoformat(), due.at.isoformat()] for duty, due in moved}
    duties = tuple(_moved(case, duty, due, now) for duty, due in changes)
    return Recount(Decision(events=(AuditEvent("calendar", data),), moved=duties), moved)


def _counted_again(case: Case, duty: DutyRow) -> Due | None:
    """Return the duty's due time by today's calendar, None if that changes nothing."""
    if duty.state != "open" or not duty.reckoning:
        return None
    trace = DeadlineTrace.from_dict(duty.reckoning)
    if trace.rule == "given":
        return None
    period = parse(trace.rule)
    if trace.extends:
        due = extended(case, trace.start, period)
    elif trace.posting:
        start = duty.started_at if trace.posting == "known" else trace.start
        due = counted_again(case.regime, case.institution, trace, start)
    else:
        due = count(case.regime, case.institution, period, trace.start)
    due = replace(due, trace=replace(due.trace, body=trace.body, document=trace.document))
    return due if (due.at, due.provisional) != (duty.due_at, duty.provisional) else None


def _moved(case: Case, duty: DutyRow, due: Due, now: datetime) -> MovedDuty:
    """Return a duty's move; if its due time only became final, it keeps its next step."""
    if due.at == duty.due_at:
        return MovedDuty(duty.id, due, duty.next_at)
    if duty.kind == STAND and duty.rung is None:
        return MovedDuty(duty.id, due, asks_at(case.institution, duty.started_at, due.at))
    return move(case, duty.id, due, now)
