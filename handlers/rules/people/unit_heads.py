"""How people speak of the heads of units below the office: 何校长 of a unit's group is its head, and so is 我校校长."""

from msgspec.structs import replace

from handlers.rules.people.institution import Department, Institution, Person

_LEADING = ("leader", "chief")


def with_titles(institution: Institution) -> Institution:
    """Return the institution as names are read in it: the head of a unit may bear the title of who leads it (校长)."""
    if not institution.units:
        return institution
    return replace(institution, people=tuple(_titled(one, institution) for one in institution.people))


def within(unit: Department, institution: Institution) -> Institution:
    """Return the institution as offices are read in a unit's post: who leads there is the unit's head."""
    people = tuple(_within(one, unit, institution) for one in institution.people)
    return replace(institution, name=unit.name, people=people)


def _titled(person: Person, institution: Institution) -> Person:
    if not person.has("head") or institution.unit_of(person) is None:
        return person
    return replace(person, roles=(*person.roles, "chief"))


def _within(person: Person, unit: Department, institution: Institution) -> Person:
    if person.department == unit.name:
        return _titled(person, institution)
    return replace(person, roles=tuple(role for role in person.roles if role not in _LEADING))
