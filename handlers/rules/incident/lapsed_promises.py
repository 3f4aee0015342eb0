"""Dates that a draft gives and that pass before it is public: 周三前修好, signed on Wednesday and published on Friday.

Nobody who signs such a text has to be refused, for the public may well have to read it. But what was signed counts:
once it is public, the date is owed as a promise that is overdue at once and counts as not kept, until the result is
public. Otherwise those who wait long enough would owe nothing. It is not owed where a leader signed the remedy after
the draft and before the date, and not twice where an earlier publication promised the same. Where the words now name a
later day, as 周三 on Friday names the next one, that is what the public reads: it is owed as any other, and those who
sign are told of it.
"""

from datetime import datetime

from msgspec import Struct

from handlers.rules.incident.case import AuditEvent, Case, DraftRow, NewDuty
from handlers.rules.incident.closing import signed_remedy
from handlers.rules.incident.duties import PROMISE, given
from handlers.rules.regime.ladder import Ladder
from handlers.rules.time.promises import Promise, find


class PassedDate(Struct, frozen=True):
    """A promise of a draft, as of when it was written, whose time has passed; `now_read` is what its words say now."""

    promise: Promise
    now_read: Promise | None = None


def passed_dates(case: Case, draft: DraftRow, now: datetime) -> tuple[PassedDate, ...]:
    """Return the dates of a draft that have passed at `now`. Periods such as 三天内 run from the publication."""
    calendar = case.institution.calendar
    ahead = {promise.span: promise for promise in find(draft.text, now, calendar)}
    return tuple(
        PassedDate(promise, ahead.get(promise.span))
        for promise in find(draft.text, draft.created_at, calendar)
        if promise.at <= now and not promise.counted
    )


def lapsed(case: Case, draft: DraftRow | None, now: datetime) -> tuple[Promise, ...]:
    """Return what publishing a draft at `now` promises for a time that has passed, the earliest first."""
    if draft is None:
        return ()
    in_time = _remedied_at(case, draft)
    known = {at for duty in case.duties if duty.kind == PROMISE for at in (duty.due_at, duty.first_due_at)}
    found = {
        one.promise.at: one.promise
        for one in passed_dates(case, draft, now)
        if one.now_read is None and one.promise.at not in known and (in_time is None or in_time > one.promise.at)
    }
    return tuple(found[at] for at in sorted(found))


def _remedied_at(case: Case, draft: DraftRow) -> datetime | None:
    """Return when a leader signed the remedy, if that was after the draft: an earlier one did not mean its words."""
    remedy = signed_remedy(case)
    at = remedy.decided_at if remedy else None
    return at if at and at >= draft.created_at else None


def overdue_promises(case: Case, draft: DraftRow, promises: tuple[Promise, ...]) -> tuple[NewDuty, ...]:
    """Return the duties to keep promises that have passed, each overdue; they run from when the draft was written."""
    tier, calendar, start = case.incident.tier, case.institution.calendar, draft.created_at
    return tuple(
        NewDuty(
            PROMISE,
            "department",
            start,
            given(case, promise.at, start, promise.text),
            Ladder(case.regime, tier, calendar, start, promise.at).first_at(),
        )
        for promise in promises
    )


def lapse_events(promises: tuple[Promise, ...]) -> tuple[AuditEvent, ...]:
    """Return the lines of the audit trail about promises that had passed when they were published."""
    return tuple(AuditEvent("promise passed", {"due": promise.at.isoformat()}) for promise in promises)
