"""`重试 5` / `retry 5`: handle a message again that could not be handled.

Its sender gets the answer, behind a line that says that it is late.
"""

from handlers.common.context import Context
from handlers.common.failed import numbered_failure, only_for_the_desk, retried
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal

VERBS = ("重试", "再试", "重办消息", "再办消息", "retry", "try again")
EXAMPLES = {"zh": ("重试 5",), "en": ("retry 5",)}


def parse(utterance: Utterance) -> int | None:
    """Return the number of the failure; 0 if none is named."""
    return numbered_failure(utterance, VERBS)


async def handle(context: Context, number: int) -> None:
    if not await only_for_the_desk(context, "retry"):
        return
    if not number:
        raise Refusal("retry.which")
    if not await retried(context, number):
        raise Refusal("retry.no_such", number=number)
