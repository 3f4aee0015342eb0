"""Find the people of the institution whom English prose names: Alice Smith, Ms Smith, Principal Qian.

Somebody with a Chinese name is found by title and id (`qian`), as the id is usually the surname in Latin letters.
"""

import re
from collections.abc import Iterator

from handlers.rules.language.near_words import find_near
from handlers.rules.language.often import Often
from handlers.rules.lazy_pattern import made_of_names
from handlers.rules.people.institution import Institution, Person
from handlers.rules.people.mentioned import Mention

_OFFICE = (
    r"(?:(?:vice|deputy|assistant)[- ])?(?:principal|headmaster|headmistress|head|director|dean|president|mayor|chief|"
    r"secretary|manager|supervisor|officer|professor|prof|dr|captain|section chief)"
)
_COURTESY = r"mr|mrs|ms|miss|mx|teacher|sir"


def latin_mentioned(text: str, institution: Institution) -> Iterator[Mention]:
    """Yield whom a cleaned text names in Latin letters."""
    yield from _full_names(text, institution)
    yield from _titled(text, institution)


def _full_names(text: str, institution: Institution) -> Iterator[Mention]:
    often = Often()
    for person in institution.people:
        words = person.name.split()
        if not person.name.isascii() or not words:
            continue
        # A name of one word may be a word (Grace, Will): it counts as it is written.
        flags = re.IGNORECASE if len(words) > 1 else re.NOFLAG
        spelt = r"[\s.-]+".join(map(re.escape, words))
        for found in re.finditer(rf"\b{spelt}\b", text, flags):
            if not often.enough(found[0]):
                yield Mention(found[0], *found.span(), (person,), plain=True, often=often.found(found[0]))


def _titled(text: str, institution: Institution) -> Iterator[Mention]:
    families = _families(institution)
    if not families:
        return
    spelt = "|".join(re.escape(name) for name in sorted(families, key=len, reverse=True))
    pattern = rf"\b(?:(?P<office>{_OFFICE})|(?P<courtesy>{_COURTESY}))\.?\s+(?:[A-Z][a-z]+\s+)?(?P<name>{spelt})\b"
    known: dict[str, Mention] = {}
    often = Often()
    for found in find_near(made_of_names(pattern), tuple(families), text, text.lower()):
        words = found[0]
        if often.enough(words):
            continue
        if words not in known:
            known[words] = _of_family(found, families[found["name"].casefold()])
        yield known[words].at(found.start(), often.found(words))


def _of_family(found: re.Match[str], people: tuple[Person, ...]) -> Mention:
    certain = found["office"] or all(person.name.isascii() for person in people)
    plain = len(people) == 1 and bool(certain)
    return Mention(found[0], found.start(), found.end(), people, plain, weak=not found["office"])


def _families(institution: Institution) -> dict[str, tuple[Person, ...]]:
    """Return the people by surname in Latin letters, in lower case."""
    found: dict[str, tuple[Person, ...]] = {}
    for person in institution.people:
        name = person.name.split()[-1] if person.name.isascii() and person.name.strip() else person.id
        if name.isascii() and name.isalpha():
            found[name.casefold()] = (*found.get(name.casefold(), ()), person)
    return found
