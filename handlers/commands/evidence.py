"""`依据 12` / `evidence 12`: what was approved or refused: by whom, on which platform, at what second, and the text."""

from handlers.common.context import Context
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from storage import audit, files

VERBS = ("依据", "审批记录", "凭据", "evidence")
EXAMPLES = {"zh": ("依据 12",), "en": ("evidence 12",)}
DECISIONS = ("approved", "rejected")


def parse(utterance: Utterance) -> int | bool | None:
    return utterance.about(VERBS)


async def handle(context: Context, number: int | bool) -> None:
    case = await context.meant(number or None, EXAMPLES)
    lines = await audit.history(case.number)
    undone = [line["at"] for line in lines if line["kind"] == "undone" and {*DECISIONS} & {*line["data"]["kinds"]}]
    decided = [line for line in lines if line["kind"] in DECISIONS]
    proofs = await files.facts([id for line in decided for id in line["data"]["subject"].get("files") or ()])
    text = context.text("evidence.all", case=case, lines=decided, files=proofs, undone=undone)
    await context.answer(Reply(text=text), incident=case.number)
