"""Find one person for each of several signatures, so that nobody gives two of them."""

from collections.abc import Sequence

from handlers.rules.people.institution import Person


def one_each(choices: Sequence[Sequence[Person]]) -> list[Person | None]:
    """Return a person for each of the `choices`, all different: the first of each that leaves somebody for the others.

    None stands where nobody is left; as few as possible are left without.
    """
    taken: dict[str, int] = {}
    for place in range(len(choices)):
        _place(place, choices, taken, set())
    found = {place: id for id, place in taken.items()}
    return [
        next((person for person in people if person.id == found.get(place)), None)
        for place, people in enumerate(choices)
    ]


def _place(place: int, choices: Sequence[Sequence[Person]], taken: dict[str, int], seen: set[str]) -> bool:
    """Give a place to somebody, moving others to places that they could have as well; return whether it worked."""
    people = [person for person in choices[place] if person.id not in seen]
    for person in sorted(people, key=lambda one: one.id in taken):  # who is free first
        if person.id in seen:
            continue
        seen.add(person.id)
        if person.id not in taken or _place(taken[person.id], choices, taken, seen):
            taken[person.id] = place
            return True
    return False
