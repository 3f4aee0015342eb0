"""Recusal (回避): who is left out of a matter because it is about them, and who remains.

`about` says whom a matter is about: "person:id", "department:name", and "maybe:id" for each of several people of whom
the post means one, until the desk has said which. Everything here follows from `about` and the institution alone.
"""

from collections.abc import Callable, Collection, Iterable

from handlers.rules.people.institution import Department, Institution, Person

DESK_ROLES = ("office", "officer")
LEADERS = ("leader", "chief")
Keep = Callable[[Person], bool]


def concerned(person: Person, about: Collection[str]) -> bool:
    """Return whether a matter is, or may be, about the person or about the department in which they work."""
    return not {*about}.isdisjoint(names_of(person))


def names_of(person: Person) -> tuple[str, ...]:
    """Return the entries of `about` that concern the person."""
    department = (f"department:{person.department}",) if person.department else ()
    return (f"person:{person.id}", f"maybe:{person.id}", *department)


def answers_to(person: Person, superior: Person, institution: Institution) -> bool:
    """Return whether a person is a subordinate of another.

    Everybody answers to the chief, every head to every leader, and the people of a department to its head and to the
    leader in charge of it.
    """
    if person.id == superior.id or person.has("chief"):
        return False
    if superior.has("chief"):
        return True
    if person.has("leader"):
        return False
    if superior.has("leader") and (person.has("head") or _in_charge(person, institution) == superior.id):
        return True
    return superior.has("head") and superior.department == person.department and not person.has("head")


def _in_charge(person: Person, institution: Institution) -> str | None:
    department = institution.department(person.department) if person.department else None
    return department.leader if department else None


def impartial(person: Person, about: Collection[str], institution: Institution) -> bool:
    """Return whether a matter is neither about the person nor about somebody to whom they answer."""
    if concerned(person, about):
        return False
    ids = {one.partition(":")[2] for one in about if not one.startswith("department:")}
    return not any(answers_to(person, one, institution) for one in institution.people if one.id in ids)


def may_decide(person: Person, about: Collection[str], institution: Institution) -> bool:
    """Return whether the person may decide in a matter: impartial, or called because nobody is."""
    if not about or impartial(person, about, institution):
        return True
    return not concerned(person, about) and person in remaining(about, institution)


def remaining(about: Collection[str], institution: Institution) -> tuple[Person, ...]:
    """Return who is called where those who should decide may not; nobody only where the institution has no people.

    These are the impartial leaders and desk; without one the chief, else the desk, else leaders, else anybody whom it
    is not about. If it is about everybody, the chief or the desk hear of it and may only transfer it to a superior.
    """
    judging = institution.with_role(*LEADERS, *DESK_ROLES)
    called = (institution.with_role("chief"), desk_people(institution), institution.with_role("leader"))
    return (
        tuple(one for one in judging if impartial(one, about, institution))
        or _first((*called, institution.people), lambda one: not concerned(one, about))
        or _first((*called, institution.people), lambda _: True)
    )


def everybody(about: Collection[str], institution: Institution) -> bool:
    """Return whether a matter is about everybody, so that only a superior body can decide it."""
    return bool(about) and all(concerned(person, about) for person in institution.people)


def desk_people(institution: Institution) -> tuple[Person, ...]:
    """Return all who work at the desk, the people on duty first."""
    return tuple(dict.fromkeys((*institution.on_duty, *institution.office(), *institution.with_role(*DESK_ROLES))))


def desk(about: Collection[str], institution: Institution) -> tuple[Person, ...]:
    """Return who is called at the desk in a matter: the people of the desk, else the leaders, the chief, the officers.

    Left out are people whom it is about, and as long as others remain also those who answer to them.
    """
    if not about:
        return institution.desk() or remaining(about, institution)
    leaders, chief = institution.with_role("leader"), institution.with_role("chief")
    called = (institution.on_duty, institution.office(), leaders, chief, institution.with_role("officer"))
    found = (
        _first(called, lambda one: impartial(one, about, institution))
        or _first(called, lambda one: not concerned(one, about))
        or remaining(about, institution)
    )
    return _present(found, about, institution)


def liaisons(department: str, about: Collection[str], institution: Institution) -> tuple[Person, ...]:
    """Return who answers for a department in a matter: its liaisons whom it is not about, else its heads."""
    own = (institution.with_role(role, department=department) for role in ("liaison", "head"))
    return _present(_first(own, lambda one: not concerned(one, about)), about, institution)


def owners(department: str | None, about: Collection[str], institution: Institution) -> tuple[Person, ...]:
    """Return who is asked to act on a matter: its department's people, else the desk."""
    return (liaisons(department, about, institution) if department else ()) or desk(about, institution)


def excluded(department: str, about: Collection[str], institution: Institution) -> bool:
    """Return whether a department may not have a matter: it is about the department, or about all who answer for it.

    A unit below the office may not have one about its head either, who signs there.
    """
    if f"department:{department}" in about:
        return True
    if about and institution.unit(department):
        heads = institution.with_role("head", department=department)
        return any(concerned(head, about) for head in heads)
    return bool(institution.liaisons(department)) and not liaisons(department, about, institution)


def departments(about: Collection[str], institution: Institution) -> tuple[Department, ...]:
    """Return the departments that may have a matter; a suspended unit gets none."""
    every = (one for one in institution.departments if not one.suspended)
    return tuple(one for one in every if not excluded(one.name, about, institution))


def told(people: Iterable[Person], about: Collection[str], institution: Institution) -> tuple[Person, ...]:
    """Return those of `people` who may be told of a matter; if it is about all of them, the chief and the desk."""
    listed = tuple(people)
    if not about or not listed:
        return listed
    above = (*institution.with_role("chief"), *desk_people(institution))
    found = _first((listed, above), lambda one: not concerned(one, about)) or remaining(about, institution)
    return _present(found, about, institution)


def above(about: Collection[str], institution: Institution) -> tuple[Person, ...]:
    """Return the chief, or the leaders if a matter is about the chief, without those whom it is about."""
    groups = (institution.with_role("chief"), institution.with_role("leader"))
    return _first(groups, lambda one: not concerned(one, about))


def may_know(person: Person, about: Collection[str]) -> bool:
    """Return whether the person is shown whom a matter is about: the desk, the leaders and the chief, if not it."""
    return person.has(*DESK_ROLES, *LEADERS) and not concerned(person, about)


def _present(people: Iterable[Person], about: Collection[str], institution: Institution) -> tuple[Person, ...]:
    """Return whom to call instead of people on leave: their deputies, unless the matter is about the deputy."""
    called = ((person, *institution.present((person,))) for person in people)
    return tuple(dict.fromkeys(person if concerned(deputy, about) else deputy for person, deputy in called))


def _first(groups: Iterable[Iterable[Person]], keep: Keep) -> tuple[Person, ...]:
    """Return the people to keep of the first group that has any."""
    kept = (tuple(one for one in group if keep(one)) for group in groups)
    return next((people for people in kept if people), ())
