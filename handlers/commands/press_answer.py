"""`答媒体 12 检测结果周五公布` / `press answer 12 …`: what the press was answered, by the spokesman or a leader.

It is in signed words where there are any; `答媒体 12 按口径` / `press answer 12 as worded` gives them.
With several inquiries `答媒体 12 第2问 …` / `press answer 12 question 2 …` says which, or the medium does:
`答媒体 12 晨报：…` / `press answer 12 Post: …`.
An answer on a matter that was merged is one on the matter that speaks for it.
"""

import re
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.handling import handling, inquiries, with_merged_wording
from handlers.common.whole_words import for_the_record
from handlers.rules.incident.case import Case
from handlers.rules.incident.inquiries import MeantInquiry, addressed, answered, waiting
from handlers.rules.incident.wording import settled
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.refusal import Refusal

VERBS = ("答媒体", "回复媒体", "答复媒体", "press answer", "answer press")
EXAMPLES = {
    "zh": ("答媒体 12 检测结果周五在官网公布", "答媒体 12 第2问 以官网公告为准", "答媒体 12 按口径"),
    "en": (
        "press answer 12 the result is published on Friday",
        "press answer 12 question 2 see our notice",
        "press answer 12 as worded",
    ),
}
_QUESTION = LazyPattern(r"(?:第\s?(\d{1,3})\s?问|question (\d{1,3})\b)[\s,，:：]*", re.IGNORECASE)


SETTLED = {
    "wording": ("按口径", "照口径", "按统一口径", "口径", "as worded", "the wording"),
    "statement": ("按声明", "照声明", "声明", "the statement"),
    "release": ("按通稿", "照通稿", "通稿", "the press release"),
}
"""What stands for the signed words of a kind."""


class PressAnswer(NamedTuple):
    number: int | None
    question: int | None
    text: str


def parse(utterance: Utterance) -> PressAnswer | None:
    found = utterance.command(VERBS, free=True)
    if found is None or not found.numbers:
        return None
    which = _QUESTION.match(normalize(found.rest))
    rest = found.rest[which.end() :].strip() if which else found.rest
    return PressAnswer(found.number, int(which[1] or which[2]) if which else None, rest)


def _words(case: Case, text: str) -> str:
    """Return an answer's words; those of the signed wording, statement or release where it only names one."""
    said = normalize(text).strip(" 。.").casefold()
    kind = next((kind for kind, phrases in SETTLED.items() if said in phrases), None)
    if kind is None:
        return text
    own = next((one.text for one in settled(case) if one.kind == kind), None)
    if own is None:
        raise Refusal("press_answer.no_wording", case=case)
    return own


async def handle(context: Context, said: PressAnswer) -> None:
    case = await context.meant(said.number, EXAMPLES)
    meant = MeantInquiry(said.question, case.number if case.incident.merged_into else None)
    while case.incident.merged_into:
        case = await context.case(case.incident.merged_into)
    who, owed = await handling(case), waiting(case, await inquiries(case))
    theirs, said_to_them = addressed(said.text, owed)
    worded = await with_merged_wording(case)
    words = _words(worded, said_to_them)
    inquiry, decision = answered(worded, context.person, meant, words, theirs, who)
    facts = {"n": inquiry.n, "question": inquiry.text, "text": words}
    facts["settled"] = decision.events[0].data["settled"]
    text = context.text("press_answer.done", case=case, by=context.person.id, **facts)
    reply = await for_the_record(context, case, Reply(text=text), words)
    await context.commit(case, decision, lambda _: (reply,))
