"""`签收 12` · `签收 12 13` / `ack 12`: a department takes a matter on. The answer names what is owed next.

`收到，马上处理` counts as one if the speaker's department owes exactly one acknowledgement; `签收 12 不归我们管` takes
nothing on. The words are in `handlers/common/receipt_words.py`.
"""

from collections.abc import Collection
from typing import NamedTuple

from handlers.common.batch import decide_each
from handlers.common.cards import incident_card_id
from handlers.common.context import CaseDecision, Context
from handlers.common.receipt_words import VERBS, read
from handlers.rules.incident.lifecycle import acknowledge
from handlers.rules.incident.next_duty import next_duty, owed_after
from handlers.rules.language.messages import Reply, points_nowhere, quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from storage import reports

__all__ = ["EXAMPLES", "VERBS", "handle", "parse"]

EXAMPLES = {"zh": ("签收 12", "签收 12 13"), "en": ("ack 12", "ack 12 13")}


class Acknowledgement(NamedTuple):
    """`implied` if the words only say that the matter arrived and is being worked on."""

    numbers: tuple[int, ...] = ()
    implied: bool = False


class DoubtfulAcknowledgement(NamedTuple):
    """A verb and numbers with words that may say the opposite."""

    numbers: tuple[int, ...]
    words: str


def parse(utterance: Utterance) -> Acknowledgement | DoubtfulAcknowledgement | None:
    if pressed := utterance.pressed("acknowledge"):
        return Acknowledgement((int(pressed[0]),))
    receipt = read(utterance)
    if receipt is None:
        return None
    if receipt.doubt:
        return DoubtfulAcknowledgement(receipt.numbers, receipt.doubt)
    return Acknowledgement(receipt.numbers, receipt.implied)


async def handle(context: Context, receipt: Acknowledgement | DoubtfulAcknowledgement) -> None:
    if isinstance(receipt, DoubtfulAcknowledgement):
        raise Refusal("acknowledge.doubtful", number=receipt.numbers[0], words=receipt.words)
    numbers = await _meant(context, receipt)
    if not numbers and receipt.implied:
        if context.message.addressed:
            raise Refusal("acknowledge.nothing_owed")
        await context.answer()
        return
    await decide_each(context, numbers or await context.numbers((), EXAMPLES), _acknowledge)


async def _acknowledge(context: Context, number: int) -> CaseDecision:
    case = await context.case(number)
    decision = acknowledge(case, context.person, context.now)
    facts = {"case": case, "by": context.person.id, "at": context.now}
    owed, coming = owed_after(case, decision), next_duty(case, decision)
    done = Reply(text=context.text("acknowledge.done", owed=owed, coming=coming, **facts))
    card = Reply(
        text=context.text("acknowledge.card", **{**facts, "at": context.acted_in(case)}),
        update=incident_card_id(number),
    )
    return CaseDecision(case, decision, lambda _: (done, card))


async def _meant(context: Context, receipt: Acknowledgement) -> tuple[int, ...]:
    """Return what is taken on, () if nothing; Refusal if several may be meant, or if what is quoted names none.

    Words that only imply it (收到12) take on what the speaker's department owes an acknowledgement for; overheard, they
    are talk among colleagues otherwise.
    """
    if receipt.numbers and not receipt.implied:
        return receipt.numbers
    owed = await reports.owed_acknowledgements((context.person.department,)) if context.person.department else []
    code = quoted_code(context.message)
    if named := receipt.numbers or ((code[0],) if code else ()):
        return named if _is_meant(context, receipt, {*named} & {*owed}) else ()
    if owed and points_nowhere(context.message):
        raise Refusal("acknowledge.quoted_nothing", numbers=owed)
    if len(owed) > 1:
        raise Refusal("acknowledge.several", numbers=owed)
    return tuple(owed)


def _is_meant(context: Context, receipt: Acknowledgement, owed: Collection[int]) -> bool:
    """Return whether words with a number are a receipt, and no talk among colleagues."""
    return bool(owed) or not receipt.implied or context.message.addressed
