"""When a matter may close, and what its closing changes.

It closes by an answer that the public can read, or by a remedy that a leader has signed while the public is answered
or a leader has signed why nobody can be. An answer is public, final, and every promise of it is kept.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from handlers.rules.incident.case import CLOSED, AuditEvent, Case, Decision, RequestChange, RequestRow
from handlers.rules.incident.duties import begun, met, of_kinds
from handlers.rules.incident.promise_keeping import open_promises
from handlers.rules.incident.reply_check import is_final, still_to_come
from handlers.rules.incident.result_publication import still_to_tell
from handlers.rules.incident.watching import begun_by_the_result
from handlers.rules.refusal import Refusal

BEFORE_THE_RESULT = ("assign", "opinion", "instruct", "acknowledge", "verify", "reply")
"""Duties that a result ends."""
Unanswered = Literal["unanswered", "promised", "holding"]


def public_lack(case: Case) -> Unanswered | None:
    """Return what the public still has to get: an answer, what it was promised, a final answer; None if nothing."""
    if case.incident.replied_at is None:
        return "unanswered"
    if open_promises(case):
        return "promised"
    return None if is_final(case.incident.answer or "") else "holding"


def excused(case: Case) -> bool:
    """Return whether a leader has signed why nobody can be answered, and nobody was."""
    return case.incident.replied_at is None and bool(case.incident.unanswerable)


def must_be_answered(case: Case) -> None:
    """Raise Refusal that says what the public still has to get."""
    lack = public_lack(case)
    if lack == "promised":
        raise Refusal("resolve.promised", case=case, promises=open_promises(case), pending=case.pending("reply"))
    if lack == "holding":
        answer = case.incident.answer or ""
        facts = {"answer": answer, "clause": still_to_come(answer), "pending": case.pending("reply")}
        raise Refusal("resolve.holding", case=case, **facts)
    if lack == "unanswered":
        raise Refusal("resolve.unanswered", case=case, pending=case.pending("reply"))


def signed_remedy(case: Case) -> RequestRow | None:
    """Return the remedy that a leader has signed in this cycle."""
    signed = [one for one in case.requests if one.kind == "remedy" and one.state == "approved"]
    return signed[-1] if signed else None


def remedy_signed(
    case: Case, request: RequestRow, decision: Decision, waiting: Sequence[RequestChange], now: datetime
) -> Decision:
    """Close the matter if the public has what it is owed, or is excused; else only the signature stands."""
    if public_lack(case) and not excused(case):
        return decision
    return together(decision, close(case, "remedied", request.subject["result"], now, waiting))


def excuse_signed(
    case: Case, request: RequestRow, decision: Decision, waiting: Sequence[RequestChange], now: datetime
) -> Decision:
    """Record why nobody can be answered, which ends the duty to reply; close a matter whose remedy is signed."""
    reason = request.subject["reason"]
    signed = replace(
        decision,
        events=(*decision.events, AuditEvent("unanswerable", {"reason": reason})),
        changes={**decision.changes, "unanswerable": reason},
        waived=of_kinds(case, "reply"),
    )
    remedy = signed_remedy(case)
    return together(signed, close(case, "remedied", remedy.subject["result"], now, waiting)) if remedy else signed


def close(case: Case, outcome: str, result: str, now: datetime, decided: Sequence[RequestChange]) -> Decision:
    """Close the matter. `decided` ends the requests that still wait."""
    return Decision(
        events=(AuditEvent("resolved", {"outcome": outcome, "result": result}),),
        changes={"stage": "resolved", "outcome": outcome, "result": result, "resolved_at": now, "holder": CLOSED},
        met=met(case, "resolved"),
        waived=of_kinds(case, *(kind for kind in BEFORE_THE_RESULT if kind not in case.regime.met_by("resolved"))),
        opened=(*still_to_tell(case, begun(case, "resolved", now), now), *begun_by_the_result(case, now)),
        decided=tuple(decided),
    )


def together(first: Decision, then: Decision) -> Decision:
    """Return one decision that does both; what the first met, the second does not waive."""
    return replace(
        first,
        events=(*first.events, *then.events),
        changes={**first.changes, **then.changes},
        met=tuple(dict.fromkeys((*first.met, *then.met))),
        waived=tuple(id for id in dict.fromkeys((*first.waived, *then.waived)) if id not in first.met),
        opened=(*first.opened, *then.opened),
        moved=(*first.moved, *then.moved),
        passed=(*first.passed, *then.passed),
        ordered=(*first.ordered, *then.ordered),
        released=(*first.released, *then.released),
        decided=(*first.decided, *(one for one in then.decided if one.id not in {done.id for done in first.decided})),
    )
