"""Find departments and people as colleagues call them: by aliases, with or without titles, @ before, 办理 behind."""

import re
from collections.abc import Iterable
from functools import lru_cache

from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Department, Institution, Person

_TITLE = (
    r"(?:副?(?:校长|局长|处长|科长|院长|部长|镇长|县长|区长|市长|主任|书记|经理|总监|队长|会计|园长|站长|所长|检察长)|"
    r"老师|同志|同学|先生|女士|总|工)"
)
_TITLED = LazyPattern(rf"^(.+?){_TITLE}$")
_TO = LazyPattern(r"^(?:交由|交给|转给|派给|交|给|到|由|请|让|@|＠|to\b|by\b|\s)+", re.IGNORECASE)
_DO = LazyPattern(r"(?:来|去)?(?:办理|处理|负责|承办|牵头|跟进|办)?(?:吧|一下)?$")
_LONGEST_DO = 5
ROLE_NAMES = {
    "办公室": "office",
    "值守台": "office",
    "主要领导": "chief",
    "office": "office",
    "the office": "office",
    "chief": "chief",
}


LONGEST = 200
"""Maximum length (characters) of a name with the words around it; longer ones name nobody."""


def bare(text: str) -> str:
    """Return a name without the words around it: 教务处 of 给教务处办理."""
    text = text.strip()
    begins = _TO.match(normalize(text))
    text = text[begins.end() :] if begins else text
    plain = normalize(text)
    end = len(plain)
    while end and (plain[end - 1].isspace() or plain[end - 1] in "。.!~,"):
        end -= 1
    ends = _DO.search(plain, max(end - _LONGEST_DO, 0), end)
    return (text[: ends.start()] if ends and ends.start() else text).strip()


def department_named(text: str, institution: Institution) -> Department | None:
    """Return the department of a name, an alias, or somebody who works there."""
    if len(text) > LONGEST:
        return None
    for name in dict.fromkeys((text.strip(), bare(text))):
        found = institution.department(name) or _spelt_alike(name, institution)
        if found:
            return found
        people = people_named(name, institution)
        if len(people) == 1 and people[0].department:
            return institution.department(people[0].department)
    return None


def _spelt_alike(name: str, institution: Institution) -> Department | None:
    wanted = normalize(name).casefold()
    return next(
        (d for d in institution.departments for n in (d.name, *d.aliases) if normalize(n).casefold() == wanted), None
    )


def departments_in(text: str, institution: Institution) -> tuple[Department, ...]:
    """Return every department that a text names, in its order; of overlapping names the longest."""
    names = {normalize(n).casefold(): d for d in institution.departments for n in (d.name, *d.aliases)}
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return tuple(dict.fromkeys(names[found[0]] for found in re.finditer(pattern, normalize(text).casefold())))


def people_named(text: str, institution: Institution) -> tuple[Person, ...]:
    """Return who may be meant: by id or name, else surname and title (钱校长 is 钱副校长), else a role (办公室)."""
    if len(text) > LONGEST:
        return ()
    name = normalize(bare(text))
    folded = name.casefold()
    exact = [p for p in institution.people if folded in _exact_names(p)]
    if exact:
        return tuple(exact)
    titled = _TITLED.match(name)
    stem = titled[1] if titled else name
    same = [p for p in institution.people if _same(p, stem, titled=titled is not None)]
    if same:
        return tuple(same)
    role = ROLE_NAMES.get(name.casefold())
    return institution.with_role(role) if role else ()


@lru_cache(maxsize=1024)
def _exact_names(person: Person) -> tuple[str, str]:
    return person.id.casefold(), normalize(person.name).casefold()


def _same(person: Person, stem: str, *, titled: bool) -> bool:
    """Return whether a name means the person; a surname is enough only with a title (吴老师)."""
    if not (titled or len(stem) > 1):
        return False
    return _stem(person.name) == stem or (titled and len(stem) == 1 and normalize(person.name).startswith(stem))


def _stem(name: str) -> str:
    titled = _TITLED.match(normalize(name))
    return titled[1] if titled else normalize(name)


def people_in(text: str, people: Iterable[Person]) -> tuple[Person, ...]:
    """Return the people whom a text names, by full name or by surname and title."""
    normalized = normalize(text)
    return tuple(
        p
        for p in people
        if normalize(p.name) in normalized or re.search(rf"{re.escape(_stem(p.name))}{_TITLE}", normalized)
    )
