"""Which steps of approval a regime asks for: by the tier, the kind and the words of a matter, and who may give them."""

import re
from collections.abc import Iterable, Iterator

from handlers.rules.language.folding import normalize, visible
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Department, Institution, Person
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import ApprovalStep

_BLANKS = LazyPattern(r"\s+")
_MARKS_INSIDE = LazyPattern(r"(?<=[\u3400-\u9fff])(?:[^\w，。；：！？,;:!?]|_)+(?=[\u3400-\u9fff])")
"""Marks between Chinese characters, as in 涉·密; those that end a clause stay, as in 不干涉，密切配合."""


def reasons(step: ApprovalStep, tier: str, kind: str | None, texts: Iterable[str]) -> tuple[str, ...] | None:
    """Return why a step is asked for, such as ("tier:major", "word:涉密"); () if it always is, None if it is not.

    The `texts` are those of the post and of what is to be signed.
    """
    found: list[str] = []
    if step.tiers:
        found += [f"tier:{tier}"] if tier in step.tiers else [""]
    if step.kinds:
        found += [f"kind:{kind}"] if kind in step.kinds else [""]
    if step.words:
        word = next(words_in(step.words, texts), None)
        found += [f"word:{word}"] if word else [""]
    return None if "" in found else tuple(found)


def words_in(words: Iterable[str], texts: Iterable[str]) -> Iterator[str]:
    """Yield the words that one of the texts has, in whatever width, script or spacing; an English one as a word.

    Marks inside a Chinese word do not hide it.
    """
    plain = [normalize(visible(text)).casefold() for text in texts]
    close = [_close(text) for text in plain]
    for word in words:
        wanted = normalize(word).casefold().strip()
        if wanted.isascii():
            if any(re.search(rf"(?<![a-z0-9]){re.escape(wanted)}(?![a-z0-9])", text) for text in plain):
                yield word
        elif any(_close(wanted) in text for text in close):
            yield word


def _close(text: str) -> str:
    return _MARKS_INSIDE.sub("", _BLANKS.sub("", text))


def office_of(name: str, regime: Regime, institution: Institution) -> Department | None:
    """Return the department that an office of a regime is; None if the institution has none."""
    rule = regime.office.get(name)
    departments = (institution.department(one) for one in (rule.names if rule else (name,)))
    return next((one for one in departments if one), None)


def office_people(department: Department, institution: Institution) -> tuple[Person, ...]:
    """Return who signs for a department: its heads, then its liaisons."""
    own = (institution.with_role(role, department=department.name) for role in ("head", "liaison"))
    return tuple(dict.fromkeys(person for people in own for person in people))


def roles_instead(name: str, regime: Regime) -> tuple[str, ...]:
    """Return whose roles sign where the institution has not got an office."""
    rule = regime.office.get(name)
    return rule.otherwise if rule else ()
