"""`回访 12 满意 电话` / `call back 12 satisfied by phone`: what those say who raised a matter, asked by others.

`回访 12 不满意 电话 理由` puts before a leader whether it is opened again, `回访 12 未接通 电话` is tried again.
How they were reached is said, and when if it was earlier (昨天下午3点).
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from handlers.common.cards import to_decide
from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.call_backs import (
    CALLED_BACK,
    Response,
    Satisfaction,
    call_back,
    latest,
    of_cycle,
)
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.contacts import CONTACT
from handlers.rules.incident.openings import REOPENING
from handlers.rules.incident.signers import first_approver
from handlers.rules.incident.taken_back import UNDONE
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from storage import audit, reports
from storage.changes import Written

VERBS = ("回访", "call back", "callback", "called back")
EXAMPLES = {
    "zh": ("回访 12 满意 电话", "回访 12 不满意 电话 问题又出现了", "回访 12 未接通 电话"),
    "en": ("call back 12 satisfied by phone", "call back 12 not satisfied by phone it broke again"),
}
WORDS: dict[Satisfaction, str] = {
    "unreached": "未接通|没接通|没有接通|无人接听|没人接|未接|不接|打不通|没打通|联系不上|未联系上|没联系上"
    "|关机|停机|空号|not reached|unreached|no answer|nobody answered",
    "unsatisfied": "(?:非常|很|十分|极)?不满意|不太满意|不是很满意"
    "|not (?:very |at all )?satisfied|unsatisfied|dissatisfied",
    "basically": "(?:基本|比较|还算|大体)满意|(?:basically|fairly|mostly|rather) satisfied",
    "satisfied": "(?:非常|很|十分|都)?满意|(?:very |fully )?satisfied",
}
_ANSWERS = {given: LazyPattern(rf"(?:{words})(?![\w])", re.IGNORECASE) for given, words in WORDS.items()}
_DENIALS = (
    WORDS["unsatisfied"], WORDS["unreached"], "谈不上|算不上|称不上|说不上|(?:不够|不算|不是真)(?:很|太)?满意",
    "(?:没有?|未)(?:能|得到|完全|彻底|真正)*(?:解决|处理好|办好|落实)|不解决|不认可|不接受|(?<!没)有意见|不同意",
    "不高兴|生气|恼火|气愤|代打|代访|代为?回访|替[^，。]{1,8}打",
    r"\b(?:angry|unhappy|hardly|not (?:really|solved|resolved|accepted))\b|on behalf of",
)  # fmt: skip
"""What denies an answer, or tells that somebody else asked."""
_DENIED = LazyPattern("|".join(_DENIALS), re.IGNORECASE)
_EDGE = " ,，。;；:：、.!！"


class CallBack(NamedTuple):
    """`given` is None if the words begin with no answer, or name a second one that denies it."""

    number: int | None
    given: Satisfaction | None
    text: str


def parse(utterance: Utterance) -> CallBack | None:
    found = utterance.command(VERBS, free=True)
    return CallBack(found.number, *_answer(found.rest)) if found else None


def _answer(words: str) -> tuple[Satisfaction | None, str]:
    plain = normalize(words)
    for given, pattern in _ANSWERS.items():
        if match := pattern.match(plain):
            rest = words[match.end() :].strip(_EDGE)
            denied = given in ("satisfied", "basically") and _DENIED.search(normalize(rest))
            return (None, words) if denied else (given, rest)
    return None, words


async def handle(context: Context, asked: CallBack) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    lines = await earlier(case)
    before = of_cycle(case, lines)
    answer = Response(asked.given, asked.text)
    handled = await _handled(case)
    decision = call_back(case, context.person, answer, handled, lines, context.said_at, context.now)
    signs = first_approver(case, REOPENING, context.person) if decision.requested else None
    told = (signs,) if signs else _told(context, case, answer, before)
    facts: dict[str, Any] = {"case": case, "by": context.person.id, "text": answer.text, "people": told}
    facts |= {"given": answer.given, "means": decision.events[0].data["means"]}
    facts |= _what_follows(case, decision, before)

    def replies(written: Written) -> tuple[Reply, ...]:
        request = written.request
        text = context.text("call_back.done", request=request, **facts)
        card = (
            to_decide(context.office, request, context.text("call_back.card_title", case=case), ()) if request else None
        )
        return (Reply(text=text, mentions=tuple(one.id for one in told), card=card),)

    whole = await for_others(context, case, Reply(text=""), answer.text)
    await context.commit(case, decision, lambda written: _with_files(replies(written), whole))


def _with_files(replies: Sequence[Reply], whole: Reply) -> tuple[Reply, ...]:
    """Return the replies, the first with the file that has the words whole."""
    first, *rest = replies
    if not whole.attachments:
        return tuple(replies)
    return (replace(first, text=f"{first.text}{whole.text}", attachments=whole.attachments), *rest)


async def _handled(case: Case) -> frozenset[str]:
    """Load which departments had the matter in its present cycle."""
    since = case.incident.cycle_at or case.incident.found_at
    rows = await reports.holdings([case.number])
    held = (row["holder"] for row in rows if row["until"] is None or row["until"] > since)
    return frozenset(one.removeprefix("department:") for one in held if one.startswith("department:"))


async def earlier(case: Case) -> list[Any]:
    """Load the lines of the matter's call-backs and contacts in its present cycle, and what was taken back."""
    since = case.incident.cycle_at or case.incident.found_at
    return await audit.of_incident(case.number, (CALLED_BACK, CONTACT, UNDONE), since)


def _told(context: Context, case: Case, answer: Response, before: Sequence[Any]) -> tuple[Person, ...]:
    """Return who is told of an answer that replaces another one: the leader; nobody of the first one."""
    known = latest(before)
    if known is None or answer.given == "unreached" or known["data"]["answer"] in ("unreached", answer.given):
        return ()
    leaders = context.office.institution.leaders(case.incident.department)
    return tuple(one for one in recusal.told(leaders, case.incident.about, case.institution) if one != context.person)


def _what_follows(case: Case, decision: Decision, before: Sequence[Any]) -> dict[str, Any]:
    """Return the facts of what comes next: the earlier answer, the next try, the end of trying, the leader's time."""
    known = latest(before)
    return {
        "before": known["data"]["answer"] if known else None,
        "again": decision.moved[0].due.at if decision.moved else None,
        "over": bool(decision.met),
        "due": decision.opened[0].due.at if decision.opened else None,
        "pending": bool(case.pending(REOPENING)),
    }
