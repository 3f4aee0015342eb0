"""`口径 12` · `声明 12` · `通稿 12` / `wording 12` · `statement 12` · `press release 12`: what may be said of a matter.

The answer is the last signed edition, and what waits or is settled besides; until one is signed, that nothing is said.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.handling import with_merged_wording
from handlers.common.request_message import as_file
from handlers.common.wording_verbs import wording_said
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.signers import asked_at_once
from handlers.rules.incident.wording import must_speak_for_itself, settled
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

VERBS = ("审定口径", "settled wording")
EXAMPLES = {"zh": ("口径 12", "声明 12", "通稿 12"), "en": ("wording 12", "statement 12", "press release 12")}


class WordingAsked(NamedTuple):
    kind: str
    number: int | None


def parse(utterance: Utterance) -> WordingAsked | None:
    said = wording_said(utterance)
    return WordingAsked(said.kind, said.number) if said and not said.text else None


async def handle(context: Context, asked: WordingAsked) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    permit(case, context.person, "settled_wording")
    must_speak_for_itself(case)
    found = settled(await with_merged_wording(case))
    own = next((one for one in found if one.kind == asked.kind), None)
    waiting = next(iter(case.pending(asked.kind)), None)
    facts = {"waiting": waiting, "people": asked_at_once(case, waiting) if waiting else ()}
    others = [one for one in found if one.kind != asked.kind]
    text = context.text("settled_wording.given", case=case, kind=asked.kind, own=own, others=others, **facts)
    file = await as_file(context, case, own.text, own.edition, asked.kind) if own else ()
    await context.answer(Reply(text=text, attachments=file), incident=case.number)
