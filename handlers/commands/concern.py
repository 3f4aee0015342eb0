"""`涉及 12 钱副校长` · `不涉及 12 王强` · `涉及 12 无` / `concerns 12 …` · `clear 12 …`: whom a matter is about.

They and their department have no part in it. Adding a name works at once; taking one off asks a leader. The chief hears
of it, also when somebody is added who signs, or the leaders if it is about the chief.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from handlers.common.cards import to_decide
from handlers.common.conflict_notices import handed_over, names
from handlers.common.context import Context
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.conflict import concern, take_off
from handlers.rules.incident.openings import CONCERN
from handlers.rules.incident.permissions import SIGNING
from handlers.rules.incident.signers import first_approver
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal
from handlers.rules.people.institution import Department, Person
from handlers.rules.people.mentioned import cleaned
from handlers.rules.people.names import departments_in, people_in, people_named
from handlers.rules.people.offices import offices_mentioned
from handlers.rules.refusal import Refusal
from storage.changes import Written

OFF_VERBS = ("不涉及", "不回避", "clear", "does not concern")
SPOKEN = ("说的是", "告的是", "反映的是", "针对的是")
"""Verbs that are talk unless a matter is named."""
VERBS = (*OFF_VERBS, *SPOKEN, "涉及", "回避", "concerns", "concern")
EXAMPLES = {
    "zh": ("涉及 12 钱副校长", "不涉及 12 王强", "涉及 12 无"),
    "en": ("concerns 12 General Services", "clear 12 General Services", "concerns 12 nobody"),
}
NOBODY = ("无", "没有", "无人", "没有人", "没人", "nobody", "none", "no one")
_NOT = LazyPattern(r"^(?:不是|不含|不包括|去掉|除去|取消|not\b|without\b|remove\b)\s*", re.IGNORECASE)
_NOT_MINUTES = LazyPattern(r"#?(\d{1,7})\s*(?=分管)")
"""A matter's number before 分管, which is no number of minutes."""


class Concern(NamedTuple):
    """`off` if the names are to be taken off; without names all of them."""

    number: int | None
    names: str
    off: bool = False


def parse(utterance: Utterance) -> Concern | None:
    found = utterance.command(VERBS)
    if found is None:
        return None
    number, said = found.number, found.rest.strip("。.!！ ")
    counted = _NOT_MINUTES.match(said) if number is None else None
    if counted:
        number, said = int(counted[1]), said[counted.end() :]
    if found.verb in SPOKEN and not (number or utterance.message.quote):
        return None
    negated = _NOT.match(normalize(said))
    if negated:
        said = said[negated.end() :]
    return Concern(number, said, found.verb in OFF_VERBS or negated is not None)


async def handle(context: Context, asked: Concern) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    if normalize(asked.names).casefold() in NOBODY or (asked.off and not asked.names):
        await _nobody(context, case)
        return
    people, departments = _named(context, case, asked.names)
    if asked.off:
        await _ask(context, case, take_off(case, context.person, people, departments))
        return
    decision = concern(case, context.person, people, departments, context.now)
    done = context.text("concern.done", case=case, names=names(context.office, decision.changes["about"]))
    replies = (*handed_over(context, case, decision), *_told_above(context, case, people, decision))
    await context.commit(case, decision, lambda _: replies, quietly=Reply(text=done))


def _told_above(context: Context, case: Case, people: Sequence[Person], decision: Decision) -> Iterator[Reply]:
    """Tell the chief, or the leaders if it is about the chief, each apart, that others sign instead of the named."""
    signing = [one for one in people if one.has(*SIGNING) and not case.concerns(one)]
    if not signing:
        return
    text = context.text("concern.told", case=case, by=context.person.id, people=signing)
    for person in recusal.above(decision.changes["about"], context.office.institution):
        if person != context.person:
            yield Reply(text=text, to=person.id)


async def _nobody(context: Context, case: Case) -> None:
    """Ask to take every name off; without any record that the matter is about nobody."""
    if case.incident.about:
        await _ask(context, case, take_off(case, context.person, (), ()))
        return
    decision = concern(case, context.person, (), (), context.now)
    done = Reply(text=context.text("concern.done", case=case, names=()))
    await context.commit(case, decision, lambda _: (), quietly=done)


async def _ask(context: Context, case: Case, decision: Decision) -> None:
    """Ask a leader to take names off, with the buttons; the chief hears of it."""
    signs = first_approver(case, CONCERN, context.person)
    chief = context.office.institution.with_role("chief")
    told = tuple(one for one in chief if one != signs and not case.concerns(one))
    off = decision.requested.subject["off"] if decision.requested else ()

    def replies(written: Written) -> tuple[Reply, ...]:
        request = written.request or 0
        facts = {"names": names(context.office, off), "people": (signs,), "told": told, "by": context.person.id}
        text = context.text("concern.ask", case=case, request=request, **facts)
        card = to_decide(context.office, request, context.text("concern.card_title", case=case), ())
        return (Reply(text=text, mentions=tuple(one.id for one in (signs, *told)), card=card),)

    await context.commit(case, decision, replies)


def _named(context: Context, case: Case, words: str) -> tuple[tuple[Person, ...], tuple[Department, ...]]:
    """Return the people and departments that the words name. Refusal if nobody is, or several may hold the office."""
    institution = context.office.institution
    people = people_in(words, institution.people) or people_named(words, institution)
    offices = offices_mentioned(cleaned(words), institution) if not people else ()
    holders = tuple(dict.fromkeys(person for office in offices for person in office.people))
    if len(holders) > 1:
        raise Refusal("concern.several", case=case, words=words, people=holders)
    departments = departments_in(words, institution) if not holders else ()
    if not (people or holders or departments):
        raise Refusal("concern.whom", case=case)
    return people or holders, departments
