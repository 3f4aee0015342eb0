"""`值班` / `on duty`: who is on duty now, and in the coming days."""

from datetime import timedelta

from handlers.common.context import Context
from handlers.common.on_duty import current_rosters
from handlers.rules.language.commands import whole
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from storage import shift_swaps

PHRASES = (
    "值班",
    "值班表",
    "排班",
    "排班表",
    "谁值班",
    "今天谁值班",
    "现在谁值班",
    "on duty",
    "roster",
    "who is on duty",
)
EXAMPLES = {"zh": ("值班",), "en": ("on duty",)}
DAYS = timedelta(days=6)


def parse(utterance: Utterance) -> bool | None:
    return True if whole(utterance.text.rstrip("?？"), PHRASES) == () else None


async def handle(context: Context, _: bool) -> None:
    found = await current_rosters(context.office, context.now)
    if not found:
        raise Refusal("roster.not_set")
    asked, texts = await shift_swaps.waiting(context.now), []
    for one in found:
        today = one.calendar.local(context.now).date()
        coming = [shift for shift in one.between(today, today + DAYS) if shift.begins > context.now]
        facts = {"name": one.roster.name, "asked": [row for row in asked if row.roster == one.roster.name]}
        texts.append(context.text("roster.shown", now_on=one.at(context.now), shifts=coming, **facts))
    await context.answer(Reply(text="\n\n".join(texts)))
