"""A picture or file that belongs to a matter: `附件 12` / `attach 12` with it, or a picture sent as the quote's reply.

It is kept with the incident. A picture with none of these opens a new incident (`handlers/commands/forward.py`).
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.rules.incident import notes
from handlers.rules.language.incident_numbers import take_numbers
from handlers.rules.language.messages import Reply, quoted_code
from handlers.rules.language.utterance import Utterance
from storage import files

VERBS = ("附件", "附图", "补图", "补充材料", "attachment", "attach")
EXAMPLES = {"zh": ("附件 12",), "en": ("attach 12",)}


class Attached(NamedTuple):
    number: int | None


def parse(utterance: Utterance) -> Attached | None:
    if utterance.message.press is not None:
        return None
    found = utterance.command(VERBS)
    if found is not None and not found.rest:
        return Attached(found.number)
    if not utterance.message.attachments:
        return None
    numbers, rest = take_numbers(utterance.text)
    if not rest.strip() and (numbers or (not utterance.text and quoted_code(utterance.message))):
        return Attached(numbers[0] if numbers else None)
    return None


async def handle(context: Context, attached: Attached) -> None:
    case = await context.meant(attached.number, EXAMPLES)
    kept = await files.facts([one.id for one in context.message.attachments if one.id is not None])
    decision = notes.attached(case, [{"id": one.id, "name": one.name, "digest": one.digest} for one in kept])
    text = context.text("attach.done", case=case, names=[one.name for one in kept])
    await context.commit(case, decision, lambda _: (Reply(text=text),))
