"""`口径 12 …` · `声明 12 …` · `通稿 12 …` / `wording 12 …` · `statement 12 …` · `press release 12 …`: what may be said.

It goes to its signers, and a newer one replaces an older one that waits. Nobody uses it before it is signed.
"""

from msgspec.structs import replace

from handlers.common.cards import request_card_id, to_decide
from handlers.common.context import Context
from handlers.common.request_message import as_file
from handlers.common.wording_verbs import BY_KIND, WordingSaid, wording_said
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.chain_steps import needs_words, steps_from
from handlers.rules.incident.signers import all_asked
from handlers.rules.incident.wording import editions, word
from handlers.rules.language.messages import Reply
from handlers.rules.language.text_diff import differences
from handlers.rules.language.utterance import Utterance
from storage.changes import Written

VERBS = tuple(verb for verbs in BY_KIND.values() for verb in verbs)
EXAMPLES = {
    "zh": ("口径 12 该批次已停用，检测结果周五公布。", "声明 12 我校已启动调查。", "通稿 12 食堂即日起停用该批次。"),
    "en": (
        "wording 12 The batch is withdrawn, the result comes on Friday.",
        "statement 12 We look into it at once.",
        "press release 12 The canteen has withdrawn the batch.",
    ),
}  # fmt: skip
MOST_CHANGES = 8


def parse(utterance: Utterance) -> WordingSaid | None:
    said = wording_said(utterance)
    return said if said and said.text else None


async def handle(context: Context, said: WordingSaid) -> None:
    case = await context.meant(said.number, EXAMPLES)
    decision = word(case, context.person, said.kind, said.text)
    edition = len(editions(case, said.kind)) + 1
    file = await as_file(context, case, said.text, edition, said.kind)

    def replies(written: Written) -> tuple[Reply, ...]:
        return (replace(_request(context, case, decision, said, written.request or 0), attachments=file),)

    gone = context.text("wording.overtaken")
    overtaken = [Reply(text=gone, update=request_card_id(change.id)) for change in decision.decided]
    await context.commit(case, decision, replies, before=lambda _: overtaken)


def _request(context: Context, case: Case, decision: Decision, said: WordingSaid, request: int) -> Reply:
    asked = decision.requested.subject if decision.requested else {}
    steps, people = steps_from(asked["chain"]), all_asked(case, said.kind, context.person, asked)
    last = editions(case, said.kind)[-1:]
    changed = differences(str(last[0].subject.get("text", "")), said.text)[:MOST_CHANGES] if last else ()
    facts = {"case": case, "kind": said.kind, "edition": asked["edition"]}
    more = {"request": request, "people": people, "text": said.text, "steps": needs_words(steps)}
    shown = context.text("wording.ask", by=context.person.id, changed=changed, **more, **facts)
    card = to_decide(context.office, request, context.text("wording.card_title", **facts), ())
    return Reply(text=shown, mentions=tuple(one.id for one in people), card=card)
