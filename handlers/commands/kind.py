"""`类别 12 意见建议` / `kind 12 suggestion`: set a matter's kind, which chooses the questions for its reply.

Where the regime says so, the tier rises with it.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.tier_announcement import announcement, asking
from handlers.rules.incident.escalation import asks_the_office
from handlers.rules.incident.notes import set_kind, tier_stays
from handlers.rules.language.folding import normalize
from handlers.rules.language.utterance import Utterance
from handlers.rules.people import recusal
from handlers.rules.regime.regime_parts import Kind

VERBS = ("类别", "定性", "kind")
EXAMPLES = {"zh": ("类别 12 意见建议",), "en": ("kind 12 suggestion",)}
KIND_WORDS: dict[str, Kind] = {
    "咨询诉求": "request",
    "诉求": "request",
    "咨询": "request",
    "request": "request",
    "投诉举报": "complaint",
    "投诉": "complaint",
    "举报": "complaint",
    "complaint": "complaint",
    "意见建议": "suggestion",
    "建议": "suggestion",
    "suggestion": "suggestion",
    "信息失实": "disputed",
    "失实": "disputed",
    "disputed": "disputed",
    "集中热议": "surge",
    "热议": "surge",
    "surge": "surge",
}


class Sorting(NamedTuple):
    number: int | None
    kind: Kind | None


def parse(utterance: Utterance) -> Sorting | None:
    found = utterance.command(VERBS)
    return (
        Sorting(found.number, KIND_WORDS.get(normalize(found.rest).casefold().strip("为是。.!！ "))) if found else None
    )


async def handle(context: Context, sorting: Sorting) -> None:
    case = await context.meant(sorting.number, EXAMPLES)
    decision = set_kind(case, context.person, sorting.kind, context.now)
    text = context.text("kind.done", case=case, kind=sorting.kind, stays=tier_stays(case, sorting.kind))
    told = announcement(context.office, case, decision, text)
    if tier := asks_the_office(case, context.person, case.regime.kind_tier(sorting.kind)):
        people = recusal.desk(case.incident.about, case.institution)
        asks = context.text("kind.asks", case=case, kind=sorting.kind, tier=tier, people=people)
        told = asking(told, asks, people)
    await context.commit(case, decision, lambda _: (told,))
