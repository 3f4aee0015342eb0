"""`时间线 12` / `timeline 12`: who held a matter from when to when, beside the time since the post."""

from datetime import timedelta

from handlers.common.context import Context
from handlers.rules.figures.holding_times import stretches, totals
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from storage import reports

VERBS = ("时间线", "经过", "谁的手里", "timeline")
SHORTEST_SHOWN = timedelta(minutes=1)
EXAMPLES = {"zh": ("时间线 12",), "en": ("timeline 12",)}


def parse(utterance: Utterance) -> int | bool | None:
    return utterance.about(VERBS)


async def handle(context: Context, number: int | bool) -> None:
    case = await context.meant(number or None, EXAMPLES)
    end = case.incident.resolved_at or context.now
    held = stretches(await reports.holdings([case.number]), end)
    shown = [one for one in held if one.length >= SHORTEST_SHOWN] or held
    text = context.text("timeline.all", case=case, held=shown, totals=totals(held), end=end)
    await context.answer(Reply(text=text), incident=case.number)
