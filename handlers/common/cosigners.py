"""Read who is to sign too: people and departments at the beginning of the words, and the reason behind them."""

import re
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.request_message import request_again
from handlers.rules.incident.asking import once_made
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.signers import asked_at_once
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Department, Institution, Person
from handlers.rules.people.names import people_named
from handlers.rules.refusal import Refusal
from handlers.rules.regime.approval_steps import office_of
from handlers.rules.regime.regime import Regime

_BEFORE = LazyPattern(r"(?:[\s@＠]|\bthe\b)+", re.IGNORECASE)
_BETWEEN = LazyPattern(r"\s*(?:[、和与及跟+&]|,\s*and\b|\band\b)(?:[\s@＠]|\bthe\b)*", re.IGNORECASE)
_BEFORE_REASON = LazyPattern(r"[\s,，。;；:：、—-]+")
_WORD = LazyPattern(r"[^\s、,，。;；:：]+")
_ENDS = LazyPattern(r"[a-z0-9]", re.IGNORECASE)


class Cosigners(NamedTuple):
    """Who is named, and what is said behind the names."""

    people: tuple[Person, ...]
    departments: tuple[Department, ...]
    rest: str


def cosigners(words: str, case: Case) -> Cosigners:
    """Return whom the words name first. Refusal if a name may mean several people."""
    known = _names(case.institution, case.regime)
    people: list[Person] = []
    departments: list[Department] = []
    rest = words
    found = _next(_BEFORE.sub("", rest, count=1) if _BEFORE.match(rest) else rest, known) or _called(
        rest.lstrip(), case
    )
    while found is not None:
        one, rest = found
        (people if isinstance(one, Person) else departments).append(one)  # type: ignore[arg-type]
        gap = _BETWEEN.match(rest)
        found = _next(rest[gap.end() :], known) if gap else None
    unique = tuple(dict.fromkeys(people)), tuple(dict.fromkeys(departments))
    return Cosigners(*unique, _BEFORE_REASON.sub("", rest, count=1).strip())


def _names(institution: Institution, regime: Regime) -> dict[str, Person | Department]:
    """Return people and departments by their names, and the offices of the regime by theirs."""
    offices = {
        name: department
        for key, rule in regime.office.items()
        if (department := office_of(key, regime, institution))
        for name in (*rule.names, *rule.title.values())
    }
    own = {name: one for one in institution.departments for name in (one.name, *one.aliases)}
    people = {name: one for one in institution.people for name in (one.name, one.id)}
    return {normalize(name).casefold(): one for name, one in (offices | own | people).items() if name.strip()}


def _next(words: str, known: dict[str, Person | Department]) -> tuple[Person | Department, str] | None:
    """Return who is named at the beginning of the words, by the longest name, and what stands behind it."""
    folded = normalize(words).casefold()
    for name in sorted(known, key=len, reverse=True):
        behind = folded[len(name) :]
        if folded.startswith(name) and not (name[-1].isascii() and _ENDS.match(behind)):
            return known[name], words[len(name) :]
    return None


def _called(words: str, case: Case) -> tuple[Person, str] | None:
    """Return whom the first word calls by surname and title or by role. Refusal if several may be meant."""
    word = _WORD.match(words)
    people = people_named(word[0], case.institution) if word else ()
    if len(people) > 1:
        raise Refusal("cosign.several", case=case, words=words, people=people)
    return (people[0], words[word.end() :]) if people and word else None


async def shown_again(context: Context, case: Case, decision: Decision, head: str) -> Reply:
    """Return the message that puts a request before its signers again once its chain is changed."""
    after = once_made(case, decision)
    request = next(one for one in after.requests if one.id == decision.decided[0].id)
    return await request_again(context, after, request, head, asked_at_once(after, request))
