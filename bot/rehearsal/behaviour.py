"""How the simulated staff work: prompt, slow or absent, drawn per person and matter from the seed.

People act in business hours. A prompt person who would miss a due time by waiting for them acts at once, from home.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal, TypeVar

from handlers.rules.time.calendar import Calendar
from handlers.rules.time.counting import business_time

Pace = Literal["prompt", "slow", "absent"]
Action = Literal[
    "assign",
    "acknowledge",
    "plan",
    "draft",
    "answer",
    "decide",
    "publish",
    "stand",
    "extend",
    "resolve",
    "report",
    "follow up",
    "summarise",
    "circulate",
    "calm",
    "instruct",
    "meddle",
]
_Choice = TypeVar("_Choice")

_MINUTES: dict[Pace, dict[Action, tuple[int, int]]] = {
    "prompt": {
        "assign": (2, 15), "acknowledge": (2, 20), "plan": (5, 60), "draft": (10, 75), "answer": (30, 400),
        "decide": (3, 40), "publish": (5, 30), "stand": (2, 40), "extend": (10, 60), "resolve": (5, 60),
        "report": (5, 60), "follow up": (10, 60), "summarise": (30, 240), "circulate": (20, 120), "calm": (5, 60),
        "instruct": (5, 90), "meddle": (5, 300),
    },
    "slow": {
        "assign": (15, 150), "acknowledge": (15, 150), "plan": (30, 300), "draft": (60, 420),
        "answer": (240, 1500), "decide": (30, 300), "publish": (30, 240), "stand": (30, 200), "extend": (30, 240),
        "resolve": (30, 300), "report": (60, 300), "follow up": (30, 300), "summarise": (240, 1500),
        "circulate": (60, 400), "calm": (30, 300),
        "instruct": (60, 420), "meddle": (30, 900),
    },
}  # fmt: skip
"""The shortest and the longest time that an action takes, in minutes."""
_MINUTES_FROM_HOME = (2, 12)
_ROUTINE_MINUTES: dict[Pace, tuple[int, int]] = {"prompt": (2, 45), "slow": (60, 600)}
"""From the first reminder of a routine duty until somebody does it: the shortest and the longest time."""
SHAMS_TRIED, GIVING_IN, ACCUSING = 0.7, 0.6, 0.1
"""The shares of a dishonest person's actions that are shams, of refused people who give in, of posts that accuse."""
_EXTENDED_WORK = timedelta(hours=8)
"""How much business time the result of a matter with an extension takes in addition."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`prompt` and `absent` are shares of the staff between 0 and 1; the rest is slow. `dishonest` is a share as well.

    A dishonest person may be prompt or slow; an absent one tries nothing.
    """

    seed: int
    prompt: float
    absent: float
    calendar: Calendar
    dishonest: float = 0.0

    def pace_of(self, person: str, number: int) -> Pace:
        drawn = self.draw(number, person).random()
        if drawn < self.prompt:
            return "prompt"
        return "absent" if drawn >= 1 - self.absent else "slow"

    def draw(self, number: int, *about: object) -> Random:
        """Return a random generator that is the same for the same seed, matter and question."""
        return Random(":".join(map(str, (self.seed, number, *about))))  # noqa: S311 - a rehearsal has no secrets

    def done_at(self, person: str, number: int, action: Action, now: datetime, due: datetime | None) -> datetime | None:
        """Return when the person does it, on the whole minute in UTC; None if never. `due` is when it would be late."""
        pace = self.pace_of(person, number)
        if pace == "absent":
            return None
        chance = self.draw(number, person, action, now.isoformat())
        length = timedelta(minutes=chance.randint(*_MINUTES[pace][action]))
        if action == "answer" and self.needs_extension(number):
            length += _EXTENDED_WORK
        at = business_time(now, length, self.calendar).at
        if pace == "prompt" and due is not None and now < due <= at:
            at = now + timedelta(minutes=chance.randint(*_MINUTES_FROM_HOME))
        return at.replace(second=0, microsecond=0) + timedelta(minutes=1)

    def routine_done_at(self, person: str, slot: int, now: datetime) -> datetime | None:
        """Return when a routine duty is done, on the whole minute in UTC and at any hour; None if never."""
        pace = self.pace_of(person, -slot)
        if pace == "absent":
            return None
        minutes = self.draw(-slot, person, "given").randint(*_ROUTINE_MINUTES[pace])
        return now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)

    def needs_extension(self, number: int) -> bool:
        """Return whether the matter takes so long that its department asks for an extension."""
        return self.draw(number, "waits").random() < 0.1

    def proves_a_remedy(self, number: int) -> bool:
        """Return whether the department closes the matter by a remedy with proof."""
        return self.draw(number, "mends").random() < 0.2

    def rejects_first_draft(self, number: int) -> bool:
        """Return whether the leader rejects the first draft."""
        return self.draw(number, "displeases").random() < 0.15

    def is_dishonest(self, person: str, number: int) -> bool:
        """Return whether the person is dishonest in a matter."""
        return self.draw(number, person, "honest").random() < self.dishonest

    def sham(self, person: str, number: int, action: Action, fitting: Sequence[_Choice]) -> _Choice | None:
        """Return what a dishonest person tries in place of an action, which is one of `fitting`; None if nothing."""
        chance = self.draw(number, person, action, "sham")
        return chance.choice(fitting) if fitting and chance.random() < SHAMS_TRIED else None

    def gives_in_at(self, person: str, number: int, action: Action, now: datetime) -> datetime | None:
        """Return when a dishonest person whose sham was refused acts honestly, in UTC; None if never."""
        if self.draw(number, person, action, "gives in").random() >= GIVING_IN:
            return None
        return self.done_at(person, number, action, now, None)

    def accused(self, k: int, people: Sequence[_Choice]) -> _Choice | None:
        """Return whom the k-th post accuses; most accuse nobody."""
        chance = self.draw(k, "accused")
        return chance.choice(people) if people and chance.random() < ACCUSING else None
