"""The steps of a chain of signatures, as a request's subject records them, and how a chain is changed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct, structs

CHIEF, ADDED = "chief", "added "
"""The id of the chief's step behind a late promise, and the beginning of those that people added."""


class GivenSignature(Struct, frozen=True, omit_defaults=True):
    """A signature: the place of its step that it fills, who gave it, and for whom if that is somebody else (ids)."""

    place: int = 0
    by: str = ""
    giver: str | None = None


class ChainStep(Struct, frozen=True, omit_defaults=True):
    """Signatures that are asked for together. `id` is the number of the regime's step, or says where it comes from.

    `why` tells what asks for it, as `approval_steps.reasons` does; `added` is who added it (an id), and `people` are
    whom they named.
    """

    id: str
    by: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    needs: str = "any"
    why: tuple[str, ...] = ()
    added: str | None = None
    given: tuple[GivenSignature, ...] = ()

    @property
    def places(self) -> tuple[tuple[str, ...], ...]:
        """Who may fill each place: "role:chief", "office:保密办", "person:wang"."""
        names = (
            *(f"role:{one}" for one in self.by),
            *(f"office:{one}" for one in self.of),
            *(f"person:{one}" for one in self.people),
        )
        return tuple((name,) for name in names) if self.needs == "all" else (names,)

    @property
    def open_places(self) -> tuple[int, ...]:
        filled = {one.place for one in self.given}
        return tuple(place for place in range(len(self.places)) if place not in filled)

    @property
    def done(self) -> bool:
        return not self.open_places


def steps_from(recorded: Any) -> tuple[ChainStep, ...]:
    """Return the steps that a request's subject records."""
    return msgspec.convert(recorded, tuple[ChainStep, ...])


def recorded(steps: Iterable[ChainStep]) -> list[dict[str, Any]]:
    """Return steps as a request's subject records them."""
    found: list[dict[str, Any]] = msgspec.json.decode(msgspec.json.encode(list(steps)))
    return found


def widened(steps: Sequence[ChainStep], asked: Sequence[ChainStep]) -> tuple[ChainStep, ...]:
    """Return the steps with those that are `asked` besides, each before the first that comes after it in the regime."""
    found = list(steps)
    for step in asked:
        if step.id in [one.id for one in found]:
            continue
        later = (
            n for n, one in enumerate(found) if one.id == CHIEF or (one.id.isdigit() and int(one.id) > int(step.id))
        )
        found.insert(next(later, len(found)), step)
    return tuple(found)


def current(steps: Sequence[ChainStep]) -> ChainStep | None:
    """Return the step that is asked for now; None if everything is signed."""
    return next((step for step in steps if not step.done), None)


def signed_step(steps: Sequence[ChainStep], place: int, by: str, giver: str | None) -> tuple[ChainStep, ...]:
    """Return the chain with one more signature in the present step."""
    present = current(steps)
    given = GivenSignature(place, by, giver)
    return tuple(
        structs.replace(step, given=(*step.given, given)) if present and step.id == present.id else step
        for step in steps
    )


def before_the_last(steps: Sequence[ChainStep], new: ChainStep) -> tuple[ChainStep, ...]:
    """Return the chain with a step that somebody adds, before the last one of the regime."""
    regular = [n for n, step in enumerate(steps) if step.id.isdigit()]
    at = regular[-1] if regular else 0
    return (*steps[:at], new, *steps[at:])


def subject_with(subject: Mapping[str, Any], steps: Sequence[ChainStep], asked: Sequence[str]) -> dict[str, Any]:
    """Return a request's subject with its chain, and with whom it asks at once (ids), if that is more than one."""
    plain = {key: value for key, value in subject.items() if key != "asked"}
    return {**plain, "chain": recorded(steps), **({"asked": list(asked)} if len(asked) > 1 else {})}


def needs_words(steps: Sequence[ChainStep]) -> Sequence[ChainStep]:
    """Return the steps if they are worth telling: several signatures, or one that something particular asks for."""
    return steps if len(steps) > 1 or any(len(one.places) > 1 or one.why for one in steps) else ()
