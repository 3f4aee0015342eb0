"""`换班 11-28 李主任` / `swap 11-28 li`: ask somebody to take the speaker's shift, the next one or that of a day.

It is in force when the taker agrees (`handlers/common/shift_swap.py`); at once if the taker offers it (`换班 11-28
我`), or the office or a leader orders it for others. Two names are giver and taker; a roster's name tells which roster.
"""

import re
from datetime import date
from typing import NamedTuple

from handlers.common import shift_swap
from handlers.common.context import Context
from handlers.common.on_duty import called, current_rosters
from handlers.rules.language.folding import normalize
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Person
from handlers.rules.people.names import people_named
from handlers.rules.people.roster import CurrentRoster, Shift
from handlers.rules.people.swap_wish import SwapWish, answer_until, answered, giver_of, must_be_free, shift_meant
from handlers.rules.refusal import Refusal
from handlers.rules.time.time_words import coming, day_of
from storage import shift_swaps

VERBS = ("换班", "替班", "顶班", "代班", "swap")
EXAMPLES = {"zh": ("换班 明天 李主任", "换班 明天 我"), "en": ("swap tomorrow li", "swap tomorrow me")}
MYSELF = ("我", "本人", "自己", "me", "myself", "i")
_DAY = LazyPattern(
    r"(?:(?P<year>20\d\d)\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?|"
    r"(?P<near>今天|今日|明天|明日|后天|today|tomorrow)",
    re.IGNORECASE,
)
NEAR_DAYS = {"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2}
_BETWEEN = LazyPattern(r"[\s,，、;；]+|换成|换|由|替|代|→|->")


class ShiftChange(NamedTuple):
    day: str
    names: tuple[str, ...]


def parse(utterance: Utterance) -> ShiftChange | None:
    found = utterance.command(VERBS, glued=True, free=True)
    if found is None:
        return None
    begins = normalize(utterance.text).casefold().find(found.verb.casefold())
    rest = utterance.text[begins + len(found.verb) :].lstrip(" :：,，")
    day = _DAY.search(normalize(rest))
    names = f"{rest[: day.start()]} {rest[day.end() :]}" if day else rest
    return ShiftChange(
        day[0].strip() if day else "", tuple(name for name in _BETWEEN.split(names.strip(" 。.!！")) if name)
    )


async def handle(context: Context, asked: ShiftChange) -> None:
    found = await current_rosters(context.office, context.now)
    if not found:
        raise Refusal("roster.not_set")
    named, names = called(found, asked.names)
    people = [_one(context, name) for name in names]
    if not 1 <= len(people) <= 2:
        raise Refusal("roster.whom", name="")
    giver = people[0].id if len(people) == 2 else None
    wish = SwapWish(context.person.id, giver, people[-1].id)
    day = _day(asked.day, context)
    if wish.taker == wish.speaker and await _answered(context, wish, day):
        return
    if day is None and (asked.day or wish.offered):
        raise Refusal("roster.whom", name="")
    await _swap(context, found, shift_meant(named, wish, day, context.said_at, context.now), wish)


async def _answered(context: Context, wish: SwapWish, day: date | None) -> bool:
    """Take `换班 11-28 我` as a yes to a swap asked of the speaker, or as the end of their own; False if neither."""
    local = context.office.institution.calendar.local
    rows = await shift_swaps.waiting(context.now)
    waiting = [row for row in rows if day is None or local(row.shift_at).date() == day]
    found = answered(waiting, wish, dated=day is not None)
    if found is None:
        return False
    what, row = found
    await (shift_swap.agree(context, row) if what == "agree" else shift_swap.withdraw(context, row))
    return True


async def _swap(context: Context, found: tuple[CurrentRoster, ...], shift: Shift, wish: SwapWish) -> None:
    """Ask the taker, or put it in force at once if the taker offers it or somebody with authority orders it."""
    giver, taker = context.person_of(giver_of(shift, wish)), context.person_of(wish.taker)
    if giver is None or taker is None:
        raise Refusal("roster.whose", shifts=(shift,))
    must_be_free(found, shift, taker.id)
    new = shift_swaps.NewSwap(shift.begins, shift.roster, giver.id, taker.id)
    if giver.id == wish.speaker:
        await shift_swap.ask(context, new, taker, answer_until(shift, context.now))
    elif taker.id == wish.speaker or context.person.has("office", "leader", "chief"):
        await shift_swap.put_in_force(context, found, new)
    else:
        raise Refusal("roster.not_yours", giver=giver.id)


def _one(context: Context, name: str) -> Person:
    if normalize(name).casefold() in MYSELF:
        return context.person
    people = people_named(name, context.office.institution)
    if len(people) != 1:
        raise Refusal("roster.whom", name=name)
    return people[0]


def _day(words: str, context: Context) -> date | None:
    found = _DAY.search(normalize(words))
    if found is None:
        return None
    today = context.office.institution.calendar.local(context.said_at).date()
    if found["near"]:
        return date.fromordinal(today.toordinal() + NEAR_DAYS[found["near"].casefold()])
    month, day = int(found["month"]), int(found["day"])
    return day_of(int(found["year"]), month, day) if found["year"] else coming(today, month, day)
