"""`批办 12 总务处 3天 请查明` / `instruct 12 General Services 3d find out`: a leader's order.

`批办 12 照拟办` / `instruct 12 as proposed` orders what the desk proposed. 交办 with a superior body behind it is not a
leader's order but what that body hands down, and with a unit below the office behind it what the unit has to report on.
"""

from datetime import datetime
from typing import Any, NamedTuple

from handlers.common.approval_vocabulary import AS_PROPOSED
from handlers.common.cards import to_acknowledge
from handlers.common.context import Context
from handlers.common.handing_down import is_handed_down, take_order
from handlers.common.opinions import limited_before, quoted_opinion, taken_over
from handlers.common.posts_handed_over import hands_over_posts
from handlers.common.units import is_for_a_unit, take_unit_order
from handlers.common.whole_words import for_others
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.instructing import instruct, limited, ran_over, waits_for_a_limit
from handlers.rules.incident.watching import may_meet
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal
from handlers.rules.people.institution import Department, Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.listeners import listening
from handlers.rules.regime.regime_parts import Listener
from handlers.rules.time.periods import Period, PeriodError
from handlers.rules.time.periods import parse as read_period
from handlers.rules.time.promises import Promise, limit_named

VERBS = ("批办", "批示", "交办", "instruct")
_LIMIT = LazyPattern(
    r"(?P<below>[-−–—负]\s*)?(?P<limit>(?<![\d.第])(?:\d+|[一二两三四五六七八九十]{1,3})\s*"
    r"(?:个?工作日|个?小时|天|日内|周内|working days?\b|wd\b|d\b|h\b|days?\b|hours?\b))"
    r"(?!以?[前后来](?!办|完|答|回|反|报|$|[\s，。,.]))(?!\s*ago\b)"
)
"""A limit; not how long ago something was (2小时前那件)."""
EXAMPLES = {"zh": ("批办 12 总务处 3天 请查明原因",), "en": ("instruct 12 General Services 3d find out the cause",)}


class Instruction(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> Instruction | None:
    found = utterance.command(VERBS, free=True)
    if found is None and (followed := utterance.command(AS_PROPOSED)) and not followed.rest:
        return Instruction(followed.number, followed.verb)
    if found is None or hands_over_posts(found, utterance):
        return None
    return Instruction(found.number, found.rest)


async def handle(context: Context, asked: Instruction) -> None:
    if is_handed_down(context, asked.text):
        await take_order(context, asked.number, asked.text)
        return
    if is_for_a_unit(context, asked.text):
        await take_unit_order(context, asked.number, asked.text, EXAMPLES)
        return
    case = await context.meant(asked.number or quoted_opinion(context.message), EXAMPLES)
    words = await taken_over(context, case, asked.text)
    department, rest = _department(context, words)
    period, rest = _period(context, case, rest)
    before = await limited_before(case)
    decision = instruct(case, context.person, department, period, rest, context.now, before)
    name = decision.changes.get("department") or case.incident.department
    people = recusal.owners(name, case.incident.about, context.office.institution)
    owing = _owing(context, case, decision)
    facts = {
        "to": name,
        "text": rest,
        "people": people,
        **_limits(case, decision, period, rest, context.now),
        "owing": owing,
    }
    facts["untimed"] = not owing and period is None and waits_for_a_limit(case)
    moved_on = "department" in decision.changes
    text = context.text("instruct.done", case=case, by=context.person.id, moved=moved_on, **facts)
    card = to_acknowledge(context.office, case.number, case.incident.title) if moved_on else None
    mentions = tuple(dict.fromkeys(person.id for person in (*people, *owing)))
    reply = await for_others(context, case, Reply(text=text, mentions=mentions, card=card), rest)
    await context.commit(case, decision, lambda _: (reply,))


def _owing(context: Context, case: Case, decision: Decision) -> tuple[Person, ...]:
    """Return who owes the instruction that somebody else has given for them, and is asked to say it."""
    duty = case.open_duty("instruct")
    if duty is None or duty.id in decision.met or may_meet(case, duty.owner, context.person):
        return ()
    owner: Listener = "chief" if duty.owner == "chief" else "leader"
    institution = context.office.institution
    return recusal.told(listening(institution, (owner,), case.incident.department), case.incident.about, institution)


def _limits(
    case: Case, decision: Decision, period: Period | Promise | None, text: str, now: datetime
) -> dict[str, Any]:
    """Return what the announcement says of limits: the one that was set, the one that stays, and what ran over."""
    until, duties = _set(decision), limited(case, text)
    moved, answers = {one.id for one in decision.moved}, {duty.id for duty in duties if duty.kind == "reply"}
    facts: dict[str, Any] = {"due": until, "kept": None, "ran_over": (), "untaken": False}
    facts["only_answer"] = bool(moved) and moved <= answers
    if period is None:
        return facts
    late = ran_over(case, text, now)
    if until is None and not late:
        facts |= {"kept": next(iter(duties), None), "untaken": not duties}
    return facts | {"ran_over": late}


def _set(decision: Decision) -> datetime | None:
    """Return the last due time that an instruction has set; None if it has set none."""
    due = [moved.due for moved in decision.moved] + [duty.due for duty in decision.opened if duty.kind != "acknowledge"]
    return max((one.at for one in due), default=None)


def _department(context: Context, text: str) -> tuple[Department | None, str]:
    """Split off the department that the words begin with, by its longest name."""
    institution = context.office.institution
    words = text.lstrip("@交由给请 ")
    normalized = normalize(words).casefold()
    names = {normalize(name).casefold(): d for d in institution.departments for name in (d.name, *d.aliases)}
    found = next((name for name in sorted(names, key=len, reverse=True) if normalized.startswith(name)), None)
    return (names[found], words[len(found) :].strip(" ,，:：")) if found else (None, text)


def _period(context: Context, case: Case, text: str) -> tuple[Period | Promise | None, str]:
    """Return the first limit in the words (3天, 三天内, 周五前), and the words without a limit at their beginning.

    Refusal if it is no time that can be counted: below zero, or beyond every calendar.
    """
    for found in _LIMIT.finditer(text):
        try:
            period = None if found["below"] else read_period(found["limit"])
        except PeriodError:
            period = None
        if period is None:
            raise Refusal(
                "instruct.no_limit", case=case, limit=found[0].strip(), longest=case.regime.instructed_at_most
            )
        rest = text[found.end() :].lstrip("内之以 ,，:：") if found.start() == 0 else text
        return period, rest
    return _day(context, case, text)


def _day(context: Context, case: Case, text: str) -> tuple[Promise | None, str]:
    """Return the day that the words set as a limit, and the words without it. Refusal if the day has passed."""
    named = limit_named(text, context.said_at, case.institution.calendar)
    if named is None:
        return None, text
    if named.at <= context.now:
        raise Refusal("instruct.no_limit", case=case, limit=named.text, longest=case.regime.instructed_at_most)
    before = text[: named.span[0]].strip(" ,，:：限期到至于")
    return named, text if before else text[named.span[1] :].lstrip(" ,，:：")
