"""The result told to the public on the day of the result, where a regime asks for that beside the answer.

A duty that starts at the result and is met by "published" is owed only if what the public was told that day does not
hold the result already.
"""

from datetime import datetime

from handlers.rules.incident.case import AuditEvent, Case, Decision, NewDuty
from handlers.rules.incident.duties import met
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.publication import OnRecord, Proof, places, shown_at
from handlers.rules.incident.reply_check import is_final
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime import rules_for

RESULT_PUBLISHED = "result published"
"""Kind of the event that records where the result of an ended matter is public."""


def still_to_tell(case: Case, begun: tuple[NewDuty, ...], now: datetime) -> tuple[NewDuty, ...]:
    """Return what a result begins, without the duty to tell it where a final answer became public the same day."""
    if not _told_on(case, now):
        return begun
    rules = rules_for(case.regime, case.incident.tier, ("resolved",))
    told = {rule.kind for rule in rules if rule.met_by == "published"}
    return tuple(duty for duty in begun if duty.kind not in told)


def _told_on(case: Case, now: datetime) -> bool:
    """Return whether the answer that is public now is final, and became public on the day of `now`."""
    incident, calendar = case.incident, case.institution.calendar
    if incident.replied_at is None or not is_final(incident.answer or ""):
        return False
    approved = [one for one in case.requests if one.kind == "reply" and one.state == "approved" and one.decided_at]
    later = approved[-1].decided_at if approved else None  # what was signed today cannot have been public before
    last = max(incident.replied_at, later) if later else incident.replied_at
    return calendar.local(last).date() == calendar.local(now).date()


def owes_the_public(case: Case) -> bool:
    """Return whether a matter has ended and its result is still to be told to the public."""
    return case.incident.stage == "resolved" and bool(met(case, "published"))


def publish_result(case: Case, actor: Person, proof: Proof, known: OnRecord) -> Decision:
    """Record where the result of an ended matter is public."""
    permit(case, actor, "publish")
    if not owes_the_public(case):
        raise Refusal("common.closed", case=case)
    draft = case.draft()
    if draft is None:
        raise Refusal("publish.not_approved", case=case, pending=case.pending("reply"))
    published = places(case, draft, proof, known)
    shown, *others = dict.fromkeys(shown_at(place) for place in published)
    also = {"posts": others} if others else {}
    event = AuditEvent(RESULT_PUBLISHED, {"proof": shown, **also, **proof.words})
    return Decision(events=(event,), met=met(case, "published"), published=published)
