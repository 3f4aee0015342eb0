"""Topics of matters, links between them, and the root causes that gather them. None of it merges anything."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.taken_back import standing
from handlers.rules.language.folding import normalize
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal

TOPIC, LINKED, UNLINKED, CAUSE = "topic", "linked", "unlinked", "root cause"
LINKING = (LINKED, UNLINKED, CAUSE)
"""Kinds of the events that tell of links."""
MOST_LINKED, LONGEST_CAUSE = 50, 40


def set_topics(case: Case, actor: Person, topics: Sequence[str]) -> Decision:
    """Set the topics of a matter by hand, in place of those that its words gave it; none takes them off."""
    permit(case, actor, "topic")
    if case.incident.merged_into:
        raise Refusal("common.closed", case=case)
    return Decision(events=(AuditEvent(TOPIC, {"topics": [*topics], "by": "hand"}),))


def merged_topics(own: Sequence[str], others: Sequence[str]) -> tuple[AuditEvent, ...]:
    """Return the record of a matter's topics once another one is merged into it; nothing if it adds none."""
    both = dict.fromkeys((*own, *others))
    return (AuditEvent(TOPIC, {"topics": [*both], "by": "merge"}),) if len(both) > len(own) else ()


def by_words(topics: Sequence[str]) -> tuple[AuditEvent, ...]:
    """Return the record of the topics that the words of a new matter gave it; nothing without any."""
    return (AuditEvent(TOPIC, {"topics": [*topics], "by": "words"}),) if topics else ()


def link(cases: Sequence[Case], actor: Person, *, cause: str | None = None, apart: bool = False) -> list[Decision]:
    """Return what links the matters with each other, gathers them under a root cause, or takes their links off.

    Nobody links what is about them, and nothing that was struck.
    """
    numbers = [case.number for case in cases]
    _must_be_several(cases, cause)
    for case in cases:
        permit(case, actor, "link")
        if case.incident.stage in ("merged", "withdrawn"):
            raise Refusal("common.closed", case=case)
    kind = CAUSE if cause is not None else UNLINKED if apart else LINKED
    found = []
    for number in numbers:
        data: dict[str, Any] = {"with": [other for other in numbers if other != number]}
        if cause is not None:
            data["name"] = cause
        found.append(Decision(events=(AuditEvent(kind, data),)))
    return found


def _must_be_several(cases: Sequence[Case], cause: str | None) -> None:
    several = len({case.number for case in cases})
    if several < (1 if cause is not None else 2):
        raise Refusal("link.which")
    if several > MOST_LINKED:
        raise Refusal("link.too_many", most=MOST_LINKED)
    if cause is not None and not 2 <= len(cause) <= LONGEST_CAUSE:
        raise Refusal("link.cause", longest=LONGEST_CAUSE)


class Links(NamedTuple):
    """The matters that a matter is linked with, the name of its root cause, and the others of that cause."""

    numbers: tuple[int, ...] = ()
    cause: str | None = None
    gathered: tuple[int, ...] = ()


def links_of(kept: Iterable[Mapping[str, Any]]) -> Links:
    """Return the links of one matter, from those of its audit lines that stand."""
    numbers: dict[int, None] = {}
    links = Links()
    for line in kept:
        others = line["data"].get("with", ())
        if line["kind"] == LINKED:
            numbers |= dict.fromkeys(others)
        elif line["kind"] == UNLINKED:
            numbers = {one: None for one in numbers if one not in others}
        elif line["kind"] == CAUSE:
            links = Links((), line["data"].get("name") or "", tuple(others))
    return links._replace(numbers=tuple(sorted(numbers)))


def topics_of(kept: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the topics of one matter, from those of its audit lines that stand: the latest list counts."""
    latest = [line["data"]["topics"] for line in kept if line["kind"] == TOPIC]
    return tuple(latest[-1]) if latest else ()


def by_matter(lines: Iterable[Mapping[str, Any]], kind: str) -> dict[int, tuple[str, ...]]:
    """Return the topics, or the root cause, that each of several matters has by its latest line that stands."""
    found: dict[int, tuple[str, ...]] = {}
    for line in standing(lines):
        if line["kind"] == kind:
            data = line["data"]
            found[line["incident"]] = tuple(data["topics"]) if kind == TOPIC else (same_cause(data.get("name") or ""),)
    return found


def same_cause(name: str) -> str:
    """Return what makes two names of a root cause the same."""
    return "".join(normalize(name).casefold().split())
