"""`撤回` · `撤回 12` / `undo`: take back one's last command, within two minutes and if nothing depends on it.

An undo that is handled late is of the last command before it was said, within two minutes then. If its speaker did
something after saying it, nothing is taken back, and they are told.

What cannot be taken back, such as an objection (异议), keeps the command before it from being taken back unnamed.

A command about several matters (签收 12 13) is taken back in all of them, or with a number in that one. Who had been
told of it is told again, who owes something again is called, and a request that waits again is put before its signer
at once, with its buttons.
"""

from datetime import timedelta

from handlers.common.cards import incident_card_id, request_card_id
from handlers.common.context import Context
from handlers.common.request_message import request_again
from handlers.common.restored import requests_gone, restored, waiting_again
from handlers.common.undo_notice import undo_notice
from handlers.common.undoable import must_be_latest
from handlers.rules.incident.case import Case, RequestRow
from handlers.rules.incident.ownership import undone
from handlers.rules.incident.permissions import permit_undo
from handlers.rules.incident.signers import asked_at_once
from handlers.rules.language.commands import whole
from handlers.rules.language.messages import Reply, points_nowhere, quoted_code
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
    wanted = _wanted(context, number)
    await context.must_be_last_deed(wanted)
    words = await undo.of(context.person.id, context.said_at - WITHIN, wanted)
    if not words:
        raise Refusal("undo.nothing", case=await context.case(wanted) if wanted else None)
    await must_be_latest(context, wanted, words, context.said_at - WITHIN)
    cases = [await context.case(word.number) for word in words]
    for word, case in zip(words, cases, strict=True):
        permit_undo(case, context.person, ("opened",) if word.opening else word.kinds)
        if case.incident.version != word.version or (len(words) == 1 and TOGETHER & {*word.kinds}):
            raise Refusal("undo.too_late", case=case)
        _must_not_uncount(context, case, word)
    for word, case in zip(words, cases, strict=True):
        await _take_back(context, case, word, last=word is words[-1])


def _must_not_uncount(context: Context, case: Case, word: UndoableChange) -> None:
    """Raise Refusal if a unit would take a matter out of its own count, which a leader of the office has to sign."""
    if word.opening and case.incident.unit and case.incident.unit == context.of_unit:
        raise Refusal("unit.undo", case=case)


def _wanted(context: Context, number: int | bool) -> int | None:
    """Return the matter that is named or quoted, None for the last one. Refusal if the quote cannot be read."""
    if not number and points_nowhere(context.message):
        raise Refusal("undo.which")
    code = quoted_code(context.message)
    return int(number) or (code[0] if code else None)


async def _take_back(context: Context, case: Case, word: UndoableChange, *, last: bool) -> None:
    decision, before = undone(case, word.kinds, context.now, opening=word.opening), restored(case, word)
    told, row = await undo_notice(context, case, before, word), before.incident
    moved = row.department != case.incident.department
    facts = {"told": told.people, "owed": told.owed, "moved": moved, "to": row.department, "outside": row.outside}
    text = context.text("undo.done", case=case, by=context.person.id, kinds=word.kinds, **facts)
    reply = Reply(text=text, mentions=told.mentions)
    again = [await _put_again(context, before, request) for request in waiting_again(before, word)]
    updates = (*_cards(context, case, word), *again)
    also = {place: Reply(text=text) for place in told.groups}
    for place, people in told.off.items():
        off = context.text("undo.off", case=case, by=context.person.id, kinds=word.kinds, people=people)
        also[place] = Reply(text=off, mentions=tuple(one.id for one in people))
    if told.back:
        back = context.text("undo.back", case=before, owed=told.owed)
        also[told.back] = Reply(text=back, mentions=told.owing_again)
    await context.take_back(case, decision, reply, updates, also=also, last=last)


async def _put_again(context: Context, case: Case, request: RequestRow) -> Reply:
    """Put a request before its signer again: a new message, because the buttons of the old one are gone."""
    asked = asked_at_once(case, request)
    head = context.text("undo.again", case=case, request=request)
    return await request_again(context, case, request, head, asked)


def _cards(context: Context, case: Case, word: UndoableChange) -> tuple[Reply, ...]:
    """Remove the buttons of what is taken back."""
    gone = context.text("undo.card")
    if word.opening:
        return (Reply(text=gone, update=incident_card_id(case.number)),)
    return tuple(Reply(text=gone, update=request_card_id(one.id)) for one in requests_gone(case, word))
