"""`已发布 12 <link>` / `published 12 <link>`: the approved reply is public, at this address or in this picture."""

from typing import NamedTuple

from handlers.common.cards import incident_card_id, request_card_id
from handlers.common.context import Context
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.lifecycle import publish, published_promises
from handlers.rules.incident.reply_check import is_final
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
    met = [duty for duty in case.duties if duty.id in decision.met and duty.kind == "reply"]
    told = context.text("publish.done", case=case, by=context.person.id, proof=asked.proof, met=met, **facts)
    settled = published_promises(case, draft.text if draft else "", dates, context.now)
    shown = {"kept": settled.kept, "moved": settled.moved, "left": settled.left}
    kept = context.text("publish.promises", now=context.now, **shown)
    last = _what_follows(context, case, decision, final=settled.settles and bool(draft and is_final(draft.text)))
    text = "\n".join(line for line in (told, kept, last) if line)
    await context.commit(case, decision, lambda _: (Reply(text=text), *_cards(context, case, decision)))


def _what_follows(context: Context, case: Case, decision: Decision, *, final: bool) -> str:
    """Return that the matter is closed as well, because its remedy is signed, or how to close it."""
    if decision.changes["stage"] == "resolved":
        return context.text(
            "resolve.closed", case=case, result=decision.changes["result"], at=context.now, answered=True
        )
    return context.text("publish.then", case=case, final=final)


def _cards(context: Context, case: Case, decision: Decision) -> tuple[Reply, ...]:
    """Take the buttons off the requests that end, and off the matter if it closes."""
    gone = context.text("publish.no_mistake")
    requests = tuple(Reply(text=gone, update=request_card_id(change.id)) for change in decision.decided)
    if decision.changes["stage"] != "resolved":
        return requests
    facts = {"by": context.person.id, "outcome": decision.changes["outcome"], "at": context.now}
    return (
        *requests,
        Reply(text=context.text("resolve.card", case=case, **facts), update=incident_card_id(case.number)),
    )
