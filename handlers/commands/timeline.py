"""`时间线 12` / `timeline 12`: in whose hands a matter was, minute by minute, beside the public's clock."""

from datetime import timedelta

from handlers.common.context import Turn
from handlers.rules.figures.holding_times import stretches, totals
from handlers.rules.language.messages import Say
from handlers.rules.language.utterance import Said
from storage import reports

VERBS = ("时间线", "经过", "谁的手里", "timeline")
A_MINUTE = timedelta(minutes=1)
EXAMPLES = {"zh": ("时间线 12",), "en": ("timeline 12",)}


def parse(said: Said) -> int | bool | None:
    return said.about(VERBS)


async def handle(turn: Turn, number: int | bool) -> None:
    case = await turn.meant(number or None, EXAMPLES)
    end = case.incident.resolved_at or turn.now
    held = stretches(await reports.holdings([case.number]), end)
    shown = [one for one in held if one.length >= A_MINUTE] or held
    text = turn.text("timeline.all", case=case, held=shown, totals=totals(held), end=end)
    await turn.answer(Say(text=text), incident=case.number)
