"""`关联 12 15` / `link 12 15`: matters that belong together are linked without being merged; `取消关联` / `unlink`.

`根因 食堂冷链 12 15 18` / `root cause cold chain 12 15 18` gathers them under a root cause. How many matters have had
the same one lately is said, and to the leader as well.
"""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.common.addressing import home
from handlers.common.context import CaseDecision, Context
from handlers.common.recurrence import Recurring, same_cause_lately
from handlers.rules.incident.case import Case
from handlers.rules.incident.linking import link
from handlers.rules.incident.units import sees
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.listeners import listening

LINK = ("关联", "link")
UNLINK = ("取消关联", "解除关联", "unlink")
CAUSE = ("根因", "根源", "root cause")
VERBS = (*UNLINK, *LINK, *CAUSE)
EXAMPLES = {
    "zh": ("关联 12 15", "取消关联 12 15", "根因 食堂冷链 12 15"),
    "en": ("link 12 15", "unlink 12 15", "root cause cold chain 12 15"),
}
_NUMBERS_BEHIND = LazyPattern(r"((?:[\s,，、和与及]|\band\b|#|(?<=\d)号)*\d{1,7}号?)+[\s。.!！]*$")
_NUMBER = LazyPattern(r"\d{1,7}")
LONGEST = 400


class Linking(NamedTuple):
    """`cause` is the name of a root cause; `apart` if links are taken off."""

    numbers: tuple[int, ...]
    cause: str | None = None
    apart: bool = False


def parse(utterance: Utterance) -> Linking | None:
    for verbs in (UNLINK, LINK):
        found = utterance.command(verbs, many=True)
        if found and found.numbers:
            return None if found.rest.strip("。.!！ ") else Linking(found.numbers, apart=verbs is UNLINK)
    found = utterance.command(CAUSE, many=True)
    if found is None or not found.rest or len(found.rest) > LONGEST:
        return None
    if found.numbers:
        return Linking(found.numbers, found.rest.strip("。.!！ "))
    behind = _NUMBERS_BEHIND.search(normalize(found.rest))
    if behind is None or not behind.start():
        return None
    numbers = tuple(dict.fromkeys(int(one) for one in _NUMBER.findall(behind[0])))
    return Linking(numbers, found.rest[: behind.start()].strip(" ,，、:：#"))


async def handle(context: Context, asked: Linking) -> None:
    numbers = tuple(dict.fromkeys(asked.numbers))
    cases = await context.cases(numbers)
    if missing := [number for number in numbers if number not in {case.number for case in cases}]:
        raise Refusal("common.no_such", number=missing[0])
    decisions = link(cases, context.person, cause=asked.cause, apart=asked.apart)
    recurring = await same_cause_lately(context, asked.cause, numbers) if asked.cause else None
    people = _told(context, cases[0], recurring)
    facts = {"numbers": numbers, "by": context.person.id, "recurring": recurring, "people": people}
    text = context.text("link.done", cause=asked.cause, apart=asked.apart, **facts)
    reply = Reply(text=text, mentions=tuple(one.id for one in people))
    first = () if await _is_beyond_a_unit(context, cases, recurring) else (reply,)
    moves = [
        CaseDecision(case, decision, lambda _, n=n: first if n == 0 else ())  # type: ignore[misc]
        for n, (case, decision) in enumerate(zip(cases, decisions, strict=True))
    ]
    await context.commit_all(moves, apart=() if first else context.to_the_office(reply, cases[0]))


async def _is_beyond_a_unit(context: Context, cases: Sequence[Case], recurring: Recurring | None) -> bool:
    """Return whether the first matter is discussed in the group of a unit that does not see all that is told."""
    unit = context.office.institution.unit_at(*home(cases[0]))
    others = await context.cases(recurring.numbers) if unit and recurring else []
    return unit is not None and not all(sees(case, unit) for case in (*cases, *others))


def _told(context: Context, case: Case, recurring: Recurring | None) -> tuple[Person, ...]:
    """Return who is told that a cause comes again: those whom the regime names, without the speaker."""
    if recurring is None or not recurring.recent:
        return ()
    told = listening(context.office.institution, case.regime.recurrence.tell, case.incident.department)
    return tuple(one for one in recusal.told(told, case.incident.about, case.institution) if one != context.person)
