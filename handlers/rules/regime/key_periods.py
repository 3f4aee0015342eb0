"""Key periods (重点时段): who may set one, which spans can be one, and what is in force when.

A decision takes what stands and `now` (aware), and raises `Refusal` with what to do instead.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime_parts import KeyPeriodRule
from handlers.rules.time.day_spans import DaySpan

REMEMBERED = timedelta(days=2)
"""How long after its end a key period still tells when its reminders were due."""


class KeyPeriodRow(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def since(self) -> datetime: ...
    @property
    def until(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...


def end_of(row: KeyPeriodRow) -> datetime:
    """Return when a key period is over: at its end, or when somebody ended it before, also before it began."""
    return row.until if row.ended_at is None else min(row.until, row.ended_at)


def is_standing(row: KeyPeriodRow, now: datetime) -> bool:
    """Return whether a key period is on, or is to come."""
    return end_of(row) > now


def spans(rows: Sequence[KeyPeriodRow], now: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Return the spans that are on, to come, or over since a moment ago; none that was ended before it began."""
    known = ((row.since, end_of(row)) for row in rows)
    return tuple((since, until) for since, until in known if since < until and until > now - REMEMBERED)


def must_be_allowed(rule: KeyPeriodRule, actor: Person) -> None:
    """Raise Refusal if the person may neither set nor end a key period."""
    if not actor.has(*rule.by):
        raise Refusal("key_period.not_allowed", roles=rule.by)


def begun_meanwhile(span: DaySpan, said_at: datetime, now: datetime) -> DaySpan:
    """Return a span that was named at `said_at` for the time from then on: what of it is left at `now`, if anything."""
    return span._replace(since=now) if said_at <= span.since < now < span.until else span


def check(rule: KeyPeriodRule, span: DaySpan, standing: Sequence[KeyPeriodRow], now: datetime) -> None:
    """Raise Refusal if a span can be no key period beside those that stand."""
    if span.until <= span.since:
        raise Refusal("key_period.backwards", span=span)
    if span.since < now:
        raise Refusal("key_period.past", span=span, now=now)
    if span.until - span.since > timedelta(days=rule.at_most):
        raise Refusal("key_period.too_long", span=span, most=rule.at_most)
    if not span.rest:
        raise Refusal("key_period.reason", span=span)
    for row in standing:
        if row.since < span.until and end_of(row) > span.since:
            raise Refusal("key_period.overlaps", span=span, other=row)
