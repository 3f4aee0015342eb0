"""`纪要 12 …` / `minutes 12 …`: the minutes of the meeting that was called; each decision is a line of its own.

    纪要 12 到会四人，同意先停用该批次。
    决定：总务处 12-20前 更换冷链车
    决定：王强 周五前 建立台账

A decision is an action item: who owes it, until when, and what. `Decision: General Services by 12-20 …` in English.
"""

import re
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.cosigners import cosigners
from handlers.common.whole_words import for_the_record
from handlers.rules.incident.actions import NewAction
from handlers.rules.incident.case import Case
from handlers.rules.incident.meetings import minuted
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.refusal import Refusal
from handlers.rules.time.limits import limit_in

VERBS = ("会商纪要", "会议纪要", "纪要", "minutes")
EXAMPLES = {
    "zh": ("纪要 12 到会四人，同意停用该批次。\n决定：总务处 12-20前 更换冷链车",),
    "en": ("minutes 12 four came; the batch is withdrawn.\nDecision: General Services by 12-20 replace the truck",),
}
_DECISION = LazyPattern(
    r"\s*(?:决定|决议|议定|decision)\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})?\s?[:：]\s*", re.IGNORECASE
)
MOST_DECISIONS = 20


class Minutes(NamedTuple):
    """`decisions` are the lines that decide something, without the word that says so."""

    number: int | None
    text: str
    decisions: tuple[str, ...]


def parse(utterance: Utterance) -> Minutes | None:
    found = utterance.command(VERBS, free=True)
    if found is None or not found.numbers:
        return None
    lines = found.rest.split("\n")
    marks = [_DECISION.match(normalize(line)) for line in lines]
    decisions = tuple(line[mark.end() :].strip() for line, mark in zip(lines, marks, strict=True) if mark)
    return Minutes(found.number, found.rest.strip(), decisions)


async def handle(context: Context, said: Minutes) -> None:
    case = await context.meant(said.number, EXAMPLES)
    if len(said.decisions) > MOST_DECISIONS:
        raise Refusal("minutes.too_many", case=case, most=MOST_DECISIONS)
    decided = [_action(context, case, line) for line in said.decisions]
    decision = minuted(case, context.person, said.text, decided, context.now)
    owners = [case.institution.owning(one.owner) for one in decided]
    people = tuple(dict.fromkeys(person for group in owners for person in group))
    facts = {"case": case, "by": context.person.id, "text": said.text, "decisions": decided, "people": people}
    reply = Reply(text=context.text("minutes.done", **facts), mentions=tuple(one.id for one in people))
    reply = await for_the_record(context, case, reply, said.text)
    await context.commit(case, decision, lambda _: (reply,))


def _action(context: Context, case: Case, line: str) -> NewAction:
    """Return the action item of a decision. Refusal if it does not say who, or until when."""
    named = cosigners(line, case)
    owners = [*(f"person:{one.id}" for one in named.people), *(f"department:{one.name}" for one in named.departments)]
    limit = limit_in(named.rest, context.said_at, case.institution.calendar)
    if len(owners) != 1 or limit is None:
        raise Refusal("minutes.decision", case=case, line=line, whom=len(owners) == 1)
    return NewAction(owners[0], limit.at, limit.said, limit.rest, "meeting")
