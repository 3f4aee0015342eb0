"""`失败` / `failures`: what was not done of late, with the number by which it can be done again."""

from datetime import timedelta

from handlers.common.context import Context
from handlers.common.failed import facts_of, only_for_the_desk
from handlers.rules.language.commands import whole
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from storage import failures

PHRASES = (
    "失败", "失败清单", "失败列表", "看失败", "哪些失败了", "哪些没办成", "哪些没发出去", "没办成的", "没发出去的",
    "failures", "failed", "list failures", "show failures", "what failed",
)  # fmt: skip
EXAMPLES = {"zh": ("失败",), "en": ("failures",)}
LISTED = timedelta(days=7)
MOST_SHOWN = 15


def parse(utterance: Utterance) -> bool | None:
    return True if whole(utterance.text.rstrip("?？"), PHRASES) == () else None


async def handle(context: Context, _: bool) -> None:
    if not await only_for_the_desk(context, "failures"):
        return
    found = await failures.recent(context.now - LISTED, context.now, MOST_SHOWN + 1)
    numbered = await failures.number_all(found[:MOST_SHOWN])
    facts = {"failed": [facts_of(context.office, one) for one in numbered], "more": len(found) > MOST_SHOWN}
    await context.answer(Reply(text=context.text("failures.list", **facts)))
