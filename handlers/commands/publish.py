"""`已发布 12 <link>` / `published 12 <link>`: the approved reply is public, at this address or in this picture."""

from typing import NamedTuple

from handlers.common.cards import request_card_id
from handlers.common.context import Context
from handlers.rules.incident.lifecycle import publish
from handlers.rules.language.messages import Reply, picture_proof
from handlers.rules.language.utterance import Utterance
from handlers.rules.posts import links
from handlers.rules.time import promises

VERBS = ("已发布", "已公开回复", "发布", "published", "publish")
EXAMPLES = {
    "zh": ("已发布 12 https://weibo.com/1234567890/Ab1cD2eF3",),
    "en": ("published 12 https://weibo.com/1234567890/Ab1cD2eF3",),
}


class Publication(NamedTuple):
    number: int | None
    proof: str


def parse(utterance: Utterance) -> Publication | None:
    found = utterance.command(VERBS)
    if found is None:
        return None
    cards = tuple(link.url for link in utterance.message.links)
    return Publication(
        found.number, next(iter((*links.find(found.rest), *cards, *picture_proof(utterance.message))), "")
    )


async def handle(context: Context, asked: Publication) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    draft = case.approved_draft()
    dates = promises.find(draft.text, context.now, case.institution.calendar) if draft else ()
    decision = publish(case, context.person, asked.proof, dates, context.now)
    facts = {"promises": [duty for duty in decision.opened if duty.kind == "promise"], "at": context.now}
    text = context.text("publish.done", case=case, by=context.person.id, proof=asked.proof, **facts)
    gone = context.text("publish.no_mistake")
    cards = tuple(Reply(text=gone, update=request_card_id(change.id)) for change in decision.decided)
    await context.commit(case, decision, lambda _: (Reply(text=text), *cards))
