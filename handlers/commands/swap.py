"""`换班 11-28 李主任` / `swap 11-28 li`: asks somebody to take one's shift, one's next one or that of a day.

It counts once they agree (`handlers/swapping.py`), and at once when the taker offers it (`换班 11-28 我`), or when the
office or a leader orders it for others. Two names are who gives and who takes; a roster's name tells which roster.
"""

import re
from datetime import date
from typing import NamedTuple

from handlers.common import shift_swap
from handlers.common.context import Context
from handlers.common.on_duty import called, watches
from handlers.rules.language.folding import normalize
from handlers.rules.language.utterance import Utterance
from handlers.rules.people.institution import Person
from handlers.rules.people.names import people_named
from handlers.rules.people.roster import Shift, Watch
from handlers.rules.refusal import Refusal
from handlers.rules.time.time_words import coming, day_of
from storage import shift_swaps

VERBS = ("换班", "替班", "顶班", "代班", "swap")
EXAMPLES = {"zh": ("换班 11-28 李主任", "换班 11-28 我"), "en": ("swap 11-28 li", "swap 11-28 me")}
MYSELF = ("我", "本人", "自己", "me", "myself", "i")
_DAY = re.compile(
    r"(?:(?P<year>20\d\d)\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?|"
    r"(?P<near>今天|今日|明天|明日|后天|today|tomorrow)",
    re.IGNORECASE,
)
NEAR = {"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2}
_BETWEEN = re.compile(r"[\s,，、;；]+|换成|换|由|替|代|→|->")


class ShiftChange(NamedTuple):
    day: str
    names: tuple[str, ...]


def parse(said: Utterance) -> ShiftChange | None:
    found = said.command(VERBS, glued=True, free=True)
    if found is None:
        return None
    begins = normalize(said.text).casefold().find(found.verb.casefold())
    rest = said.text[begins + len(found.verb) :].lstrip(" :：,，")
    day = _DAY.search(normalize(rest))
    names = f"{rest[: day.start()]} {rest[day.end() :]}" if day else rest
    return ShiftChange(
        day[0].strip() if day else "", tuple(name for name in _BETWEEN.split(names.strip(" 。.!！")) if name)
    )


async def handle(context: Context, asked: ShiftChange) -> None:
    found = await watches(context.office, context.now)
    if not found:
        raise Refusal("roster.not_set")
    named, names = called(found, asked.names)
    people = [_one(context, name) for name in names]
    if not 1 <= len(people) <= 2:
        raise Refusal("roster.whom", name="")
    giver, taker = (people[0] if len(people) == 2 else None), people[-1]
    if taker.id == context.person.id and await _answered(context, asked.day, giver):
        return
    shift = _shift(context, named, asked.day, giver, taker)
    giver = giver or _giver(context, shift, taker)
    shift_swap.check(found, shift, taker.id)
    new = shift_swaps.NewSwap(shift.begins, shift.roster, giver.id, taker.id)
    if giver.id == context.person.id:
        await shift_swap.ask(context, new, taker)
    elif taker.id == context.person.id or context.person.has("office", "leader", "chief"):
        await shift_swap.put_in_force(context, found, new)
    else:
        raise Refusal("roster.not_yours", giver=giver.id)


async def _answered(context: Context, said: str, giver: Person | None) -> bool:
    """Whether `换班 11-28 我` was a yes to what is asked of the speaker, or takes back what the speaker asked."""
    day = _day(said, context)
    local = context.office.institution.calendar.local
    waiting = [row for row in await shift_swaps.waiting(context.now) if day in (None, local(row.shift_at).date())]
    theirs = [row for row in waiting if row.taker == context.person.id and (giver is None or row.giver == giver.id)]
    own = [row for row in waiting if row.giver == context.person.id and day is not None and giver is None]
    if len(theirs) == 1:
        await shift_swap.agree(context, theirs[0])
    elif not theirs and len(own) == 1:
        await shift_swap.withdraw(context, own[0])
    else:
        return False
    return True


def _one(context: Context, name: str) -> Person:
    if normalize(name).casefold() in MYSELF:
        return context.person
    people = people_named(name, context.office.institution)
    if len(people) != 1:
        raise Refusal("roster.whom", name=name)
    return people[0]


def _shift(context: Context, found: tuple[Watch, ...], said: str, giver: Person | None, taker: Person) -> Shift:
    """The shift that is meant: of the day, else the giver's or the speaker's next one."""
    offered = giver is None and taker.id == context.person.id
    if not said:
        if offered:
            raise Refusal("roster.whom", name="")
        own = (one.of((giver or context.person).id, context.now) for one in found)
        shift = next((shift for shift in own if shift), None)
        if shift is None:
            raise Refusal("roster.no_shift", day=None)
        return shift
    day = _day(said, context)
    if day is None:
        raise Refusal("roster.whom", name="")
    shifts = [shift for one in found for shift in one.on(day) if shift.ends > context.now]
    if offered:
        return _only(shifts, [shift for shift in shifts if taker.id not in shift.everyone], day)
    whose = (giver or context.person).id
    own_shifts = [shift for shift in shifts if whose in shift.everyone]
    if giver and not own_shifts:
        raise Refusal("roster.no_shift", day=day)
    return _only(shifts, own_shifts, day)


def _only(shifts: list[Shift], likely: list[Shift], day: date) -> Shift:
    if not shifts:
        raise Refusal("roster.no_shift", day=day)
    if len(likely or shifts) > 1:
        raise Refusal("roster.whose", shifts=shifts)
    return (likely or shifts)[0]


def _giver(context: Context, shift: Shift, taker: Person) -> Person:
    """Whoever is missing, the speaker, or the only one on the shift."""
    names = shift.everyone
    if context.person.id in names and taker.id != context.person.id:
        return context.person
    chosen = shift.missing[0] if len(shift.missing) == 1 else names[0] if len(names) == 1 else None
    person = context.person_of(chosen)
    if person is None:
        raise Refusal("roster.whose", shifts=(shift,))
    return person


def _day(said: str, context: Context) -> date | None:
    found = _DAY.search(normalize(said))
    if found is None:
        return None
    today = context.office.institution.calendar.local(context.now).date()
    if found["near"]:
        return date.fromordinal(today.toordinal() + NEAR[found["near"].casefold()])
    month, day = int(found["month"]), int(found["day"])
    return day_of(int(found["year"]), month, day) if found["year"] else coming(today, month, day)
