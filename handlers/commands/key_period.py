"""`重点时段 12-20 至 01-05 校庆` / `key period 12-20 to 01-05 anniversary`: more is asked of everybody for some days.

`重点时段` / `key periods` lists them; `取消重点时段 3 理由` / `end key period 3 reason` ends one early.
What it switches on is in the regime's `[key_period]`. The rest follows from the record
(`handlers/timed/key_period_turn.py`).
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.rules.language.commands import whole
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.key_periods import begun_meanwhile, check, end_of, is_standing, must_be_allowed
from handlers.rules.regime.listeners import listening
from handlers.rules.time.day_spans import read_day_span
from storage import key_periods, outbox
from storage.changes import Written
from storage.key_periods import Deed, KeyPeriod

LISTING = ("重点时段", "重点时段有哪些", "key periods", "key period")
ENDING = ("取消重点时段", "结束重点时段", "end key period", "cancel key period")
VERBS = ("重点时段", "key period", *ENDING)
EXAMPLES = {
    "zh": ("重点时段 01-20 至 02-05 春节", "重点时段", "取消重点时段 3 校庆改期"),
    "en": ("key period 01-20 to 02-05 Spring Festival", "key periods", "end key period 3 the anniversary was moved"),
}
THINGS = frozenset(("key periods",))


class Asked(NamedTuple):
    """`ends` if a key period is to end; without words they are listed."""

    number: int | None
    words: str
    ends: bool = False


def parse(utterance: Utterance) -> Asked | None:
    if whole(utterance.text.rstrip("?？"), LISTING) == ():
        return Asked(None, "")
    if found := utterance.command(ENDING):
        return Asked(found.number, found.rest, ends=True)
    found = utterance.command(("重点时段", "key period"), free=True)
    return Asked(None, _behind(utterance.text, found.verb)) if found else None


def _behind(text: str, verb: str) -> str:
    """Return the words behind the verb; the number at their beginning belongs to a date."""
    start = normalize(text).casefold().find(verb.casefold())
    return text[start + len(verb) :].lstrip(" \n:：,，")


async def handle(context: Context, asked: Asked) -> None:
    if asked.ends:
        await _end(context, asked)
    elif asked.words:
        await _begin(context, asked.words)
    else:
        rows = [one for one in await key_periods.every() if is_standing(one, context.now)]
        facts = {"rows": sorted(rows, key=lambda one: one.since), "now": context.now}
        await context.answer(Reply(text=context.text("key_period.listed", **facts)))


async def _begin(context: Context, words: str) -> None:
    rule = context.office.regime.key_period
    must_be_allowed(rule, context.person)
    await context.must_be_newest(None, THINGS)
    span = read_day_span(words, context.said_at, context.office.institution.calendar)
    if span is None:
        raise Refusal("key_period.what", most=rule.at_most)
    span = begun_meanwhile(span, context.said_at, context.now)
    people = _told(context)

    def answers(new: KeyPeriod) -> list[outbox.OutgoingMessage]:
        text = context.text("key_period.done", row=new, rule=rule, people=people, now=context.now)
        return context.to_group(Reply(text=text, mentions=tuple(one.id for one in people)))

    _, steps = await key_periods.begin(
        span.since, span.until, span.rest, lambda rows: check(rule, span, rows, context.now), answers, _deed(context)
    )
    await context.armed(Written(0, armed=[(duty, due) for _, duty, due in steps]))


async def _end(context: Context, asked: Asked) -> None:
    must_be_allowed(context.office.regime.key_period, context.person)
    await context.must_be_newest(None, THINGS)
    if asked.number is None or not asked.words:
        rows = [one for one in await key_periods.every() if is_standing(one, context.now)]
        raise Refusal("key_period.which", rows=rows, number=asked.number)
    people = _told(context)

    def still(row: KeyPeriod | None) -> KeyPeriod:
        if row is None or not is_standing(row, context.now):
            raise Refusal("key_period.over", row=row, number=asked.number, at=end_of(row) if row else None)
        return row

    def answers(row: KeyPeriod) -> list[outbox.OutgoingMessage]:
        facts = {"row": row, "by": context.person.id, "reason": asked.words, "people": people}
        text = context.text("key_period.ended_early", **facts)
        return context.to_group(Reply(text=text, mentions=tuple(one.id for one in people)))

    await key_periods.end(asked.number, asked.words, still, answers, _deed(context))


def _told(context: Context) -> tuple[Person, ...]:
    """Return who is told, without the speaker."""
    told = listening(context.office.institution, context.office.regime.key_period.tell, None)
    return tuple(one for one in told if one != context.person)


def _deed(context: Context) -> Deed:
    return Deed(context.person.id, context.inbox, context.now)
