"""`同意` / `approve`, `不同意 12 理由` / `reject 12 reason`: a leader signs a request, or sends it back.

`handlers/rules/incident/waiting.py` chooses the request that is meant. `不同意` is never read as `同意`: only the whole
sentence counts. `同意，但请写明日期` is a yes whose remark goes to the drafter; a yes under a condition is asked back.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from handlers.common import shift_swap
from handlers.common.approval_words import NO, YES, Meaning, read
from handlers.common.batch import decide_each
from handlers.common.cards import incident_card_id, request_card_id, to_decide
from handlers.common.context import CaseDecision, Context
from handlers.common.waiting import matter_named, waiting_for
from handlers.rules.incident.approval import SignOff, approve, give_reason, reject, rejected_without_reason
from handlers.rules.incident.case import Case, Decision, RequestRow
from handlers.rules.incident.closing import public_lack
from handlers.rules.incident.promise_keeping import open_promises
from handlers.rules.incident.waiting import Pointing, Waiting, ask_back, request_meant, swap_meant
from handlers.rules.language.messages import Message, Reply, quoted_code, quoted_swap
from handlers.rules.language.utterance import Utterance

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


class Answer(NamedTuple):
    """`reason` is the reason of a no or the remark of a yes; `kind` is the kind of request that the verb names."""

    meaning: Meaning
    numbers: tuple[int, ...] = ()
    request: int | None = None
    reason: str = ""
    kind: str | None = None


def parse(utterance: Utterance) -> Answer | None:
    if pressed := utterance.pressed("approve"):
        return Answer("yes", request=int(pressed[0]))
    if pressed := utterance.pressed("reject"):
        return Answer("no", request=int(pressed[0]))
    word = read(utterance.text)
    return word and Answer(word.meaning, word.numbers, reason=word.remark, kind=word.kind)


async def handle(context: Context, answer: Answer) -> None:
    pointing = _pointing(context.message, answer)
    waiting = await waiting_for(context, pointing)
    swap = swap_meant(pointing, waiting)
    if answer.meaning == "unclear":
        await _ask_back(context, pointing, waiting)
    elif swap is not None:
        await shift_swap.answer(context, swap, answer.meaning, answer.reason)
    elif not await _reason_given_later(context, answer):
        await _decide_requests(context, answer, pointing, waiting)


def _pointing(message: Message, answer: Answer) -> Pointing:
    quoted = quoted_code(message), quoted_swap(message)
    return Pointing(answer.request, *quoted, answer.numbers, answer.kind)


async def _ask_back(context: Context, pointing: Pointing, waiting: Sequence[Waiting]) -> None:
    """Ask back an answer that is neither yes nor no, if the speaker has something to decide or addressed the bot."""
    message = context.message
    refusal = ask_back(pointing, waiting, spoken_to=message.addressed or message.quote is not None)
    if refusal is not None:
        raise refusal
    await context.answer()


async def _decide_requests(context: Context, answer: Answer, pointing: Pointing, waiting: Sequence[Waiting]) -> None:
    async def one(context: Context, number: int) -> CaseDecision:
        only = Pointing(numbers=(number,), kind=answer.kind)
        return _decided(context, answer, *request_meant(only, (), await context.case(number), context.person))

    if len(answer.numbers) > 1:
        await decide_each(context, answer.numbers, one)
        return
    case = await matter_named(context, pointing)
    move = _decided(context, answer, *request_meant(pointing, waiting, case, context.person))
    await context.commit(move.case, move.decision, move.replies)


def _decided(context: Context, answer: Answer, case: Case, request: RequestRow) -> CaseDecision:
    heard = SignOff(context.message.sent_at, context.message.channel, answer.reason)
    facts: dict[str, Any] = {"case": case, "by": context.person.id, "kind": request.kind, "at": context.now}
    if answer.meaning == "yes":
        return _approved(
            context, case, request, approve(case, request, context.person, heard, context.now), facts, heard
        )
    decision = reject(case, request, context.person, heard)
    text = context.text("approve.rejected", asker=request.asked_by, reason=heard.remark, **facts)
    card = context.text("approve.rejected_card", reason=heard.remark, **facts)
    replies = (Reply(text=text, mentions=(request.asked_by,)), Reply(text=card, update=request_card_id(request.id)))
    return CaseDecision(case, decision, lambda _: replies)


def _approved(
    context: Context, case: Case, request: RequestRow, decision: Decision, facts: dict[str, Any], heard: SignOff
) -> CaseDecision:
    if decision.decided[0].state is None:
        return _next_step(context, case, request, decision, {**facts, "remark": heard.remark})
    moved = decision.moved[0].due.at if decision.moved else None
    more = {"asker": request.asked_by, "subject": request.subject, "moved": moved, "remark": heard.remark}
    more["after"] = _what_follows(context, case, request, decision)
    text = context.text("approve.granted", **more, **facts)
    card = context.text("approve.granted_card", **facts)
    gone = (incident_card_id(case.number),) if decision.changes.get("stage") in ("withdrawn", "resolved") else ()
    replies = (
        Reply(text=text, mentions=(request.asked_by,)),
        *(Reply(text=card, update=id) for id in (request_card_id(request.id), *gone)),
    )
    return CaseDecision(case, decision, lambda _: replies)


def _what_follows(context: Context, case: Case, request: RequestRow, decision: Decision) -> str:
    """Return what a signed remedy or excuse brings: the matter's closing, or what it still lacks."""
    if decision.changes.get("stage") == "resolved":
        facts = {
            "result": decision.changes["result"],
            "at": context.now,
            "answered": case.incident.replied_at is not None,
        }
        return context.text("resolve.closed", case=case, **facts)
    if request.kind == "remedy":
        return context.text("resolve.still_lacks", case=case, lack=public_lack(case), promises=open_promises(case))
    return context.text("unanswerable.then", case=case) if request.kind == "unanswerable" else ""


async def _reason_given_later(context: Context, answer: Answer) -> bool:
    """Pass on the reason of `不同意 1 理由` after a rejection by button, which has none; False if it is not that."""
    if answer.meaning == "yes" or not answer.reason or len(answer.numbers) != 1:
        return False
    case = await context.case(answer.numbers[0])
    rejected = rejected_without_reason(case, context.person, answer.kind)
    if rejected is None:
        return False
    asker = rejected.asked_by
    facts = {"by": context.person.id, "kind": rejected.kind, "reason": answer.reason, "asker": asker}
    text = context.text("approve.reason", case=case, **facts)
    decision = give_reason(rejected, answer.reason)
    await context.commit(case, decision, lambda _: (Reply(text=text, mentions=(asker,)),))
    return True


def _next_step(
    context: Context, case: Case, request: RequestRow, decision: Decision, facts: dict[str, Any]
) -> CaseDecision:
    """Ask the next signer, with the whole text and buttons again instead of a reference to an earlier message."""
    signer = context.person_of(str(decision.changes["holder"]).partition(":")[2])
    people = (signer,) if signer else ()
    draft = case.draft()
    shown = draft.text if draft and request.kind == "reply" else ""
    text = context.text("approve.next", people=people, request=request.id, text=shown, **facts)
    title = context.text("approve.card_title", case=case, kind=request.kind)
    card = to_decide(context.office, request.id, title, ())
    reply = Reply(text=text, mentions=tuple(p.id for p in people), card=card)
    return CaseDecision(case, decision, lambda _: (reply,))
