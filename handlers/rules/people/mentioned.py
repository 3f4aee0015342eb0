"""Find the people of the institution whom Chinese prose names: 王强, 王 强, 钱校长, 总务处王老师, 冯某.

What only looks like a name is none (王强调, 每周老师, 收钱校长), nor is somebody from the public (王强同学).
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import NamedTuple, Protocol, TypeVar

from handlers.rules.language.folding import normalize
from handlers.rules.language.near_words import around
from handlers.rules.language.often import Often
from handlers.rules.language.taken import Taken
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Institution, Person
from handlers.rules.people.name_words import (
    BEGINS_A_WORD,
    CITIZEN_AFTER,
    CITIZEN_BEFORE,
    ENDS_A_WORD,
    STILL_A_NAME,
    SURNAMES,
    WORDS,
)
from handlers.rules.people.titles import MIDDLE, TITLE, TOP, may_be_called, parts

_INVISIBLE = LazyPattern("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BETWEEN = LazyPattern(r"(?<=[\u4e00-\u9fff])[ \t·•・‧.\-–_/|~]{1,3}(?=[\u4e00-\u9fff])")
_TITLE = LazyPattern(TITLE)
_OTHER_OFFICE = LazyPattern(r"(?:老师|教师|班主任|保安|司机|医生|护士|员工|职工|校医|厨师|教练)$")
_PARTICLES = frozenset("的是和跟与向找让被把给由说叫对请问及或等因为了在到,，、。:： \n")
_HOLDERS = LazyPattern(rf"[{''.join(sorted(SURNAMES))}](?:副|常务副)?(?:{TOP}|{MIDDLE})")


_LONGEST_NAME = 100
"""Maximum length (characters) of a department's name."""
_BESIDE = 40
"""How many characters beside a name tell whether it is one, more than any title has."""


class TextSpan(Protocol):
    """Characters of a text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


_Spanning = TypeVar("_Spanning", bound=TextSpan)


class Mention(NamedTuple):
    """Somebody whom a text names, and where in the cleaned text: the `people` who may be meant.

    `plain` if it is certain that the one person in `people` is meant; nobody may fit (张局长). `weak` if a teacher's
    title alone is behind the surname, which many share. `often` if the same words stand so often in the text that they
    are its subject.
    """

    words: str
    start: int
    end: int
    people: tuple[Person, ...]
    plain: bool
    weak: bool = False
    often: bool = False

    def at(self, start: int, often: bool) -> "Mention":
        """Return the same words at another place."""
        return Mention(self.words, start, start + len(self.words), self.people, self.plain, self.weak, often)


def cleaned(text: str) -> str:
    """Return the text normalized, without invisible characters and without separators inside Chinese words."""
    return _BETWEEN.sub("", _INVISIBLE.sub("", normalize(text)))


def people_mentioned(text: str, institution: Institution) -> tuple[Mention, ...]:
    """Return whom a cleaned text names, in its order."""
    taken = Taken(len(text))
    # One after the other, so that nothing is read of what the ones before took.
    readings = _full_names(text, institution), _titled(text, institution, taken), _unknown_holders(text, taken)
    return disjoint(chain.from_iterable(readings), taken)


def disjoint(found: Iterable[_Spanning], taken: Taken) -> tuple[_Spanning, ...]:
    """Take what is not taken yet, and return what does not overlap with an earlier one, in the order of the text."""
    return tuple(sorted((one for one in found if taken.take_free(one.start, one.end)), key=attrgetter("start")))


def _full_names(text: str, institution: Institution) -> Iterator[Mention]:
    known: dict[str, list[Person]] = {}
    for person in institution.people:
        for name in _names(person):
            known.setdefault(name, []).append(person)
    if not known:
        return
    spelt = "|".join(r"\*?".join(map(re.escape, name)) for name in sorted(known, key=len, reverse=True))
    read: dict[tuple[str, ...], Mention | None] = {}
    often = Often()
    for found in re.finditer(spelt, text):
        if often.enough(found[0]):
            continue
        beside = around(text, *found.span(), _BESIDE)
        if beside not in read:
            read[beside] = _of_name(text, found, known[found[0].replace("*", "")])
        if mention := read[beside]:
            yield mention.at(found.start(), often.found(found[0]))


def _of_name(text: str, found: re.Match[str], people: list[Person]) -> Mention | None:
    """Return whom a name with the title behind it means; None if it is no name here."""
    if not _is_name(text, found, people[0]):
        return None
    titled = _TITLE.match(text, found.end())
    start, end = found.start(), titled.end() if titled else found.end()
    return Mention(text[start:end], start, end, tuple(people), len(people) == 1)


@lru_cache(maxsize=1024)
def _names(person: Person) -> tuple[str, ...]:
    """Return the person's Chinese name as it is written, and without its title if that leaves a given name."""
    name = cleaned(person.name).replace(" ", "")
    if name.isascii() or len(name) < 2:
        return ()
    own = parts(person)
    return tuple(dict.fromkeys((name, own.surname + own.given))) if own.given else (name,)


def _is_name(text: str, found: re.Match[str], person: Person) -> bool:
    """Return whether the characters of a name are one here, by the characters around them."""
    start, end, own = found.start(), found.end(), parts(person)
    given = f"{own.surname}{own.given}" == found[0].replace("*", "")
    if CITIZEN_AFTER.match(text, end) or _ends_a_word(text, start):
        return False
    if not given:
        return _TITLE.match(text, start + len(own.surname)) is not None
    if _TITLE.match(text, end):
        return True
    return not (found[0] in WORDS or CITIZEN_BEFORE.search(text[max(start - 12, 0) : start]) or _goes_on(text, end))


def _ends_a_word(text: str, start: int) -> bool:
    """Return whether the character at `start` ends a word that begins before it: 收钱, 上周."""
    return start > 0 and text[start - 1] in ENDS_A_WORD.get(text[start], "")


def _goes_on(text: str, end: int) -> bool:
    """Return whether the character before `end` begins a word that goes on behind it: 强调."""
    begins = text[end : end + 1] in BEGINS_A_WORD.get(text[end - 1], "") and end < len(text)
    return begins and not STILL_A_NAME.match(text, end)


def _titled(text: str, institution: Institution, taken: Taken) -> Iterator[Mention]:
    """Yield the people who are named by surname and title, where nothing is taken."""
    families: dict[str, list[Person]] = {}
    for person in institution.people:
        if not normalize(person.name).isascii():
            families.setdefault(parts(person).surname, []).append(person)
    if not families:
        return
    read: dict[tuple[str, ...], Mention | None] = {}
    often = Often()
    for found in re.finditer(rf"(?P<surname>{'|'.join(sorted(families))}){TITLE}", text):
        if often.enough(found[0]) or not taken.is_free(*found.span()):
            continue
        beside = around(text, *found.span(), _LONGEST_NAME)
        if beside not in read:
            is_one = _is_holder(text, found)
            read[beside] = _of_family(text, found, families[found["surname"]], institution) if is_one else None
        if mention := read[beside]:
            yield mention.at(found.start(), often.found(found[0]))


def _is_holder(text: str, found: re.Match[str]) -> bool:
    """Return whether it is a surname with a title, and not somebody of the public (市民王某)."""
    citizen = CITIZEN_BEFORE.search(text[max(found.start() - 12, 0) : found.start()])
    return not (_is_given_name(text, found.start()) or (found["somebody"] and citizen))


def _of_family(text: str, found: re.Match[str], family: list[Person], institution: Institution) -> Mention:
    before = text[max(found.start() - _LONGEST_NAME, 0) : found.start()]
    department = _department_before(before, institution)
    people = [one for one in family if one.department == department] if department else []
    kind = next(name for name in ("ranked", "teacher", "somebody", "short") if found[name])
    fitting = [one for one in people or family if may_be_called(one, found[kind], kind)]
    plain = len(fitting) == 1 and not (kind == "somebody" and _OTHER_OFFICE.search(before))
    # Somebody of the surname whose own title is another may be meant or not.
    meant = tuple(fitting or family)
    return Mention(found[0], found.start(), found.end(), meant, plain, weak=kind == "teacher")


def _department_before(before: str, institution: Institution) -> str | None:
    names = {normalize(name): one.name for one in institution.departments for name in (one.name, *one.aliases)}
    ending = before.removesuffix("的")
    return next((names[name] for name in sorted(names, key=len, reverse=True) if ending.endswith(name)), None)


def _is_given_name(text: str, start: int) -> bool:
    """Return whether the surname at `start` is part of a word or of another's name: 收钱, 李卫老师."""
    if _ends_a_word(text, start):
        return True
    return any(
        start >= back
        and text[start - back] in SURNAMES
        and not (_PARTICLES & {*text[start - back + 1 : start]})
        and not _ends_a_word(text, start - back)
        for back in (1, 2)
    )


def _unknown_holders(text: str, taken: Taken) -> Iterator[Mention]:
    """Yield holders of an office whom no person of the institution fits, where nothing is taken: 张局长."""
    given: dict[tuple[str, ...], bool] = {}
    often = Often()
    for found in _HOLDERS.finditer(text):
        if often.enough(found[0]) or not taken.is_free(*found.span()):
            continue
        words = around(text, *found.span(), 3)
        if words not in given:
            given[words] = _is_given_name(text, found.start())
        if not given[words]:
            yield Mention(found[0], *found.span(), (), plain=False, often=often.found(found[0]))
