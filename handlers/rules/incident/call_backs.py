"""Call-backs (回访): whether those who raised a matter are satisfied with its result, asked by others.

Who could not be reached is not satisfied: it is tried again, and counted by itself. Who is not satisfied brings the
matter before a leader, who opens it again or says why not.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from handlers.rules.incident.case import (
    OPEN_STAGES,
    AuditEvent,
    Case,
    Decision,
    MovedDuty,
    NewDuty,
    NewRequest,
    RequestRow,
)
from handlers.rules.incident.closing import together
from handlers.rules.incident.contact_words import means_in, spoken_at, tells_of_no_answer, tells_of_nothing
from handlers.rules.incident.contacts import CONTACT
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import CALL_BACK, DECIDE, ladder_to, met, of_kinds
from handlers.rules.incident.openings import REOPENING
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.reopening import reopened
from handlers.rules.incident.signers import first_approver
from handlers.rules.incident.taken_back import standing
from handlers.rules.incident.watching import owned
from handlers.rules.language.letters import letters
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.ladder import Ladder
from handlers.rules.time.periods import parse

CALLED_BACK, REOPENING_ASKED = "called back", "reopening asked"
"""Kinds of the events that record a call-back, and what it puts before a leader."""
Satisfaction = Literal["satisfied", "basically", "unsatisfied", "unreached"]
SATISFACTION: tuple[Satisfaction, ...] = get_args(Satisfaction)
SHORTEST_REASON = 2


class Response(Struct, frozen=True):
    """What a call-back brought: the answer, None if the words name none, and the words behind it."""

    given: Satisfaction | None
    text: str


def call_back(
    case: Case, actor: Person, answer: Response, handled: Collection[str], before: Sequence[Mapping[str, Any]],
    said_at: datetime, now: datetime,
) -> Decision:  # fmt: skip
    """Record a call-back, said at `said_at`. `handled` are the departments that had the matter in this cycle.

    `before` are the lines of the earlier call-backs of the matter and of the contacts with who raised it, with those
    that were taken back.
    """
    permit(case, actor, "call_back")
    if case.incident.stage in OPEN_STAGES:
        raise Refusal("call_back.open", case=case)
    if case.incident.stage != "resolved":
        raise Refusal("common.closed", case=case)
    _must_be_impartial(case, actor, handled)
    if answer.given is None:
        raise Refusal("call_back.which", case=case)
    _must_have_spoken_again(case, actor, answer.given, handled, before)
    data = _record(case, answer, said_at)
    decision = Decision(events=(AuditEvent(CALLED_BACK, data),))
    owes = _owed_by(case, actor)
    if answer.given == "unreached":
        return _tried(case, decision, owes, _days_tried(case, of_cycle(case, before), said_at), said_at, now)
    decision = replace(decision, met=owes)
    return _dissatisfied(case, actor, decision, answer.text, now) if answer.given == "unsatisfied" else decision


def _must_be_impartial(case: Case, actor: Person, handled: Collection[str]) -> None:
    """Raise Refusal if the actor did the work."""
    if not _is_impartial(case, actor, handled):
        raise Refusal("call_back.own", case=case)


def _is_impartial(case: Case, person: Person | None, handled: Collection[str]) -> bool:
    """Return whether a person neither belongs where the work was done, nor wrote or asked for its text."""
    departments = {case.incident.department, *case.incident.helpers, *handled} - {None}
    wrote = {draft.author for draft in case.drafts} | {
        one.asked_by for one in case.requests if one.kind in ("reply", "remedy", "unanswerable")
    }
    return person is not None and person.department not in departments and person.id not in wrote


def _must_have_spoken_again(
    case: Case,
    actor: Person,
    given: Satisfaction,
    handled: Collection[str],
    before: Sequence[Mapping[str, Any]],
) -> None:
    """Raise Refusal if the actor replaces their own record of dissatisfaction, and no contact since is on record.

    A record that they took back was one too, and a contact counts of somebody who had no part in the work.
    """
    last = _own_record(case, actor, before)
    if given not in ("satisfied", "basically") or last is None or last["data"]["answer"] != "unsatisfied":
        return
    since = (one["actor"] for one in standing(before) if one["kind"] == CONTACT and one["at"] >= last["at"])
    if not any(_is_impartial(case, case.institution.person(id), handled) for id in since):
        raise Refusal("call_back.same_person", case=case)


def _own_record(case: Case, actor: Person, before: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the last call-back that the actor recorded in this cycle, also one that they took back."""
    own = (one for one in reversed(before) if one["kind"] == CALLED_BACK and one["actor"] == actor.id)
    return next((one for one in own if one["data"].get("cycle") == case.incident.cycle), None)


def _record(case: Case, answer: Response, said_at: datetime) -> dict[str, Any]:
    means = means_in(answer.text)
    if means is None:
        raise Refusal("call_back.means", case=case, answer=answer.given)
    nothing = tells_of_nothing if answer.given == "unsatisfied" else tells_of_no_answer
    if answer.given != "unreached" and nothing(answer.text):
        raise Refusal("call_back.not_done", case=case)
    ended = case.incident.resolved_at or case.incident.found_at
    at = spoken_at(answer.text, said_at, case.institution.calendar, min(ended, said_at))
    if at is None:
        raise Refusal("call_back.when", case=case, ended=ended)
    return {
        "answer": answer.given,
        "means": means,
        "reached_at": at.isoformat(),
        "text": answer.text,
        "cycle": case.incident.cycle,
        "department": case.incident.department,
    }


def _owed_by(case: Case, actor: Person) -> tuple[int, ...]:
    """Return the ids of the call-backs that are owed. Refusal if others owe them."""
    owes = tuple(duty.id for duty in owned(case, actor, CALLED_BACK))
    if met(case, CALLED_BACK) and not owes:
        owner = next(duty.owner for duty in case.duties if duty.kind == CALL_BACK and duty.state == "open")
        raise Refusal("call_back.not_the_owner", case=case, owner=owner)
    return owes


def of_cycle(case: Case, lines: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the call-backs of the present cycle and the contacts, as they stand, oldest first."""
    cycle = case.incident.cycle
    return [one for one in standing(lines) if one["kind"] == CONTACT or one["data"].get("cycle") == cycle]


def _days_tried(case: Case, before: Sequence[Mapping[str, Any]], said_at: datetime) -> int:
    """Return on how many days a try in vain was recorded, this one included.

    It counts when it is recorded, not when it is said to have been: three days ago cannot be made up today.
    """
    calendar = case.institution.calendar
    days = {calendar.local(one["at"]).date() for one in before if one["data"].get("answer") == "unreached"}
    return len(days | {calendar.local(said_at).date()})


def _tried(
    case: Case, decision: Decision, owes: tuple[int, ...], days: int, said_at: datetime, now: datetime
) -> Decision:
    """Return what trying in vain does: it is owed again later; the last of the tries, each of another day, ends it."""
    rule = case.regime.call_back
    if not owes:
        return decision
    if days >= rule.tries:
        return replace(decision, met=owes)
    later = count(case.regime, case.institution, parse(rule.again), said_at)
    duties = [duty for duty in case.duties if duty.id in owes and duty.due_at < later.at]
    moved = tuple(MovedDuty(duty.id, later, ladder_to(case, later.at, now).first_at()) for duty in duties)
    return replace(decision, moved=moved)


def _dissatisfied(case: Case, actor: Person, decision: Decision, text: str, now: datetime) -> Decision:
    """Put before a leader whether the matter is opened again, unless that is waiting already."""
    if letters(text) < SHORTEST_REASON:
        raise Refusal("call_back.reason", case=case)
    if case.pending(REOPENING):
        return decision
    first_approver(case, REOPENING, actor)
    event = AuditEvent(REOPENING_ASKED, {"reason": text})
    opened = () if case.open_duty(DECIDE) else (_to_decide(case, now),)
    return replace(
        decision,
        events=(*decision.events, event),
        opened=opened,
        requested=NewRequest(REOPENING, {"reason": text}),
    )


def _to_decide(case: Case, now: datetime) -> NewDuty:
    """Return the leader's duty to decide whether the matter is opened again."""
    due = count(case.regime, case.institution, parse(case.regime.call_back.decide_within), now)
    ladder = Ladder(case.regime, case.incident.tier, case.institution.calendar, now, due.at)
    return NewDuty(DECIDE, "leader", now, due, ladder.first_at())


def reopening_signed(case: Case, request: RequestRow, decision: Decision, now: datetime) -> Decision:
    """Return the leader's yes, with the matter opened again for the reason that was given."""
    decided = replace(decision, met=(*decision.met, *of_kinds(case, DECIDE)))
    return together(decided, reopened(case, request.subject["reason"], now))


def reopening_refused(case: Case, decision: Decision, reason: str) -> Decision:
    """Return the leader's no, which needs a reason."""
    if letters(reason) < SHORTEST_REASON:
        raise Refusal("call_back.why_not", case=case)
    return replace(decision, met=(*decision.met, *of_kinds(case, DECIDE)))


def latest(before: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return what counts of the call-backs of a cycle: the latest answer, else the latest try."""
    tries = [one for one in before if one["kind"] == CALLED_BACK]
    answers = [one for one in tries if one["data"]["answer"] != "unreached"]
    return next(reversed(answers or tries), None)
