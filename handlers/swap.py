"""`换班 11-28 李主任` / `swap 11-28 li`: somebody takes over a shift: one's own next one, or that of a day.

Two names are who gives and who takes. An empty place counts as filled with it.
"""

import re
from datetime import date
from typing import NamedTuple

from handlers.rules.fold import fold
from handlers.rules.institution import Person
from handlers.rules.messages import Say
from handlers.rules.names import people_named
from handlers.rules.refusal import Refusal
from handlers.rules.roster import Shift, Watch
from handlers.rules.time_words import coming, day_of
from handlers.turn import Said, Turn
from handlers.watch import watches
from storage import roster as stored
from storage.changes import Written

VERBS = ("换班", "替班", "顶班", "代班", "swap")
EXAMPLES = {"zh": ("换班 11-28 李主任",), "en": ("swap 11-28 li",)}
_DAY = re.compile(
    r"(?:(?P<year>20\d\d)\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?|"
    r"(?P<near>今天|今日|明天|明日|后天|today|tomorrow)",
    re.IGNORECASE,
)
NEAR = {"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2}
_BETWEEN = re.compile(r"[\s,，、;；]+|换成|换|由|替|代|→|->")


class Asked(NamedTuple):
    day: str
    names: tuple[str, ...]


def parse(said: Said) -> Asked | None:
    found = said.command(VERBS, glued=True, free=True)
    if found is None:
        return None
    begins = fold(said.text).casefold().find(found.verb.casefold())
    rest = said.text[begins + len(found.verb) :].lstrip(" :：,，")
    day = _DAY.search(fold(rest))
    names = f"{rest[: day.start()]} {rest[day.end() :]}" if day else rest
    return Asked(day[0] if day else "", tuple(name for name in _BETWEEN.split(names.strip(" 。.!！")) if name))


async def handle(turn: Turn, asked: Asked) -> None:
    found = await watches(turn.office, turn.now)
    if not found:
        raise Refusal("roster.not_set")
    people = [_one(turn, name) for name in asked.names]
    if not 1 <= len(people) <= 2:
        raise Refusal("roster.whom", name="")
    shift = _shift(turn, found, asked.day, people[0] if len(people) == 2 else None)
    giver = people[0] if len(people) == 2 else _giver(turn, shift)
    taker = people[-1]
    if giver.id != turn.person.id and not turn.person.has("office", "leader", "chief"):
        raise Refusal("roster.not_yours", giver=giver.id)
    if taker.id in shift.people:
        raise Refusal("roster.already", taker=taker.id)
    text = turn.text("roster.swapped", shift=shift, giver=giver.id, taker=taker.id, by=turn.person.id)
    letters = turn.letters_here(Say(text=text, mentions=(taker.id,)))
    new = [{"shift_at": shift.begins, "giver": giver.id, "taker": taker.id}]
    met = await stored.swap(new, turn.person.id, letters, turn.inbox, turn.now)
    await turn.armed(Written(0, cancelled=met))


def _one(turn: Turn, name: str) -> Person:
    people = people_named(name, turn.office.institution)
    if len(people) != 1:
        raise Refusal("roster.whom", name=name)
    return people[0]


def _shift(turn: Turn, found: tuple[Watch, ...], said: str, giver: Person | None) -> Shift:
    """The shift that is meant: of the day, else the giver's or the speaker's next one."""
    if not said:
        own = (one.of((giver or turn.person).id, turn.now) for one in found)
        shift = next((shift for shift in own if shift), None)
        if shift is None:
            raise Refusal("roster.no_shift", day=None)
        return shift
    day = _day(said, turn.office.institution.calendar.local(turn.now).date())
    if day is None:
        raise Refusal("roster.whom", name="")
    shifts = [shift for one in found for shift in one.on(day) if shift.ends > turn.now]
    whose = (giver or turn.person).id
    own_shifts = [shift for shift in shifts if whose in (*shift.people, *shift.missing)]
    if not shifts or (giver and not own_shifts):
        raise Refusal("roster.no_shift", day=day)
    if len(own_shifts or shifts) > 1:
        raise Refusal("roster.whose", shifts=shifts)
    return (own_shifts or shifts)[0]


def _giver(turn: Turn, shift: Shift) -> Person:
    """Whoever is missing, the speaker, or the only one on the shift."""
    names = (*shift.people, *shift.missing)
    chosen = turn.person.id if turn.person.id in names else (shift.missing[0] if len(shift.missing) == 1 else None)
    if chosen is None and len(names) == 1:
        chosen = names[0]
    person = turn.person_of(chosen)
    if person is None:
        raise Refusal("roster.whose", shifts=(shift,))
    return person


def _day(said: str, today: date) -> date | None:
    found = _DAY.search(fold(said))
    if found is None:
        return None
    if found["near"]:
        return date.fromordinal(today.toordinal() + NEAR[found["near"].casefold()])
    month, day = int(found["month"]), int(found["day"])
    return day_of(int(found["year"]), month, day) if found["year"] else coming(today, month, day)
