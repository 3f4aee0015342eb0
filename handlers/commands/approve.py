"""`同意` / `approve`, `不同意 12 理由` / `reject 12 reason`: a leader signs a request, or sends it back.

`handlers/rules/incident/waiting.py` chooses the request that is meant, and `reached.py` whether its text had reached
the speaker. `不同意` is never read as `同意`: only the whole sentence counts. A yes whose remark leaves the text alone
goes with its remark to the drafter; one that wants another text, time or check is asked back with two buttons, which
the words `照现稿同意` and `退回` answer as well.
"""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.common import shift_swap
from handlers.common.approval_words import NO, YES, Meaning, read
from handlers.common.as_proposed import as_proposed
from handlers.common.batch import decide_each
from handlers.common.cards import ask_back_card_id, to_ask_back
from handlers.common.context import CaseDecision, Context
from handlers.common.decided import decided
from handlers.common.opinions import must_mean_a_request
from handlers.common.request_message import request_again
from handlers.common.sign_off import ASKED_BACK, remark_of, sign_off
from handlers.common.waiting import matter_named, waiting_for
from handlers.common.whole_words import for_others
from handlers.rules.incident.case import AuditEvent, Case, RequestRow
from handlers.rules.incident.chain import text_to_sign
from handlers.rules.incident.reached import NotReached
from handlers.rules.incident.rejection_reason import give_reason, rejected_without_reason
from handlers.rules.incident.waiting import Pointing, Waiting, request_meant, swap_meant, unclear_about
from handlers.rules.incident.word_order import ANY_REQUEST
from handlers.rules.language.commands import whole
from handlers.rules.language.messages import Message, Reply, points_nowhere, quoted_code, quoted_swap
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal

EXAMPLES = {
    "zh": ("同意 12", "同意 12 13", "同意延期 12", "同意 12，请尽快发布", "不同意 12 语气生硬，请写明日期"),
    "en": (
        "approve 12",
        "approve extension 12",
        "approve 12, please publish it soon",
        "reject 12 name the date, please",
    ),
}
VERBS = (*YES, *NO)
AS_IT_STANDS = (
    "照现稿同意", "按现稿同意", "同意现稿", "照现稿发布", "按现稿发布", "照现稿发", "按现稿发", "approve as it stands",
    "as it stands",
)  # fmt: skip
SEND_BACK = ("退回并附此意见", "退回并附意见", "退回", "back with this remark", "send it back", "send back")


class Answer(NamedTuple):
    """`reason` is the reason of a no or the remark of a yes; `kind` is the kind of request that the verb names."""

    meaning: Meaning
    numbers: tuple[int, ...] = ()
    request: int | None = None
    reason: str = ""
    kind: str | None = None


class SecondAnswer(NamedTuple):
    """A press of a button of the card that asks back. `person` (an id) is for whom it was made."""

    person: str
    answer: Answer


def parse(utterance: Utterance) -> Answer | SecondAnswer | None:
    return _pressed(utterance) or _said(utterance)


def _pressed(utterance: Utterance) -> Answer | SecondAnswer | None:
    buttons: tuple[tuple[str, Meaning], ...] = (
        ("approve", "yes"), ("reject", "no"), ("as_it_stands", "yes"), ("send_back", "no"),
    )  # fmt: skip
    for action, meaning in buttons:
        if found := utterance.pressed(action):
            answer = Answer(meaning, request=int(found[0]))
            return SecondAnswer(found[1], answer) if len(found) > 1 else answer
    return None


def _said(utterance: Utterance) -> Answer | None:
    choices: tuple[tuple[tuple[str, ...], Meaning], ...] = ((AS_IT_STANDS, "yes"), (SEND_BACK, "no"))
    for phrases, meaning in choices:
        if (numbers := whole(utterance.text, phrases)) is not None:
            return Answer(meaning, numbers)
    word = None if as_proposed(utterance) else read(utterance)
    return word and Answer(word.meaning, word.numbers, reason=word.remark, kind=word.kind)


async def handle(context: Context, given: Answer | SecondAnswer) -> None:
    if isinstance(given, SecondAnswer):
        if given.person != context.person.id:
            raise Refusal("approve.not_your_button", asked=given.person)
        await _answer(context, given.answer, second=True)
    else:
        await _answer(context, given)


async def _answer(context: Context, answer: Answer, *, second: bool = False) -> None:
    """Carry out an answer; `second` if it was given on the card that asks back, which does not show the text."""
    pointing = _pointing(context.message, answer)
    await must_mean_a_request(context, pointing)
    waiting = await waiting_for(context, pointing)
    if answer.meaning == "unclear":
        await _ask_back(context, answer, pointing, waiting)
        return
    swap = swap_meant(pointing, waiting)
    if swap is not None:
        await shift_swap.answer(context, swap, answer.meaning, answer.reason)
    elif not await _reason_given_later(context, answer):
        await _decide_requests(context, answer, pointing, waiting, second=second)


def _pointing(message: Message, answer: Answer) -> Pointing:
    if message.quote is not None and message.quote.of_person:  # what a colleague says about a matter is no request
        return Pointing(answer.request, numbers=answer.numbers, kind=answer.kind, lost=not answer.numbers)
    quoted = quoted_code(message), quoted_swap(message)
    lost = points_nowhere(message) and not answer.numbers
    return Pointing(answer.request, *quoted, answer.numbers, answer.kind, lost)


async def _ask_back(context: Context, answer: Answer, pointing: Pointing, waiting: Sequence[Waiting]) -> None:
    """Ask back an answer that is neither yes nor no, if the speaker has something to decide or addressed the bot."""
    if len(answer.numbers) > 1:
        raise Refusal("approve.unclear", number=answer.numbers[0])
    message = context.message
    spoken_to = message.addressed or message.quote is not None
    case = await matter_named(context, pointing)
    meant = unclear_about(pointing, waiting, case, context.person, spoken_to=spoken_to)
    if meant is None:
        await context.answer()
        return
    case, request = meant
    remark = answer.reason or message.text.strip()
    facts = {"case": case, "request": request}
    text = context.text("approve.asked_back", remark=remark, text=text_to_sign(case, request) or "", **facts)
    title = context.text("approve.card_title", **facts)
    card = to_ask_back(context.office, request.id, context.person.id, title)
    event = AuditEvent(ASKED_BACK, {"request": request.id, "remark": remark})
    await context.answer(Reply(text=text, card=card), incident=case.number, events=(event,))


async def _decide_requests(
    context: Context, answer: Answer, pointing: Pointing, waiting: Sequence[Waiting], *, second: bool
) -> None:
    async def one(context: Context, number: int) -> CaseDecision:
        only = Pointing(numbers=(number,), kind=answer.kind)
        return await _meant_and_decided(context, answer, only, (), await context.case(number))

    if len(answer.numbers) > 1:
        await decide_each(context, answer.numbers, one)
        return
    case = await matter_named(context, pointing)
    try:
        move = await _meant_and_decided(context, answer, pointing, waiting, case, second=second)
    except NotReached as refusal:
        await _show_again(context, refusal)
        return
    await context.commit(move.case, move.decision, move.replies)


async def _meant_and_decided(
    context: Context,
    answer: Answer,
    pointing: Pointing,
    waiting: Sequence[Waiting],
    case: Case | None,
    *,
    second: bool = False,
) -> CaseDecision:
    """Decide the request that is meant. If it waits no more, a decision that was said later may have overtaken it."""
    try:
        meant = request_meant(pointing, waiting, case, context.person)
        return await _decided(context, answer, pointing, *meant, second=second)
    except NotReached:
        raise
    except Refusal:
        if case is not None:
            await context.must_be_newest(case.number, frozenset((ANY_REQUEST,)))
        raise


async def _decided(
    context: Context, answer: Answer, pointing: Pointing, case: Case, request: RequestRow, *, second: bool = False
) -> CaseDecision:
    """Decide a request. Who was asked back before and says no without a reason means the remark that they made then."""
    asked_back = await remark_of(context, case, request)
    remark = answer.reason or (asked_back if answer.meaning == "no" else "")
    heard = await sign_off(context, case, request, pointing, remark, second=second)
    move = await decided(context, answer.meaning, case, request, heard)
    if not asked_back:
        return move
    gone = context.text("approve.answered_card")
    update = Reply(text=gone, update=ask_back_card_id(request.id, context.person.id))
    return CaseDecision(move.case, move.decision, lambda written: (*move.replies(written), update))


async def _show_again(context: Context, refusal: NotReached) -> None:
    """Answer with the text that had not reached the speaker, and its two buttons."""
    head = context.text(refusal.sentence, **refusal.facts)
    await context.answer(
        await request_again(context, refusal.case, refusal.request, head), incident=refusal.case.number
    )


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
    reply = await for_others(context, case, Reply(text=text, mentions=(asker,)), answer.reason)
    await context.commit(case, decision, lambda _: (reply,))
    return True
