"""`办结 12 …` / `resolve 12 …`: closes a matter by an answer that the public can read, or by a remedy."""

from typing import NamedTuple

from handlers.cards import incident_card_id, request_card_id
from handlers.rules.incident import resolve
from handlers.rules.messages import Say
from handlers.turn import Said, Turn

VERBS = ("办结", "辦結", "结案", "resolve", "resolved", "close")
EXAMPLES = {
    "zh": ("办结 12 已答复并公布检测结果", "办结 12 整改：更换供货商，食堂停业检修"),
    "en": ("resolve 12 answered, lab results published", "resolve 12 remedied: supplier replaced"),
}
OUTCOMES = {
    "answered": ("已答复", "答复", "已回复", "answered"),
    "remedied": ("已整改", "整改", "已修复", "已解决", "remedied", "mended", "fixed"),
    "adopted": ("已采纳", "采纳", "adopted"),
    "clarified": ("已澄清", "澄清", "clarified"),
}


class Resolution(NamedTuple):
    number: int | None
    outcome: str | None
    result: str


def parse(said: Said) -> Resolution | None:
    found = said.command(VERBS)
    return Resolution(found.number, _outcome(found.rest), found.rest) if found else None


def _outcome(text: str) -> str | None:
    return next((outcome for outcome, words in OUTCOMES.items() if text.casefold().startswith(words)), None)


async def handle(turn: Turn, asked: Resolution) -> None:
    case = await turn.case(turn.number(asked.number, EXAMPLES))
    decision = resolve(case, turn.person, asked.outcome, asked.result, turn.now)
    facts = {"case": case, "by": turn.person.id, "outcome": decision.changes["outcome"], "at": turn.now}
    cards = [incident_card_id(case.number), *(request_card_id(change.id) for change in decision.decided)]
    await turn.commit(
        case,
        decision,
        lambda _: (
            Say(text=turn.text("resolve.done", result=asked.result, **facts)),
            *(Say(text=turn.text("resolve.card", **facts), update=card) for card in cards),
        ),
    )
