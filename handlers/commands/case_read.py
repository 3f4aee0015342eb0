"""`已阅 12` / `case read 12`: a department has read a case that was issued to it (印发)."""

from handlers.common.context import Context
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.issuing import has_read, unread
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

VERBS = ("已阅", "已阅知", "case read")
EXAMPLES = {"zh": ("已阅 12",), "en": ("case read 12",)}


def parse(utterance: Utterance) -> int | bool | None:
    found = utterance.command(VERBS)
    if found is None or found.rest or not (found.numbers or utterance.message.quote):
        return None
    return found.number or False


async def handle(context: Context, number: int | bool) -> None:
    case = await context.meant(number or None, EXAMPLES)
    decision = has_read(case, context.person)
    left = _left(case, decision)
    text = context.text("case_read.done", case=case, by=context.person.id, left=left)
    await context.commit(case, decision, lambda _: (Reply(text=text),))


def _left(case: Case, decision: Decision) -> tuple[str, ...]:
    own = {duty.owner.partition(":")[2] for duty in case.duties if duty.id in decision.met}
    return tuple(name for name in unread(case) if name not in own)
