"""`仍在 12` / `still 12`: the published answer can still be read; also by the button, or a picture quoting the request.

`都还在` / `all still there` confirms every answer that the speaker is to look at now.

Who published it is asked some days later (`handlers/timed/still_public.py`). `handlers/commands/gone.py` is the no.
"""

import re
from typing import NamedTuple

from handlers.common.batch import decide_each
from handlers.common.cards import check_card_id
from handlers.common.context import CaseDecision, Context
from handlers.common.proofs import proof_sent
from handlers.rules.incident.publication_checks import LAST_DAY, is_doubted, open_checks
from handlers.rules.incident.standing import confirm
from handlers.rules.language.commands import asks, courteous
from handlers.rules.language.folding import normalize
from handlers.rules.language.incident_numbers import take_numbers
from handlers.rules.language.messages import Message, Reply, quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.refusal import Refusal
from storage import audit, publications

VERBS = (
    "仍在", "还在", "仍可见", "仍能看到", "还能看到", "还看得到", "仍看得到", "still there", "still public", "still up",
    "still visible", "still",
)  # fmt: skip
EXAMPLES = {"zh": ("仍在 12",), "en": ("still 12",)}


_ALL = LazyPattern(
    r"(?:都|全都?|全部都?|所有的?都?)(?:仍然?|还|依然|依旧)?(?:在|看得到|能看到|看得见|可见)(?:着|的|了|呢)?[\s。.!！]*"
    r"|(?:they are |they're )?all (?:of them )?(?:are )?(?:still )?(?:there|public|up|visible)[\s.!]*",
    re.IGNORECASE,
)


class Confirmation(NamedTuple):
    """`all` if it is about every answer that the speaker is to look at now."""

    number: int | None
    all: bool = False


def parse(utterance: Utterance) -> Confirmation | None:
    message = utterance.message
    if pressed := utterance.pressed("stand"):
        return Confirmation(int(pressed[0]))
    if utterance.pointed and not message.attachments and _ALL.fullmatch(normalize(courteous(utterance.text))):
        return Confirmation(None, all=True)
    found = utterance.command(VERBS)
    if found is not None and not found.rest and not asks(utterance.text):
        return Confirmation(found.number) if found.numbers or message.quote or message.addressed else None
    return _picture_alone(message, utterance.text)


def _picture_alone(message: Message, text: str) -> Confirmation | None:
    """Return a confirmation that is only a picture, quoting the bot's request for it."""
    code = quoted_code(message)
    shown = any(one.kind == "picture" for one in message.attachments)
    if code is None or not shown or take_numbers(text)[1].strip():
        return None
    quoted = message.quote.text if message.quote else ""
    asked_for = re.search(rf"(?:仍在|still)\s*{code[0]}(?!\d)", quoted)
    return Confirmation(code[0]) if asked_for else None


async def handle(context: Context, asked: Confirmation) -> None:
    if asked.all:
        until = context.said_at + LAST_DAY
        numbers: list[int] = await publications.checks_due(until, f"person:{context.person.id}")
        if not numbers:
            raise Refusal("stand.nothing")
        await decide_each(context, numbers, _confirmed)
        return
    case = await context.meant(asked.number, EXAMPLES)
    move = await _confirmed(context, case.number)
    await context.commit(move.case, move.decision, move.replies)


async def _confirmed(context: Context, number: int) -> CaseDecision:
    case = await context.case(number)
    sent = await proof_sent(context.message)
    context.files_asked_for = sent.proof.missing
    looks = await audit.looks(case.number)
    doubted = any(is_doubted(looks.get(duty.id)) for duty in open_checks(case))
    decision = confirm(case, context.person, sent.proof, sent.seen, context.said_at, doubted=doubted)
    facts = {"case": case, "by": context.person.id, "at": context.acted_in(case)}
    text = context.text("stand.done", **facts)
    cards = [Reply(text=context.text("stand.card", **facts), update=check_card_id(id)) for id in decision.met]
    return CaseDecision(case, decision, lambda _: (Reply(text=text), *cards))
