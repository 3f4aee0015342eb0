"""Read whom a post is about: people and departments of the institution, and those whom it names without saying which.

A person who is accused takes the own department along. Where a post complains of somebody and several may be meant,
each of them counts until the desk has said which one it is. Somebody who is greeted, asked for help or said to see to
it is not who the post is about.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple, TypeVar

from handlers.rules.language.near_words import around
from handlers.rules.language.taken import Taken
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Department, Institution, Person
from handlers.rules.people.latin_names import latin_mentioned
from handlers.rules.people.mentioned import Mention, cleaned, people_mentioned
from handlers.rules.people.offices import OfficeMention, offices_mentioned
from handlers.rules.people.recusal import LEADERS, impartial
from handlers.rules.people.spelt_titles import spelt_out
from handlers.rules.people.unit_heads import with_titles, within
from handlers.rules.posts.accusations import READ, complains, complains_of, standing

_MOST_KEPT = 1000
"""How many names are remembered with the words around them."""
_Span = TypeVar("_Span", Mention, OfficeMention)
_ADDRESS = LazyPattern(r"(?:https?://|www\.)[!-~]+")


class Whom(NamedTuple):
    """Whom a post is about, as `handlers.rules.people.recusal` reads it, and the words that leave it open."""

    about: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


class _Finding(NamedTuple):
    """What one mention adds: people and a department that are meant, people who may be, words that leave it open."""

    people: tuple[Person, ...] = ()
    departments: tuple[str, ...] = ()
    maybe: tuple[Person, ...] = ()
    unclear: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[str, ...]:
        people = (f"person:{one.id}" for one in self.people)
        return (*people, *(f"department:{name}" for name in self.departments))


def whom(text: str, institution: Institution, unit: Department | None = None) -> Whom:
    """Return whom a post is about. In one that a `unit` found, who leads is the head of the unit (我校校长)."""
    offices = within(unit, institution) if unit else institution
    found = _findings(spelt_out(cleaned(_ADDRESS.sub(" ", text)), institution), with_titles(institution), offices)
    about = tuple(dict.fromkeys(name for finding in found for name in finding.about))
    open_names = (institution.person(person.id) for finding in found for person in finding.maybe)
    maybe = [person for person in open_names if person and f"person:{person.id}" not in about]
    unclear = dict.fromkeys(words for finding in found for words in finding.unclear)
    return Whom((*about, *_kept(maybe, about, institution)), tuple(unclear))


def _findings(text: str, institution: Institution, of_offices: Institution) -> list[_Finding]:
    """Return what each name, each office and each department in a cleaned text adds."""
    mentions = [*people_mentioned(text, institution), *latin_mentioned(text, institution)]
    named = Taken(len(text))
    for one in mentions:
        named.take(one.start, one.end)
    offices = [one for one in offices_mentioned(text, of_offices) if named.is_free(one.start, one.end)]
    rest = _without(text, (*mentions, *offices))
    complained_of = [one.name for one in institution.departments if _complains_of(one, rest)]
    return [
        *_of_people(text, mentions),
        *(_of_office(text, one) for one in _once(text, offices)),
        _Finding(departments=tuple(complained_of)),
    ]


def _complains_of(department: Department, text: str) -> bool:
    return any(complains_of(name, text) for name in _spellings(department))


@lru_cache(maxsize=1024)
def _spellings(department: Department) -> tuple[str, ...]:
    return tuple(cleaned(name) for name in (department.name, *department.aliases))


def _kept(maybe: Sequence[Person], about: Sequence[str], institution: Institution) -> tuple[str, ...]:
    """Return "maybe:id" of those who may be meant, unless that would leave neither leader nor chief to decide."""
    added = tuple(dict.fromkeys(f"maybe:{one.id}" for one in maybe))
    judges = institution.with_role(*LEADERS)
    if any(one.has(*LEADERS) for one in maybe) and not any(
        impartial(one, (*about, *added), institution) for one in judges
    ):
        return tuple(f"maybe:{one.id}" for one in maybe if not one.has(*LEADERS))
    return added


def _without(text: str, spans: Iterable[Mention | OfficeMention]) -> str:
    """Return the text with names and offices blanked: 分管后勤的副校长 is no complaint about 后勤."""
    parts: list[str] = []
    end = 0
    for one in sorted(spans, key=attrgetter("start")):
        parts += (text[end : one.start], "○" * (one.end - max(one.start, end)))
        end = max(one.end, end)
    return "".join((*parts, text[end:]))


def _of_people(text: str, mentions: Iterable[Mention]) -> Iterator[_Finding]:
    """Yield what each name adds; somebody who is accused already is not accused again."""
    accused: set[tuple[Person, ...]] = set()
    for one in _once(text, mentions):
        if one.people not in accused or not one.plain:
            found = _of_person(text, one)
            if found.people and found.departments:
                accused.add(one.people)
            yield found


def _once(text: str, spans: Iterable[_Span]) -> Iterator[_Span]:
    """Yield each name or office once among the same words: again it adds nothing."""
    seen: set[tuple[str, ...]] = set()
    for one in spans:
        words = around(text, one.start, one.end, READ)
        if words not in seen:
            yield one
            if len(seen) < _MOST_KEPT:
                seen.add(words)


def _of_person(text: str, mention: Mention) -> _Finding:
    sure = (mention.plain and not mention.weak) or mention.often
    if not (sure or complains(text, mention.start, mention.end)):
        return _Finding()
    said = standing(text, mention.start, mention.end)
    if said == "addressed" and not mention.often:
        return _Finding()
    if not mention.plain:
        return _Finding(maybe=mention.people, unclear=(mention.words,))
    return _Finding(mention.people, _departments(mention.people) if said == "accused" else ())


def _of_office(text: str, office: OfficeMention) -> _Finding:
    """Return whom an office means; unlike a name it counts only where something is complained of, or said so often."""
    if not office.often and not _is_complained_of(text, office):
        return _Finding()
    own = (office.department,) if office.department else ()
    if len(office.people) == 1:
        return _Finding(office.people, own or _departments(office.people))
    if own:
        return _Finding(departments=own)
    return _Finding(maybe=office.people, unclear=(office.words,))


def _is_complained_of(text: str, office: OfficeMention) -> bool:
    complained_of = complains(text, office.start, office.end)
    return complained_of and standing(text, office.start, office.end) != "addressed"


def _departments(people: tuple[Person, ...]) -> tuple[str, ...]:
    return tuple(one.department for one in people if one.department)
