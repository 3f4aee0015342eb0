"""Draw faults at random from a seed: which, when, and for how long. Pure: the same seed draws the same."""

import random
from collections.abc import Collection, Sequence
from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of fault. `lasts` is the shortest and the longest time in seconds; `weight` how often it is drawn."""

    name: str
    weight: int
    lasts: tuple[float, float] = (0.0, 0.0)


class Drawn(NamedTuple):
    """A fault: its kind, the seconds since the one before, how long it lasts, and its own source of chance."""

    kind: Kind
    gap: float
    lasts: float
    seed: int


def draw(seed: int, count: int, kinds: Sequence[Kind], gap: float) -> list[Drawn]:
    """Draw `count` faults, `gap` seconds apart on average: each kind once if there are enough, the rest by weight."""
    dice = random.Random(seed)
    once = dice.sample(kinds, min(count, len(kinds)))
    rest = dice.choices(kinds, [kind.weight for kind in kinds], k=count - len(once))
    drawn = [*once, *rest]
    dice.shuffle(drawn)
    return [_drawn(kind, dice, gap) for kind in drawn]


def _drawn(kind: Kind, dice: random.Random, gap: float) -> Drawn:
    return Drawn(kind, dice.uniform(0.2, 1.8) * gap, dice.uniform(*kind.lasts), dice.randrange(2**31))


def named(kinds: Sequence[Kind], only: Collection[str], but: Collection[str]) -> list[Kind]:
    """Return the kinds of the names in `only`, all if there are none, but those in `but`."""
    return [kind for kind in kinds if (kind.name in only or not only) and kind.name not in but]
