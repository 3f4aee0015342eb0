"""One command about several incidents: each is decided separately, all in one transaction and one answer."""

from collections.abc import Awaitable, Callable, Sequence

from handlers.common.context import CaseDecision, Context
from handlers.common.word_order import decided_by
from handlers.rules.incident.case import Decision
from handlers.rules.incident.word_order import Overtaken
from handlers.rules.language.messages import Reply
from handlers.rules.refusal import Refusal

Decide = Callable[[Context, int], Awaitable[CaseDecision]]
MOST_AT_ONCE = 100


async def decide_each(context: Context, numbers: Sequence[int], decide: Decide) -> None:
    """Decide each incident and commit all in one answer, which includes the refusals.

    Of more than MOST_AT_ONCE numbers the rest is left undone, which the answer says. A refusal of the only incident is
    raised.
    """
    if len(numbers) == 1:
        move = await decide(context, numbers[0])
        await context.commit(move.case, move.decision, move.replies)
        return
    moves: list[CaseDecision] = []
    refused: list[Reply] = []
    for number in numbers[:MOST_AT_ONCE]:
        try:
            move = await decide(context, number)
            await context.must_be_newest(number, decided_by(move.decision.events))
            moves.append(move)
        except Overtaken as refusal:
            moves.append(await _recorded(context, refusal))
        except Refusal as refusal:
            refused.append(Reply(text=context.text(refusal.sentence, **refusal.facts)))
    if len(numbers) > MOST_AT_ONCE:
        left = context.text("common.numbers_left", number=numbers[MOST_AT_ONCE], most=MOST_AT_ONCE)
        refused.append(Reply(text=left))
    if not moves:
        text = "\n".join(reply.text for reply in refused)
        await context.answer(Reply(text=text))
        return
    await context.commit_all(moves, refused)


async def _recorded(context: Context, refusal: Overtaken) -> CaseDecision:
    """Return the decision that records words which were overtaken, and says so."""
    reply = Reply(text=context.text(refusal.sentence, **refusal.facts))
    case = await context.case(refusal.number or 0)
    return CaseDecision(case, Decision(events=(refusal.record,)), lambda _: (reply,))
