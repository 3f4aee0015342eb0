"""Count a period as the regime asks: from an event, or from the posting where that is known, else from the find."""

from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from msgspec.structs import replace

from handlers.rules.incident.case import IncidentRow
from handlers.rules.people.institution import Institution
from handlers.rules.regime.regime import Regime
from handlers.rules.time.deadline_trace import DeadlineTrace, PostingUse
from handlers.rules.time.periods import Due, Period, due, parse


class Posting(NamedTuple):
    """When the public raised a matter; `at` is None where nobody knows."""

    at: datetime | None


def posting_of(incident: IncidentRow) -> Posting | None:
    """Return the posting that periods run from; None once the matter was reopened, which begins it again."""
    return Posting(incident.posted_at) if incident.cycle_at is None else None


def count(regime: Regime, institution: Institution, period: Period, start: datetime) -> Due:
    """Return when `period` from `start` ends, counted as the regime asks."""
    return due(
        period,
        start,
        institution.calendar,
        roll_over=regime.roll_over,
        same_day_at_least=regime.at_least,
        ends_at=regime.ends_at,
        resolve_due=start,
    )


def since_posting(
    regime: Regime, institution: Institution, period: Period, now: datetime, posting: Posting | None
) -> Due:
    """Return when `period` from the posting ends, for a duty that begins at `now`, the find.

    It runs from `now` where nobody knows the posting. Where it had ended by `now` the duty is due on that day:
    nobody is late before they know of a matter, and a posting time that is typed as long past gains no time. A due time
    soon after `now` leaves the regime's least time.
    """
    from_now = count(regime, institution, period, now)
    if posting is None:
        return from_now
    if posting.at is None or posting.at > now:
        return _marked(from_now, "unknown")
    public = count(regime, institution, period, posting.at)
    if public.at <= now:
        today = count(regime, institution, same_day(), now)
        return _marked(min(from_now, today, key=lambda one: one.at), "past", posting.at, public.at)
    return _marked(_with_least(public, regime.at_least, institution, now), "known", posting.at)


def counted_again(regime: Regime, institution: Institution, trace: DeadlineTrace, start: datetime) -> Due:
    """Return by today's calendar when a period ends that was counted from the posting for a duty that began at `start`.

    What had ended by then stays so.
    """
    period = parse(trace.rule)
    if trace.posting == "past":
        return _marked(count(regime, institution, period, trace.start), "past", trace.posted, trace.ran_out)
    return since_posting(regime, institution, period, start, Posting(trace.posted))


def _with_least(public: Due, least: timedelta | None, institution: Institution, now: datetime) -> Due:
    """Return a due time that leaves at least `least` from `now` on."""
    if least is None or now + least <= public.at:
        return public
    at = now + least
    last_day = institution.calendar.day_ending(at)
    return replace(public, at=at, trace=replace(public.trace, at=at, last_day=last_day, ending="clock", at_least=least))


def _marked(counted: Due, use: PostingUse, posted: datetime | None = None, ran_out: datetime | None = None) -> Due:
    return replace(counted, trace=replace(counted.trace, posting=use, posted=posted, ran_out=ran_out))


@cache
def same_day() -> Period:
    """Return the period that ends with the day it begins on."""
    return parse("same day")
