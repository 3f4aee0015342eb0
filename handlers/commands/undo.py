"""`撤回` · `撤回 12` / `undo`: take back one's last command, within two minutes and if nothing depends on it.

A command about several matters (签收 12 13) is taken back in all of them, or with a number in that one.
"""

from datetime import timedelta

from handlers.common.cards import incident_card_id, request_card_id
from handlers.common.context import Context
from handlers.rules.incident.case import Case
from handlers.rules.incident.ownership import undone
from handlers.rules.language.commands import whole
from handlers.rules.language.messages import Reply, quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from storage import undo
from storage.undo import TOGETHER, UndoableChange

PHRASES = ("撤回", "撤销", "取消", "说错了", "发错了", "undo", "take back")
EXAMPLES = {"zh": ("撤回", "撤回 12"), "en": ("undo", "undo 12")}
WITHIN = timedelta(minutes=2)


def parse(utterance: Utterance) -> int | bool | None:
    """Return the number, False for the last command of all; None if the words are no such command."""
    numbers = whole(utterance.text, PHRASES)
    if (
        numbers is None
        or len(numbers) > 1
        or not (utterance.message.addressed or numbers or utterance.text in ("撤回", "undo"))
    ):
        return None
    return numbers[0] if numbers else False


async def handle(context: Context, number: int | bool) -> None:
    code = quoted_code(context.message)
    wanted = number or (code[0] if code else None)
    words = await undo.of(context.person.id, context.now - WITHIN, wanted)
    if not words:
        raise Refusal("undo.nothing", case=await context.case(wanted) if wanted else None)
    cases = [await context.case(word.number) for word in words]
    for word, case in zip(words, cases, strict=True):
        if case.incident.version != word.version or (len(words) == 1 and TOGETHER & {*word.kinds}):
            raise Refusal("undo.too_late", case=case)
    for word, case in zip(words, cases, strict=True):
        await _take_back(context, case, word, last=word is words[-1])


async def _take_back(context: Context, case: Case, word: UndoableChange, *, last: bool) -> None:
    decision = undone(case, word.kinds, context.now, opening=word.opening)
    reply = Reply(text=context.text("undo.done", case=case, by=context.person.id, kinds=word.kinds))
    await context.take_back(case, decision, reply, _cards(context, case, word), last=last)


def _cards(context: Context, case: Case, word: UndoableChange) -> tuple[Reply, ...]:
    """Remove the buttons of what is taken back."""
    gone = context.text("undo.card")
    if word.opening:
        return (Reply(text=gone, update=incident_card_id(case.number)),)
    asked = {"drafted", "extension asked", "withdrawal asked", "remedy asked", "unanswerable asked"} & {*word.kinds}
    last = [request.id for request in case.pending()][-1:] if asked else []
    return tuple(Reply(text=gone, update=request_card_id(request)) for request in last)
