"""`同意` / `approve`, `不同意 12 理由` / `reject 12 reason`: a leader signs a request, or sends it back.

The request is the button's, the quote's or the number's; a bare word counts only where exactly one waits for the
speaker, else it is asked back. `不同意` is never read as `同意`: only the whole sentence counts. `同意，但请写明日期`
is a yes whose remark goes to the drafter; a yes under a condition is asked back.
"""

from typing import Any, NamedTuple

from handlers.common import shift_swap
from handlers.common.approval_words import NO, YES, Meaning, read
from handlers.common.batch import decide_each
from handlers.common.cards import incident_card_id, request_card_id, to_decide
from handlers.common.context import CaseDecision, Context
from handlers.rules.incident.approval import SignOff, approve, may_decide, reject
from handlers.rules.incident.case import AuditEvent, Case, Decision, RequestRow
from handlers.rules.language.messages import Reply, quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from storage import reports

EXAMPLES = {
    "zh": ("同意 12", "同意 12 13", "同意延期 12", "同意 12，但请写明日期", "不同意 12 语气生硬，请写明日期"),
    "en": (
        "approve 12",
        "approve extension 12",
        "approve 12 but name the date, please",
        "reject 12 name the date, please",
    ),
}
VERBS = (*YES, *NO)


class Verdict(NamedTuple):
    """`reason` is that of a no, or the remark that came with a yes; `kind` narrows down what it is about."""

    meaning: Meaning
    numbers: tuple[int, ...] = ()
    request: int | None = None
    reason: str = ""
    kind: str | None = None


def parse(said: Utterance) -> Verdict | None:
    if pressed := said.pressed("approve"):
        return Verdict("yes", request=int(pressed[0]))
    if pressed := said.pressed("reject"):
        return Verdict("no", request=int(pressed[0]))
    word = read(said.text)
    return word and Verdict(word.meaning, word.numbers, reason=word.remark, kind=word.kind)


async def handle(context: Context, verdict: Verdict) -> None:
    if await _about_a_swap(context, verdict):
        return
    if verdict.meaning == "unclear":
        await _ask_back(context, verdict)
        return
    if await _reason_given_later(context, verdict):
        return
    if len(verdict.numbers) > 1:

        async def one(context: Context, number: int) -> CaseDecision:
            return _decided(context, verdict, *await _by_number(context, number, verdict.kind))

        await decide_each(context, verdict.numbers, one)
        return
    move = _decided(context, verdict, *await _meant(context, verdict))
    await context.commit(move.case, move.decision, move.say)


async def _about_a_swap(context: Context, verdict: Verdict) -> bool:
    """Whether the word answers a swap of shifts and no request: `handlers/swapping.py`."""

    async def others() -> bool:
        return await _waiting_for(context, None)

    return await shift_swap.answered(context, verdict.meaning, verdict.numbers, verdict.reason, verdict.kind, others)


async def _ask_back(context: Context, verdict: Verdict) -> None:
    """Neither yes nor no: said back to whoever has something to decide, or speaks to the bot; else it is talk."""
    message = context.message
    if verdict.numbers or message.addressed or message.quote or await _waiting_for(context, None):
        raise Refusal("approve.unclear", number=next(iter(verdict.numbers), None))
    await context.answer()


def _decided(context: Context, verdict: Verdict, case: Case, request: RequestRow) -> CaseDecision:
    heard = SignOff(context.message.sent_at, context.message.channel, verdict.reason)
    facts: dict[str, Any] = {"case": case, "by": context.person.id, "kind": request.kind, "at": context.now}
    if verdict.meaning == "yes":
        return _approved(
            context, case, request, approve(case, request, context.person, heard, context.now), facts, heard
        )
    decision = reject(case, request, context.person, heard)
    text = context.text("approve.rejected", asker=request.asked_by, reason=heard.remark, **facts)
    card = context.text("approve.rejected_card", reason=heard.remark, **facts)
    says = (Reply(text=text, mentions=(request.asked_by,)), Reply(text=card, update=request_card_id(request.id)))
    return CaseDecision(case, decision, lambda _: says)


def _approved(
    context: Context, case: Case, request: RequestRow, decision: Decision, facts: dict[str, Any], heard: SignOff
) -> CaseDecision:
    if decision.decided[0].state is None:
        return _next_step(context, case, request, decision, {**facts, "remark": heard.remark})
    moved = decision.moved[0].due.at if decision.moved else None
    more = {"asker": request.asked_by, "subject": request.subject, "moved": moved, "remark": heard.remark}
    text = context.text("approve.granted", **more, **facts)
    card = context.text("approve.granted_card", **facts)
    gone = (incident_card_id(case.number),) if request.kind == "withdrawal" else ()
    says = (
        Reply(text=text, mentions=(request.asked_by,)),
        *(Reply(text=card, update=id) for id in (request_card_id(request.id), *gone)),
    )
    return CaseDecision(case, decision, lambda _: says)


async def _reason_given_later(context: Context, verdict: Verdict) -> bool:
    """`不同意 1 理由` after a rejection by button, which could not say why: the reason goes to whoever asked."""
    if verdict.meaning == "yes" or not verdict.reason or len(verdict.numbers) != 1:
        return False
    case = await context.case(verdict.numbers[0])
    last = case.requests[-1] if case.requests else None
    if any(may_decide(case, request, context.person) for request in case.pending(verdict.kind)):
        return False
    if (
        last is None
        or verdict.kind not in (None, last.kind)
        or (last.state, last.decided_by, last.remark) != ("rejected", context.person.id, None)
    ):
        return False
    decision = Decision(events=(AuditEvent("reason", {"request": last.id, "reason": verdict.reason}),))
    facts = {"by": context.person.id, "kind": last.kind, "reason": verdict.reason, "asker": last.asked_by}
    text = context.text("approve.reason", case=case, **facts)
    await context.commit(case, decision, lambda _: (Reply(text=text, mentions=(last.asked_by,)),))
    return True


def _next_step(
    context: Context, case: Case, request: RequestRow, decision: Decision, facts: dict[str, Any]
) -> CaseDecision:
    """Whoever signs next gets the text again, with buttons, not a reference to an earlier message."""
    signer = context.person_of(str(decision.changes["holder"]).partition(":")[2])
    people = (signer,) if signer else ()
    draft = case.draft()
    shown = draft.text if draft and request.kind == "reply" else ""
    text = context.text("approve.next", people=people, request=request.id, text=shown, **facts)
    title = context.text("approve.card_title", case=case, kind=request.kind)
    card = to_decide(context.office, request.id, title, ())
    say = Reply(text=text, mentions=tuple(p.id for p in people), card=card)
    return CaseDecision(case, decision, lambda _: (say,))


async def _meant(context: Context, verdict: Verdict) -> tuple[Case, RequestRow]:
    """The one request that is meant, or a Refusal that asks back."""
    said = next(iter(verdict.numbers), None)
    number, shown = quoted_code(context.message) or (None, None)
    request = verdict.request or (shown if said in {None, number} else None)
    if request is not None:
        return await _by_id(context, request)
    number = said or number
    return (
        await _by_number(context, number, verdict.kind)
        if number is not None
        else await _only_one(context, verdict.kind)
    )


async def _by_id(context: Context, request: int) -> tuple[Case, RequestRow]:
    number = await reports.incident_of_request(request)
    if number is None:
        raise Refusal("approve.nothing")
    case = await context.case(number)
    found = next((row for row in case.requests if row.id == request), None)
    if found is None:
        raise Refusal("approve.none_here", case=case)
    return case, found


async def _by_number(context: Context, number: int, kind: str | None) -> tuple[Case, RequestRow]:
    case = await context.case(number)
    pending = case.pending(kind)
    if not pending:
        raise Refusal("approve.none_here", case=case)
    mine = [request for request in pending if may_decide(case, request, context.person)]
    if len(mine) > 1:
        raise Refusal("approve.which_kind", case=case, requests=mine)
    return case, (mine or list(pending))[0]


async def _only_one(context: Context, kind: str | None) -> tuple[Case, RequestRow]:
    waiting = await _pending(context, kind)
    mine = [(case, request) for case, request in waiting if may_decide(case, request, context.person)]
    if len(mine) == 1:
        return mine[0]
    if mine:
        raise Refusal("approve.several", waiting=mine)
    own = [case for case, request in waiting if request.asked_by == context.person.id]
    raise Refusal("approve.own", case=own[0]) if own else Refusal("approve.nothing")


async def _pending(context: Context, kind: str | None) -> list[tuple[Case, RequestRow]]:
    """Everything that waits for a signature."""
    return [
        (case, request)
        for number in await reports.incidents_with_requests()
        for case in (await context.case(number),)
        for request in case.pending(kind)
    ]


async def _waiting_for(context: Context, kind: str | None) -> bool:
    return any(may_decide(case, request, context.person) for case, request in await _pending(context, kind))
