"""`签收 12` · `签收 12 13` / `ack 12`: a department takes a matter on. The answer names what is owed next.

`收到，马上处理` counts as one if the speaker's department owes exactly one acknowledgement.
"""

import re
from typing import NamedTuple

from handlers.common.batch import decide_each
from handlers.common.cards import incident_card_id
from handlers.common.context import CaseDecision, Context
from handlers.rules.incident.lifecycle import acknowledge
from handlers.rules.language.commands import asks
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply, quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from storage import reports

ALREADY = "已签收"
VERBS = ("签收", ALREADY, "接收", "acknowledge", "ack")
EXAMPLES = {"zh": ("签收 12", "签收 12 13"), "en": ("ack 12", "ack 12 13")}
_RECEIPT = re.compile(
    r"(?:收到|好的?|明白|知道了|嗯+)[\s,，。!！~]*(?:我们?|我处|我科|这边|本部门)?(?:马上|立即|立刻|这就|尽快|现在就?|今天就?)"
    r"(?:去|来|安排)?(?:处理|办理|核实|落实|跟进|办|查|看看?|处置|去看)(?:一下)?[\s。.!！~]*"
    r"|(?:got it|received|noted)?[\s,，.!]*(?:on it|will do|we are on it)[\s.!]*",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?:收到|已收到|received|got it)[\s。.!！~]*", re.IGNORECASE)


class Acknowledgement(NamedTuple):
    """`implied` if the words only say that the matter arrived and is being worked on."""

    numbers: tuple[int, ...] = ()
    implied: bool = False


def parse(utterance: Utterance) -> Acknowledgement | None:
    if pressed := utterance.pressed("acknowledge"):
        return Acknowledgement((int(pressed[0]),))
    found = utterance.command(VERBS, many=True)
    if found and not (found.verb == ALREADY and not found.numbers) and not asks(utterance.text):
        return Acknowledgement(found.numbers)
    text, message = normalize(utterance.text), utterance.message
    bare = _BARE.fullmatch(text) and (message.addressed or message.quote)
    return Acknowledgement(implied=True) if bare or _RECEIPT.fullmatch(text) else None


async def handle(context: Context, receipt: Acknowledgement) -> None:
    numbers = receipt.numbers or await _implied(context, receipt)
    if numbers == () and receipt.implied:
        await context.answer()
        return
    await decide_each(context, numbers or await context.numbers((), EXAMPLES), _acknowledge)


async def _acknowledge(context: Context, number: int) -> CaseDecision:
    case = await context.case(number)
    decision = acknowledge(case, context.person, context.now)
    facts = {"case": case, "by": context.person.id, "at": context.now}
    done = Reply(text=context.text("acknowledge.done", **facts))
    card = Reply(text=context.text("acknowledge.card", **facts), update=incident_card_id(number))
    return CaseDecision(case, decision, lambda _: (done, card))


async def _implied(context: Context, receipt: Acknowledgement) -> tuple[int, ...] | None:
    """Return the only matter that 收到 or a bare 签收 can mean, () if there is none; Refusal if there are several."""
    person = context.person
    owed = await reports.owed_acknowledgements((person.department,)) if person.department else []
    code = quoted_code(context.message)
    if code is not None:
        return (code[0],) if code[0] in owed or not receipt.implied else ()
    if len(owed) > 1:
        raise Refusal("acknowledge.several", numbers=owed)
    return tuple(owed)
