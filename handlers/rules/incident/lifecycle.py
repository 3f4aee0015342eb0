"""The main decisions, from the find to the result. Each takes the case, the actor and `now` (aware).

They raise `Refusal`, with the reason and what to do instead, if the matter's state does not allow them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.rules.incident.approval import first_approver, holder_waiting, superseded
from handlers.rules.incident.case import CLOSED, AuditEvent, Case, Decision, NewRequest, approver, hold
from handlers.rules.incident.conflict import deciders, must_be_free
from handlers.rules.incident.duties import (
    PROMISE,
    begun,
    calmed,
    extendable,
    extended,
    latest,
    met,
    of_kinds,
    owed,
    promised,
    restarted,
)
from handlers.rules.incident.permissions import DESK_ROLES, LEADERS, permit
from handlers.rules.incident.publication import OnRecord, Proof, places, shown_at, unpublished
from handlers.rules.incident.publication_checks import checks, replaced
from handlers.rules.incident.reply_check import holds_off
from handlers.rules.people.institution import Department, Person
from handlers.rules.refusal import Refusal
from handlers.rules.time.periods import Period, PeriodError
from handlers.rules.time.promises import Promise, find

MOST_BOUNCES = 2
BEFORE_THE_RESULT = ("assign", "instruct", "acknowledge", "verify", "reply", "calm")
"""Duties that a result ends."""


def acknowledge(case: Case, actor: Person, now: datetime) -> Decision:
    """Acknowledge the matter: its department takes it on."""
    case.must_be_open()
    if case.incident.department is None:
        raise Refusal("acknowledge.unassigned", case=case)
    permit(case, actor, "acknowledge")
    if case.incident.acknowledged_at:
        raise Refusal("acknowledge.already", case=case)
    return Decision(
        events=(AuditEvent("acknowledged"),),
        changes={"stage": after(case, "acknowledged"), "acknowledged_at": now},
        met=met(case, "acknowledged"),
        opened=begun(case, "acknowledged", now),
    )


def assign(case: Case, actor: Person, department: Department, now: datetime) -> Decision:
    """Assign the matter to a department, which has to acknowledge it; by the desk, a leader or the present head."""
    case.must_be_open()
    permit(case, actor, "assign")
    if department.name == case.incident.department:
        raise Refusal("assign.same", case=case)
    must_be_free(case, department)
    event = AuditEvent("assigned", {"from": case.incident.department, "to": department.name})
    return passed_on(case, actor, handed(case, department.name, event, now), now)


def passed_on(case: Case, actor: Person, decision: Decision, now: datetime) -> Decision:
    """Count an assignment by a department's own head as a return. Refusal if the matter was returned before."""
    if actor.has(*DESK_ROLES, *LEADERS):
        return decision
    if len(case.incident.bounces) >= MOST_BOUNCES:
        raise Refusal("bounce.final", case=case, people=deciders(case, case.incident.department))
    if case.incident.bounces:
        raise Refusal("assign.passed_on", case=case)
    reason = f"→ {decision.changes['department']}"
    given = {"department": case.incident.department, "by": actor.id, "reason": reason, "at": now.isoformat()}
    return replace(decision, changes={**decision.changes, "bounces": [given]})


def handed(case: Case, department: str, event: AuditEvent, now: datetime) -> Decision:
    """Hand the matter to a department, which has to acknowledge it."""
    waiting = [request for request in case.pending() if request.kind != "reply"]
    return Decision(
        events=(event,),
        changes={
            "department": department,
            "stage": after(case, "assigned"),
            "holder": case.incident.holder if waiting else hold(department),
            "acknowledged_at": None,
            "outside": None,
            "helpers": [name for name in case.incident.helpers if name != department],
        },
        met=met(case, "assigned"),
        waived=restarted(case),
        opened=owed(case.regime, case.institution, case.incident.tier, now, ("assigned",)),
        decided=superseded(case, "reply"),
    )


def draft(case: Case, actor: Person, text: str, now: datetime) -> Decision:
    """Put a version of the reply to the public before the first signer. It also acknowledges the matter."""
    case.must_be_open()
    permit(case, actor, "reply")
    if not text:
        raise Refusal("reply.empty", case=case)
    if case.regime.reply.without_date == "refuse" and holds_off(text, find(text, now, case.institution.calendar)):
        raise Refusal("reply.no_date", case=case)
    edition = len(case.drafts) + 1
    signs = first_approver(case, "reply", actor)
    taken_on = case.incident.acknowledged_at is None and case.belongs(actor)
    stage = "acknowledged" if taken_on and case.incident.stage == "assigned" else case.incident.stage
    return Decision(
        events=(
            *((AuditEvent("acknowledged"),) if taken_on else ()),
            AuditEvent("drafted", {"edition": edition, "text": text}),
        ),
        changes={"holder": approver(signs), "stage": stage, **({"acknowledged_at": now} if taken_on else {})},
        met=met(case, "acknowledged") if taken_on else (),
        opened=begun(case, "acknowledged", now) if taken_on else (),
        draft=text,
        requested=NewRequest("reply", {"edition": edition}),
        decided=superseded(case, "reply"),
    )


def publish(
    case: Case, actor: Person, proof: Proof, known: OnRecord, promises: Sequence[Promise], now: datetime
) -> Decision:
    """Record that the approved reply is public, at the addresses or in the picture given as proof.

    The time of the cycle's first publication stays. A draft that was public before, or a date that is owed already,
    promises nothing new. A pending withdrawal ends: what the public was answered is no mistaken report.
    """
    case.must_be_open()
    permit(case, actor, "publish")
    text = case.approved_draft()
    if text is None:
        raise Refusal("publish.not_approved", case=case, pending=case.pending("reply"))
    published = places(case, text, proof, known)
    shown, *others = dict.fromkeys(shown_at(place) for place in published)
    also = {"posts": others} if others else {}
    new = unpublished(case, known.earlier) is not None
    return Decision(
        events=(AuditEvent("published", {"edition": text.edition, "proof": shown, **also, **proof.words}),),
        changes={
            "stage": "replied",
            "answer": text.text,
            "proof": shown,
            "replied_at": case.incident.replied_at or now,
            "holder": holder_waiting(case, case.pending("extension")),
        },
        met=met(case, "published"),
        waived=replaced(case, now),
        opened=(
            *begun(case, "published", now),
            *(promised(case, _not_owed(case, promises), now) if new else ()),
            *checks(case, actor, now),
        ),
        decided=superseded(case, "withdrawal"),
        published=published,
    )


def _not_owed(case: Case, promises: Sequence[Promise]) -> list[Promise]:
    owed_at = {duty.due_at for duty in case.duties if duty.kind == PROMISE and duty.state == "open"}
    return [promise for promise in promises if promise.at not in owed_at]


def resolve(case: Case, actor: Person, outcome: str | None, result: str, proven: bool, now: datetime) -> Decision:
    """Close the matter by an answer that the public can read or by a remedy, never by a removal.

    `proven` if evidence came with it: an address, a picture, or words of evidence. A verification counts as well.
    """
    case.must_be_open()
    permit(case, actor, "resolve")
    _must_end_well(case, outcome, result, proven)
    outcome = outcome or "answered"
    return Decision(
        events=(AuditEvent("resolved", {"outcome": outcome, "result": result}),),
        changes={
            "stage": "resolved",
            "outcome": outcome,
            "result": result,
            "resolved_at": now,
            "holder": CLOSED,
        },
        met=met(case, "resolved"),
        waived=of_kinds(case, *(kind for kind in BEFORE_THE_RESULT if kind not in case.regime.met_by("resolved"))),
        opened=(*begun(case, "resolved", now), *calmed(case, now)),
        decided=superseded(case),
    )


def _must_end_well(case: Case, outcome: str | None, result: str, proven: bool) -> None:
    """Raise Refusal if the public has neither an answer nor a remedy, or if the outcome is not what happened."""
    if case.incident.replied_at is None and outcome != "remedied":
        raise Refusal("resolve.unanswered", case=case, pending=case.pending("reply"))
    if case.incident.replied_at is None and not result:
        raise Refusal("resolve.what_remedy", case=case)
    if outcome == "clarified" and not (proven or case.incident.verdict in ("untrue", "partly")):
        raise Refusal("resolve.what_evidence", case=case)
    if outcome == "transferred" and case.incident.outside is None:
        raise Refusal("resolve.not_transferred", case=case)


def ask_extension(case: Case, actor: Person, period: Period, reason: str, now: datetime) -> Decision:
    """Ask for more time to resolve, before it runs out and within the regime's limit."""
    case.must_be_open()
    permit(case, actor, "extend")
    duties = extendable(case)
    if case.regime.extension is None:
        raise Refusal("extend.not_granted", case=case)
    if not duties:
        raise Refusal("extend.nothing", case=case)
    duty = duties[0]
    if now >= duty.due_at:
        raise Refusal("extend.too_late", case=case, duty=duty)
    if not reason:
        raise Refusal("extend.reason", case=case)
    if case.pending("extension"):
        raise Refusal("extend.pending", case=case)
    until = within_limit(case, duty.due_at, period)
    signs = first_approver(case, "extension", actor)
    subject = {
        "duties": [each.id for each in duties],
        "period": str(period),
        "reason": reason,
        "until": until.isoformat(),
    }
    return Decision(
        events=(AuditEvent("extension asked", subject),),
        changes={"holder": approver(signs)},
        requested=NewRequest("extension", subject),
    )


def within_limit(case: Case, due_at: datetime, period: Period) -> datetime:
    """Return the new due time (UTC). Refusal that names the last one possible if it is later."""
    try:
        until = extended(case, due_at, period).at
    except PeriodError as error:
        raise Refusal("extend.period", case=case) from error
    limit = latest(case).at
    if until > limit:
        raise Refusal("extend.limit", case=case, latest=limit, asked=until, room=limit - due_at > timedelta())
    return until


def after(case: Case, stage: str) -> str:
    """Return the stage after a decision; a matter that was replied to stays "replied"."""
    return "replied" if case.incident.stage == "replied" else stage
