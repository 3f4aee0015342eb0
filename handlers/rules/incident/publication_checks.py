"""Checks of a published answer: when its publisher is asked whether it still stands, and until when they look."""

from datetime import UTC, datetime, time, timedelta

from handlers.rules.incident.case import Case, DutyRow, NewDuty
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import STAND
from handlers.rules.people.institution import Institution, Person
from handlers.rules.time.periods import parse

LAST_DAY = timedelta(days=1)
"""A check can be confirmed only this long before its due time: earlier it would say nothing."""
EARLIEST, LATEST = time(9), time(16)
"""The local hours between which the publisher is asked, at the time of day of the publication."""


def checks(case: Case, actor: Person, now: datetime) -> tuple[NewDuty, ...]:
    """Return the checks of an answer that `actor` publishes now; two that fall on one day are one."""
    periods = [parse(text) for text in case.regime.publication.stands_after]
    counted = {due.at: due for period in periods for due in [count(case.regime, case.institution, period, now)]}
    owner = f"person:{actor.id}"
    return tuple(NewDuty(STAND, owner, now, due, asks_at(case.institution, now, at)) for at, due in counted.items())


def asks_at(institution: Institution, published_at: datetime, due_at: datetime) -> datetime:
    """Return when the publisher is asked (UTC): on the check's last day."""
    clock = min(max(published_at.astimezone(institution.zone).time(), EARLIEST), LATEST)
    day = institution.calendar.day_ending(due_at)
    return min(datetime.combine(day, clock, institution.zone).astimezone(UTC), due_at)


def replaced(case: Case, now: datetime) -> tuple[int, ...]:
    """Return the ids of checks that a newer publication replaces; those that can be confirmed stay."""
    return tuple(duty.id for duty in open_checks(case) if not is_due(duty.kind, duty.due_at, now))


def is_due(kind: str, due_at: datetime, now: datetime) -> bool:
    """Return whether a duty is no check, or a check that can be confirmed now."""
    return kind != STAND or now >= due_at - LAST_DAY


def is_doubted(seen: str | None) -> bool:
    """Return whether only a picture outweighs what the bot saw at an answer's address; None if it did not look."""
    return seen in ("gone", "home")


def waits_for(case: Case, person: Person, now: datetime) -> bool:
    """Return whether a check that can be confirmed now is the person's own."""
    own = (duty for duty in open_checks(case) if duty.owner == f"person:{person.id}")
    return any(is_due(duty.kind, duty.due_at, now) for duty in own)


def open_checks(case: Case) -> list[DutyRow]:
    """Return the checks that are still owed, the earliest due first."""
    standing = (duty for duty in case.duties if duty.kind == STAND and duty.state == "open")
    return sorted(standing, key=lambda duty: duty.due_at)
