"""Which department a post belongs to: the one that was @-ed, the unit it names, or whose keywords it has most of.

With a tie, with several units, with a suspended one, or without a keyword the desk decides.
"""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Department, Institution
from handlers.rules.people.names import department_named

_ADDRESS = LazyPattern(r"https?://[\w\-./?=&%#:;+~!@,$*]+", re.ASCII)
_AT = LazyPattern(r"@([^\s@,，。:：;；、()（）]+)")


class Route(Struct, frozen=True):
    """`because` is "mention", "named", "keyword", "unknown", "unit" (it found it), "past" where none may.

    It is "suspended" where a unit that found or is named in the post is. `words` are the name or the keywords found,
    or the suspended units, `candidates` those in a tie or named besides; of several that were @-ed the first leads, the
    others are `helpers`.
    """

    department: Department | None
    because: str
    words: tuple[str, ...] = ()
    candidates: tuple[Department, ...] = ()
    helpers: tuple[Department, ...] = ()


def route(text: str, mentioned: Iterable[str], institution: Institution) -> Route:
    """Return which department a post belongs to. `mentioned` are ids of people who were @-ed, as the platform says."""
    addressed = _addressed(text, mentioned, institution)
    if addressed:
        return Route(addressed[0], "mention", helpers=addressed[1:])
    named = _named_units(text, institution)
    if gone := tuple(unit for unit in named if unit.suspended):
        others = tuple(unit for unit in named if not unit.suspended)
        return Route(None, "suspended", tuple(unit.name for unit in gone), others)
    if len(named) == 1:
        [(unit, word)] = named.items()
        return Route(unit, "named", (word,))
    return Route(None, "unknown", candidates=tuple(named)) if named else _by_keywords(text, institution)


def _named_units(text: str, institution: Institution) -> dict[Department, str]:
    """Return the units that a post names, by name or alias, each with the word; of overlapping names the longest."""
    names = {name.casefold(): unit for unit in institution.units for name in (unit.name, *unit.aliases) if name.strip()}
    left, found = _ADDRESS.sub(" ", text).casefold(), dict[Department, str]()
    for name in sorted(names, key=len, reverse=True):
        if _times(name, left):
            found.setdefault(names[name], name)
            left = left.replace(name, " ")
    return found


def without_mentions(text: str, institution: Institution) -> str:
    """Return the text without @-mentions of departments and people of the institution."""

    ours = {name for name in dict.fromkeys(_AT.findall(text)) if _department_of(name, institution)}
    return (_AT.sub(lambda found: "" if found[1] in ours else found[0], text) if ours else text).strip()


def _addressed(text: str, mentioned: Iterable[str], institution: Institution) -> tuple[Department, ...]:
    names = [_department_of(name, institution) for name in dict.fromkeys(_AT.findall(text))]
    people = [institution.person(id) for id in mentioned]
    owners = [institution.department(person.department) for person in people if person and person.department]
    return tuple(dict.fromkeys(one for one in (*names, *owners) if one and not one.suspended))


def _department_of(name: str, institution: Institution) -> Department | None:
    return department_named(name, institution)


def _by_keywords(text: str, institution: Institution) -> Route:
    lowered = _ADDRESS.sub(" ", text).casefold()
    found = {
        department: tuple(word for word in department.keywords if _times(word, lowered))
        for department in institution.departments
        if not department.suspended
    }
    weight = {
        department: sum(len(word) * _times(word, lowered) for word in words) for department, words in found.items()
    }
    best = max(weight.values(), default=0)
    leading = _units_first([department for department, value in weight.items() if value == best and best])
    if len(leading) == 1:
        return Route(leading[0], "keyword", found[leading[0]])
    return Route(None, "unknown", candidates=leading)


def _units_first(leading: Sequence[Department]) -> tuple[Department, ...]:
    """Return the units of those in a tie, if there are any: their keywords name them."""
    return tuple(one for one in leading if one.unit) or tuple(leading)


def _times(word: str, lowered: str) -> int:
    """Return how often a keyword stands in a text; one in Latin letters only as a whole word."""
    word = word.casefold()
    if word not in lowered:
        return 0
    return len(re.findall(rf"\b{re.escape(word)}s?\b", lowered)) if word.isascii() else lowered.count(word)
