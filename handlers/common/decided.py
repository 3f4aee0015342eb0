"""What is announced when a request is decided: which version, signed for whom, and the text to publish."""

from typing import Any

from handlers.common.approval_words import Meaning
from handlers.common.cards import incident_card_id, request_card_id
from handlers.common.context import CaseDecision, Context
from handlers.common.handling import handling
from handlers.common.reopening_notice import reopening_notice
from handlers.common.request_message import as_file, passed_note, request_again
from handlers.common.whole_words import for_others
from handlers.rules.incident.approval import SignOff, approve, reject
from handlers.rules.incident.asking import once_made
from handlers.rules.incident.case import Case, Decision, RequestRow
from handlers.rules.incident.chain import WORDINGS, chain_of, text_to_sign
from handlers.rules.incident.chain_steps import current
from handlers.rules.incident.closing import public_lack
from handlers.rules.incident.openings import CONCERN, REOPENING
from handlers.rules.incident.promise_keeping import open_promises, promises_before
from handlers.rules.incident.signers import asked_at_once
from handlers.rules.incident.superior_approval import superior_asked
from handlers.rules.language.messages import Reply


async def decided(context: Context, meaning: Meaning, case: Case, request: RequestRow, heard: SignOff) -> CaseDecision:
    """Decide a request by a yes or no, and return the decision with its replies. Refusal as the rules raise it."""
    if meaning != "yes":
        return await _rejected(context, case, request, reject(case, request, context.person, heard), heard)
    decision = approve(case, request, context.person, heard, context.now)
    if decision.decided[0].state is None:
        return await _next_step(context, case, request, decision, heard)
    return await _granted(context, case, request, decision, heard)


def _facts(context: Context, case: Case, request: RequestRow, decision: Decision) -> dict[str, Any]:
    giver = decision.events[0].data["for"]
    return {"case": case, "by": context.person.id, "giver": giver, "kind": request.kind, "at": context.acted_in(case)}


def _told(request: RequestRow, facts: dict[str, Any]) -> tuple[str, ...]:
    """Return who is told of a decision: who asked, and for whom it was signed."""
    return tuple(dict.fromkeys(id for id in (request.asked_by, facts["giver"]) if id))


def _what_follows(context: Context, case: Case, request: RequestRow, decision: Decision) -> str:
    """Return what a signed remedy or excuse brings: the matter's closing, or what it still lacks."""
    if decision.changes.get("stage") == "resolved":
        answered = case.incident.replied_at is not None
        return context.text(
            "resolve.closed", case=case, result=decision.changes["result"], at=context.acted_in(case), answered=answered
        )
    if decision.moved and request.kind == "extension":
        return context.text("extend.stays", case=case, promises=promises_before(case, decision.moved[0].due.at))
    if request.kind == "reply" and superior_asked(case):
        return context.text("superior_approval.ask", case=case)
    if request.kind == "remedy":
        return context.text("resolve.still_lacks", case=case, lack=public_lack(case), promises=open_promises(case))
    return context.text("unanswerable.then", case=case) if request.kind == "unanswerable" else ""


def _chief(context: Context, case: Case, request: RequestRow) -> tuple[str, ...]:
    """Return who hears besides that names were taken off a matter: the chief."""
    chief = context.office.institution.with_role("chief") if request.kind == CONCERN else ()
    return tuple(one.id for one in chief if not case.concerns(one))


async def _speaking(context: Context, case: Case, request: RequestRow) -> tuple[str, ...]:
    """Return who hears besides what may be said of a matter by now: the spokesman and the working group."""
    if request.kind not in WORDINGS:
        return ()
    who = await handling(case)
    people = (context.office.institution.person(id) for id in (who.spokesman or "", *who.team))
    return tuple(one.id for one in people if one and not case.concerns(one))


async def _rejected(
    context: Context, case: Case, request: RequestRow, decision: Decision, heard: SignOff
) -> CaseDecision:
    facts = _facts(context, case, request, decision)
    text = context.text("approve.rejected", asker=request.asked_by, reason=heard.remark, **facts)
    card = context.text("approve.rejected_card", reason=heard.remark, **facts)
    told = await for_others(context, case, Reply(text=text, mentions=_told(request, facts)), heard.remark)
    replies = (told, Reply(text=card, update=request_card_id(request.id)))
    return CaseDecision(case, decision, lambda _: replies)


async def _granted(
    context: Context, case: Case, request: RequestRow, decision: Decision, heard: SignOff
) -> CaseDecision:
    facts = _facts(context, case, request, decision)
    kinds = {duty.id: duty.kind for duty in case.duties}
    put_off = tuple((kinds[each.id], each.due.at) for each in decision.moved)
    draft = text_to_sign(case, request) or ""
    more = {"asker": request.asked_by, "subject": request.subject, "put_off": put_off, "remark": heard.remark}
    more["after"] = _what_follows(context, case, request, decision)
    text = context.text("approve.granted", text=draft, **more, **facts)
    passed = passed_note(context, case, request)
    file = await as_file(context, case, draft, request.subject.get("edition"), request.kind)
    card = context.text("approve.granted_card", **facts)
    gone = (incident_card_id(case.number),) if decision.changes.get("stage") in ("withdrawn", "resolved") else ()
    speaking = await _speaking(context, case, request)
    hear = dict.fromkeys((*_told(request, facts), *_chief(context, case, request), *speaking))
    replies = (
        Reply(text="\n".join(filter(None, (text, passed))), mentions=tuple(hear), attachments=file),
        *(Reply(text=card, update=id) for id in (request_card_id(request.id), *gone)),
    )
    if request.kind == REOPENING:
        replies = (*replies, await reopening_notice(context, case, decision, request.subject["reason"]))
    return CaseDecision(case, decision, lambda _: replies)


async def _next_step(
    context: Context, case: Case, request: RequestRow, decision: Decision, heard: SignOff
) -> CaseDecision:
    """Ask the next signer, with the whole text and buttons again instead of a reference to an earlier message."""
    facts = _facts(context, case, request, decision)
    after = once_made(case, decision)
    asked = next(one for one in after.requests if one.id == request.id)
    people = asked_at_once(after, asked)
    same = current(chain_of(after, asked))
    others = people if same and same.given else ()
    del facts["at"], facts["kind"]
    head = context.text("approve.next", request=request, remark=heard.remark, others=others, **facts)
    reply = await request_again(context, after, asked, head, people)
    return CaseDecision(case, decision, lambda _: (reply,))
