"""The main decisions, from the find to the result. Each takes the case, the actor and `now` (aware).

They raise `Refusal`, with the reason and what to do instead, if the matter's state does not allow them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from handlers.rules.incident.approval import superseded
from handlers.rules.incident.asking import put_to_approval
from handlers.rules.incident.case import AuditEvent, Case, Decision, DraftRow, NewRequest, approver, hold
from handlers.rules.incident.chain import plan_lacking, publishable_draft, unsigned_by_now
from handlers.rules.incident.closing import close, signed_remedy, together
from handlers.rules.incident.conflict import deciders, must_be_free
from handlers.rules.incident.duties import STAND, begun, extendable, extended, latest, met, owed, restarted
from handlers.rules.incident.lapsed_promises import lapse_events, lapsed, overdue_promises
from handlers.rules.incident.parts import must_have_parts
from handlers.rules.incident.permissions import DESK_ROLES, LEADERS, permit
from handlers.rules.incident.promise_keeping import (
    Settlement,
    events,
    moves,
    needs_chief,
    new_promises,
    open_promises,
    settlement,
)
from handlers.rules.incident.publication import OnRecord, Proof, places, shown_at
from handlers.rules.incident.publication_checks import checks, replaced
from handlers.rules.incident.reply_check import holds_off, is_final, still_to_come
from handlers.rules.incident.signers import first_approver, holder_waiting
from handlers.rules.incident.superior_approval import superior_lacking
from handlers.rules.language.letters import letters
from handlers.rules.people.institution import Department, Person
from handlers.rules.refusal import Refusal
from handlers.rules.time.date_doubts import date_doubts
from handlers.rules.time.periods import Period, PeriodError
from handlers.rules.time.promises import Promise, find

MOST_BOUNCES = 2
ENDED_WITH = ("reply", "remedy", "plan")
"""The kinds of requests that end when another department gets the matter."""


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
    must_not_pass_on(case, actor)
    event = AuditEvent("assigned", {"from": case.incident.department, "to": department.name})
    return passed_on(case, actor, handed(case, department.name, event, now), now)


def must_not_pass_on(case: Case, actor: Person) -> None:
    """Raise Refusal if a unit would give its matter to another by itself: it hands it up to the office."""
    if case.institution.unit_of(actor) and not actor.has(*DESK_ROLES, *LEADERS):
        raise Refusal("unit.hand_it_up", case=case)


def passed_on(case: Case, actor: Person, decision: Decision, now: datetime) -> Decision:
    """Count an assignment by a department's own head as a return. Refusal if the matter was returned before."""
    if actor.has(*DESK_ROLES, *LEADERS):
        return decision
    if len(case.incident.bounces) >= MOST_BOUNCES:
        raise Refusal("bounce.final", case=case, people=deciders(case, case.incident.department))
    if case.incident.bounces:
        raise Refusal("assign.passed_on", case=case)
    reason = f"→ {decision.changes['department']}"
    return replace(decision, changes={**decision.changes, "bounces": [returned(case, actor, reason, now)]})


def returned(case: Case, actor: Person, reason: str, now: datetime) -> dict[str, Any]:
    """Return the record of a return: the department that gives the matter away, by whom, why, and when."""
    return {"department": case.incident.department, "by": actor.id, "reason": reason, "at": now.isoformat()}


def handed(case: Case, department: str, event: AuditEvent, now: datetime) -> Decision:
    """Hand the matter to a department, which has to acknowledge it."""
    waiting = [request for request in case.pending() if request.kind not in ENDED_WITH]
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
        decided=tuple(change for kind in ENDED_WITH for change in superseded(case, kind)),
    )


def draft(
    case: Case, actor: Person, text: str, now: datetime, joined: Sequence[str] = (), *, said_at: datetime | None = None
) -> Decision:
    """Put a version of the reply to the public before the first signer. It also acknowledges the matter.

    `joined` are the texts of posts that joined it. Its days are those of `said_at`, by default `now`.
    """
    case.must_be_open()
    permit(case, actor, "reply")
    if not text:
        raise Refusal("reply.empty", case=case)
    if plan_lacking(case, joined):
        raise Refusal("reply.plan_first", case=case, pending=case.pending("plan"))
    must_have_parts(case)
    promises = _sound_promises(case, text, said_at or now, now)
    edition = len(case.drafts) + 1
    subject = {"edition": edition} | ({"chief": True} if needs_chief(case, text, promises, now) else {})
    requested, signs = put_to_approval(case, "reply", actor, text, subject, joined)
    decision = Decision(
        events=(AuditEvent("drafted", {"edition": edition, "text": text}),),
        changes={"holder": approver(signs[0])},
        draft=text,
        requested=requested,
        decided=(*superseded(case, "reply"), *superseded(case, "unanswerable")),
    )
    return taking_on(case, actor, decision, now)


def taking_on(case: Case, actor: Person, decision: Decision, now: datetime) -> Decision:
    """Return the decision with the matter acknowledged by it, if the actor's department has not done that yet."""
    taken_on = case.incident.acknowledged_at is None and case.belongs(actor)
    stage = "acknowledged" if taken_on and case.incident.stage == "assigned" else case.incident.stage
    if not taken_on:
        return replace(decision, changes={**decision.changes, "stage": stage})
    return replace(
        decision,
        events=(AuditEvent("acknowledged"), *decision.events),
        changes={**decision.changes, "stage": stage, "acknowledged_at": now},
        met=met(case, "acknowledged"),
        opened=begun(case, "acknowledged", now),
    )


def _sound_promises(case: Case, text: str, said_at: datetime, now: datetime) -> Sequence[Promise]:
    """Return the promises of a draft. Refusal if a date cannot be meant, or if the regime asks for one in vain."""
    calendar = case.institution.calendar
    for doubt in date_doubts(text, said_at, calendar, now):
        raise Refusal("reply.doubtful_date", case=case, doubt=doubt, today=calendar.local(now).date())
    promises = find(text, said_at, calendar)
    if case.regime.reply.without_date == "refuse" and holds_off(text, promises):
        raise Refusal("reply.no_date", case=case, clause=still_to_come(text))
    return promises


def publish(
    case: Case, actor: Person, proof: Proof, known: OnRecord, promises: Sequence[Promise], now: datetime
) -> Decision:
    """Record that the approved reply is public, at the addresses or in the picture given as proof.

    The time of the cycle's first publication stays. A pending withdrawal ends: what the public was answered is no
    mistaken report. A further publication keeps or moves what the earlier ones promised; the same text again changes
    nothing but its proof. A matter whose remedy is signed closes when the public has a final answer.
    """
    case.must_be_open()
    permit(case, actor, "publish")
    text = _approved_by_now(case, known)
    published = places(case, text, proof, known)
    shown, *others = dict.fromkeys(shown_at(place) for place in published)
    also = {"posts": others} if others else {}
    first = case.incident.replied_at is None
    settled = published_promises(case, text, promises, now)
    waiting = [request for request in case.pending() if request.kind in ("extension", "remedy")]
    decision = Decision(
        events=(
            AuditEvent("published", {"edition": text.edition, "proof": shown, **also, **proof.words}),
            *events(settled),
            *lapse_events(settled.lapsed),
        ),
        changes={
            "stage": "replied",
            "answer": text.text,
            "proof": shown,
            "holder": holder_waiting(case, waiting),
            **({"replied_at": now, "unanswerable": None} if first else {}),
        },
        met=(*met(case, "published"), *(duty.id for duty in settled.kept)),
        waived=replaced(case, now),
        opened=(
            *(begun(case, "published", now) if first else ()),
            *new_promises(case, settled, now),
            *overdue_promises(case, text, settled.lapsed),
            *checks(case, actor, now),
        ),
        moved=moves(case, settled, now),
        decided=(*superseded(case, "withdrawal"), *superseded(case, "unanswerable")),
        published=published,
    )
    return _closed_by(case, decision, text.text, settled, now)


def _approved_by_now(case: Case, known: OnRecord) -> DraftRow:
    """Return the approved draft. Refusal if nobody approved one, or if the matter asks for more by now."""
    text = publishable_draft(case, known.joined)
    if text is None and case.approved_draft():
        raise Refusal("publish.more_signatures", case=case, steps=unsigned_by_now(case, known.joined))
    if text is None:
        raise Refusal("publish.not_approved", case=case, pending=case.pending("reply"))
    if plan_lacking(case, known.joined) and case.incident.replied_at is None:
        raise Refusal("publish.plan_first", case=case, pending=case.pending("plan"))
    if superior_lacking(case):
        raise Refusal("publish.superior_first", case=case)
    return text


def published_promises(case: Case, draft: DraftRow | None, promises: Sequence[Promise], now: datetime) -> Settlement:
    """Return what publishing a draft does to the promises of the matter: nothing if it is public already."""
    text = draft.text if draft else ""
    if case.incident.replied_at and case.incident.answer == text:
        return Settlement(left=open_promises(case))
    return settlement(case, text, promises, now, lapsed(case, draft, now))


def _closed_by(case: Case, decision: Decision, text: str, settled: Settlement, now: datetime) -> Decision:
    """Close the matter as well if a leader has signed its remedy and the text leaves nothing to be answered."""
    remedy = signed_remedy(case)
    if remedy is None or not settled.settles or not is_final(text):
        return decision
    ended = close(case, "remedied", remedy.subject["result"], now, superseded(case))
    checked = tuple(duty for duty in decision.opened if duty.kind == STAND)
    return together(replace(decision, opened=checked), ended)


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
    if not letters(reason):
        raise Refusal("extend.reason", case=case)
    if case.pending("extension"):
        raise Refusal("extend.pending", case=case)
    until = within_limit(case, duty.due_at, period)
    signs = first_approver(case, "extension", actor)
    subject = {
        "duties": [each.id for each in duties],
        "kind": duty.kind,
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
