"""Meetings about a matter (会商): called for a time, minuted afterwards; what they decide becomes action items.

The minutes are owed by the desk, within the time that the regime gives from the meeting on. Their first step is before
the meeting and reminds those who were called (`handlers/timed/meeting_begins.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from msgspec.structs import replace

from handlers.rules.incident.actions import NewAction, add_all
from handlers.rules.incident.case import AuditEvent, Case, Decision, DutyRow, NewDuty
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import MINUTES, ladder_to
from handlers.rules.incident.handling import must_be_uninvolved
from handlers.rules.incident.permissions import permit
from handlers.rules.language.letters import letters
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.time.periods import parse

CALLED, MINUTED, CANCELLED = "meeting called", "minutes", "meeting cancelled"
MEETING = (CALLED, MINUTED, CANCELLED)
"""Kinds of the events that tell of meetings."""
FURTHEST = timedelta(days=60)
SHORTEST = 4


class MeetingOnRecord(NamedTuple):
    """A meeting: when (aware), who was called (ids), where and what for, and "called", "minuted" or "cancelled"."""

    at: datetime
    people: tuple[str, ...]
    text: str
    state: str


def call_meeting(
    case: Case, actor: Person, people: Sequence[Person], at: datetime | None, text: str, now: datetime
) -> Decision:
    """Call people to a meeting. Its minutes are owed from its time on; one meeting of a matter waits at a time."""
    permit(case, actor, "confer")
    case.must_be_open()
    if meeting_due(case) is not None:
        raise Refusal("confer.waits", case=case)
    if at is None:
        raise Refusal("confer.when", case=case)
    if not now < at <= now + FURTHEST:
        raise Refusal("confer.past", case=case, at=at)
    if not people:
        raise Refusal("confer.whom", case=case)
    must_be_uninvolved(case, people)
    due = count(case.regime, case.institution, parse(case.regime.conference.minutes_within), at)
    ladder = ladder_to(case, due.at, at)
    before = reminded_at(case, at)
    first = before if before > now else ladder.first_at()
    duty = NewDuty(MINUTES, "desk", at, due, first)
    event = AuditEvent(CALLED, {"at": at.isoformat(), "people": [one.id for one in people], "text": text})
    return Decision(events=(event,), opened=(duty,))


def reminded_at(case: Case, at: datetime) -> datetime:
    """Return when those who were called to a meeting at `at` are reminded of it."""
    return at - (parse(case.regime.conference.remind_before).time or timedelta())


def minuted(case: Case, actor: Person, text: str, decisions: Sequence[NewAction], now: datetime) -> Decision:
    """Record the minutes of the meeting that was called, with what it decided. None is minuted before it began."""
    permit(case, actor, "minutes")
    duty = meeting_due(case)
    if duty is None:
        raise Refusal("minutes.not_owed", case=case)
    if now < duty.started_at:
        raise Refusal("minutes.before", case=case, at=duty.started_at)
    if letters(text) < SHORTEST:
        raise Refusal("minutes.empty", case=case)
    decided = add_all(case, actor, decisions, now)
    event = AuditEvent(MINUTED, {"text": text, "decisions": len(decisions)})
    return replace(decided, events=(event, *decided.events), met=(*decided.met, duty.id))


def cancel_meeting(case: Case, actor: Person, reason: str) -> Decision:
    """Call a meeting off, with a reason; its minutes are owed no more."""
    permit(case, actor, "confer")
    duty = meeting_due(case)
    if duty is None:
        raise Refusal("confer.not_called", case=case)
    if letters(reason) < SHORTEST:
        raise Refusal("confer.reason", case=case)
    return Decision(events=(AuditEvent(CANCELLED, {"text": reason}),), waived=(duty.id,))


def meeting_due(case: Case) -> DutyRow | None:
    """Return the duty to minute the meeting that was called; None if there is none. It begins with the meeting."""
    return next((duty for duty in case.duties if duty.kind == MINUTES and duty.state == "open"), None)


def meetings_of(kept: Iterable[Mapping[str, Any]]) -> tuple[MeetingOnRecord, ...]:
    """Return the meetings of a matter, by those of its audit lines that stand, oldest first."""
    found: list[MeetingOnRecord] = []
    for line in kept:
        data = line["data"]
        if line["kind"] == CALLED:
            at = datetime.fromisoformat(data["at"])
            found.append(MeetingOnRecord(at, tuple(data["people"]), data.get("text") or "", "called"))
        elif found and line["kind"] in (MINUTED, CANCELLED):
            found[-1] = found[-1]._replace(state="minuted" if line["kind"] == MINUTED else "cancelled")
    return tuple(found)
