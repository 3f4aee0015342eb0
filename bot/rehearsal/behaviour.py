"""How people work: prompt, slow or absent, drawn per person and matter from the seed; in business hours mostly.

A prompt person who would miss what is due by waiting for the next business hours does it at once, from home.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from handlers.rules.time.calendar import Calendar
from handlers.rules.time.counting import business_time

Temper = Literal["prompt", "slow", "absent"]
Deed = Literal[
    "assign",
    "acknowledge",
    "draft",
    "decide",
    "publish",
    "extend",
    "resolve",
    "report",
    "follow up",
    "summarise",
    "instruct",
]

# Minutes that a deed takes, from and to.
_TAKES: dict[Temper, dict[Deed, tuple[int, int]]] = {
    "prompt": {
        "assign": (2, 15), "acknowledge": (2, 20), "draft": (10, 75), "decide": (3, 40), "publish": (5, 30),
        "extend": (10, 60), "resolve": (30, 400), "report": (5, 60), "follow up": (10, 60), "summarise": (30, 240),
        "instruct": (5, 90),
    },
    "slow": {
        "assign": (15, 150), "acknowledge": (15, 150), "draft": (60, 420), "decide": (30, 300), "publish": (30, 240),
        "extend": (30, 240), "resolve": (240, 1500), "report": (60, 300), "follow up": (30, 300),
        "summarise": (240, 1500), "instruct": (60, 420),
    },
}  # fmt: skip
_FROM_HOME = (2, 12)
_GIVEN_AFTER: dict[Temper, tuple[int, int]] = {"prompt": (2, 45), "slow": (60, 600)}
"""Minutes from the first reminder of a patrol or a report."""
_WAITED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`prompt` and `absent` are shares between 0 and 1; the rest is slow."""

    seed: int
    prompt: float
    absent: float
    calendar: Calendar

    def of(self, person: str, number: int) -> Temper:
        drawn = self.draw(number, person).random()
        if drawn < self.prompt:
            return "prompt"
        return "absent" if drawn >= 1 - self.absent else "slow"

    def draw(self, number: int, *about: object) -> Random:
        """Chance that is the same for the same seed, matter and question."""
        return Random(":".join(map(str, (self.seed, number, *about))))  # noqa: S311 - a rehearsal has no secrets

    def done_at(self, person: str, number: int, deed: Deed, now: datetime, due: datetime | None) -> datetime | None:
        """When the person does it, on the whole minute (UTC); None if never. `due` is when it would be late."""
        manner = self.of(person, number)
        if manner == "absent":
            return None
        chance = self.draw(number, person, deed, now.isoformat())
        length = timedelta(minutes=chance.randint(*_TAKES[manner][deed]))
        if deed == "resolve" and self.waits(number):
            length += _WAITED_FOR / 3  # a day of business
        at = business_time(now, length, self.calendar).at
        if manner == "prompt" and due is not None and now < due <= at:
            at = now + timedelta(minutes=chance.randint(*_FROM_HOME))
        return at.replace(second=0, microsecond=0) + timedelta(minutes=1)

    def given_at(self, person: str, slot: int, now: datetime) -> datetime | None:
        """When a patrol or a report is given, on the whole minute (UTC) and at any hour; None if never."""
        manner = self.of(person, -slot)
        if manner == "absent":
            return None
        minutes = self.draw(-slot, person, "given").randint(*_GIVEN_AFTER[manner])
        return now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)

    def waits(self, number: int) -> bool:
        """Whether the matter waits for something that takes longer: its department asks for an extension."""
        return self.draw(number, "waits").random() < 0.1

    def displeases(self, number: int) -> bool:
        """Whether the leader sends the first draft back."""
        return self.draw(number, "displeases").random() < 0.15
