"""Who handles a matter as one: its working group, its spokesman, and how far the response to it is raised.

Each record replaces the one before of its kind.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.permissions import permit
from handlers.rules.language.letters import letters
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal

TEAM, SPOKESMAN, RESPONSE = "working group", "spokesman", "response level"
HANDLING = (TEAM, SPOKESMAN, RESPONSE)
"""Kinds of the events that tell who handles a matter."""
ENDED, HIGHEST, LOWEST = 0, 1, 4
"""Levels of the response: I 级 is the highest, 0 says that it has ended."""
SHORTEST_REASON = 2


class Handling(NamedTuple):
    """The people (ids) of the working group, its leader first, the spokesman (id), and the level of the response."""

    team: tuple[str, ...] = ()
    spokesman: str | None = None
    level: int = ENDED


def set_team(case: Case, actor: Person, people: Sequence[Person]) -> Decision:
    """Set the working group; the first of the people leads it."""
    permit(case, actor, "team")
    case.must_be_open()
    if not people:
        raise Refusal("team.whom", case=case)
    must_be_uninvolved(case, people)
    return Decision(events=(AuditEvent(TEAM, {"people": [one.id for one in people]}),))


def set_spokesman(case: Case, actor: Person, people: Sequence[Person]) -> Decision:
    """Name the one person who speaks to the press about the matter."""
    permit(case, actor, "spokesman")
    if case.incident.stage in ("merged", "withdrawn"):
        raise Refusal("common.closed", case=case)
    if len(people) != 1:
        raise Refusal("spokesman.whom", case=case)
    must_be_uninvolved(case, people)
    return Decision(events=(AuditEvent(SPOKESMAN, {"person": people[0].id}),))


def set_response(case: Case, actor: Person, level: int | None, reason: str, before: int) -> Decision:
    """Raise, lower or end the response, on a leader's word; `before` is the level so far."""
    permit(case, actor, "response_level")
    if case.incident.stage in ("merged", "withdrawn"):
        raise Refusal("common.closed", case=case)
    if level is None or not ENDED <= level <= LOWEST:
        raise Refusal("response_level.which", case=case)
    if level == before:
        raise Refusal("response_level.already", case=case, level=level)
    if letters(reason) < SHORTEST_REASON:
        raise Refusal("response_level.reason", case=case, level=level)
    return Decision(events=(AuditEvent(RESPONSE, {"level": level, "before": before, "reason": reason}),))


def must_be_uninvolved(case: Case, people: Iterable[Person]) -> None:
    """Raise Refusal if the matter is about one of the people."""
    if concerned := [one for one in people if case.concerns(one)]:
        raise Refusal("team.concerned", case=case, people=concerned)


def handling_of(kept: Iterable[Mapping[str, Any]]) -> Handling:
    """Return who handles a matter, by those of its audit lines that stand, oldest first."""
    found = Handling()
    for line in kept:
        data = line["data"]
        if line["kind"] == TEAM:
            found = found._replace(team=tuple(data["people"]))
        elif line["kind"] == SPOKESMAN:
            found = found._replace(spokesman=data["person"])
        elif line["kind"] == RESPONSE:
            found = found._replace(level=int(data["level"]))
    return found
