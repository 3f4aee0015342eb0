"""The reports back to superiors that a matter still owes, which a reopening leaves as they are."""

from collections.abc import Iterator
from datetime import datetime

from handlers.rules.incident.case import Case, DutyRow, NewDuty
from handlers.rules.incident.duties import SUPERIOR, UNIT_REPORT, due_of, ladder_to


def orders(case: Case) -> tuple[DutyRow, ...]:
    """Return the reports back that are still owed."""
    return tuple(duty for duty in case.duties if duty.kind == SUPERIOR and duty.state == "open")


def unit_reports(case: Case) -> tuple[DutyRow, ...]:
    """Return the reports that units still owe the office."""
    return tuple(duty for duty in case.duties if duty.kind == UNIT_REPORT and duty.state == "open")


def carried(case: Case, now: datetime) -> Iterator[NewDuty]:
    """Yield the reports back that are still owed when the matter is opened again, as they are."""
    for duty in (*orders(case), *unit_reports(case)):
        first = ladder_to(case, duty.due_at, now).first_at()
        yield NewDuty(duty.kind, duty.owner, now, due_of(duty), first)
