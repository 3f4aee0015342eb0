"""`合稿 12` / `collect 12`: the parts of the helping departments, side by side, for those who write and sign the reply.

They are words among colleagues: nothing is drafted by that, the lead writes what the public gets.
"""

from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.given_parts import on_record
from handlers.rules.incident.parts import missing
from handlers.rules.incident.permissions import permit
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from storage import audit

VERBS = ("合稿", "汇稿", "collect")
EXAMPLES = {"zh": ("合稿 12",), "en": ("collect 12",)}


def parse(utterance: Utterance) -> int | bool | None:
    return utterance.about(VERBS)


async def handle(context: Context, number: int | bool) -> None:
    case = await context.meant(number or None, EXAMPLES)
    permit(case, context.person, "collect")
    parts = on_record(await audit.history(case.number))
    if not parts:
        raise Refusal("collect.nothing", case=case, missing=missing(case))
    text = context.text("collect.all", case=case, parts=parts, missing=missing(case))
    reply = await for_others(context, case, Reply(text=text), *(one.text or "" for one in parts))
    await context.answer(reply, incident=case.number)
