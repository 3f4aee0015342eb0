"""Experts (专家) beside the working group of a matter: named, asked, and each answer kept with who gave it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.handling import must_be_uninvolved
from handlers.rules.incident.permissions import permit
from handlers.rules.language.letters import letters
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal

EXPERT, OPINION = "expert asked", "expert opinion"
EXPERTS = (EXPERT, OPINION)
"""Kinds of the events that tell of experts."""
SHORTEST, LONGEST_NAME = 4, 40


class ExpertOnRecord(NamedTuple):
    """An expert by name, what they were asked last, and their last opinion, None while it is not given."""

    name: str
    asked: str
    opinion: str | None = None


def ask(case: Case, actor: Person, name: str, question: str, people: Sequence[Person]) -> Decision:
    """Name an expert and what they are asked; `people` are those of ours whom the name means."""
    permit(case, actor, "expert")
    _must_stand(case)
    if not name or len(name) > LONGEST_NAME or letters(question) < SHORTEST:
        raise Refusal("expert.what", case=case)
    must_be_uninvolved(case, people)
    return Decision(events=(AuditEvent(EXPERT, {"name": name, "text": question}),))


def give(case: Case, actor: Person, name: str, text: str, experts: Sequence[ExpertOnRecord]) -> Decision:
    """Keep the opinion of an expert who was named before."""
    permit(case, actor, "expert")
    _must_stand(case)
    if name not in {one.name for one in experts}:
        raise Refusal("expert.which", case=case, experts=experts)
    if letters(text) < SHORTEST:
        raise Refusal("expert.empty", case=case, name=name)
    return Decision(events=(AuditEvent(OPINION, {"name": name, "text": text}),))


def _must_stand(case: Case) -> None:
    if case.incident.stage in ("merged", "withdrawn"):
        raise Refusal("common.closed", case=case)


def experts_of(kept: Iterable[Mapping[str, Any]]) -> tuple[ExpertOnRecord, ...]:
    """Return the experts of a matter, by those of its audit lines that stand, oldest first."""
    found: dict[str, ExpertOnRecord] = {}
    for line in kept:
        name, text = line["data"].get("name", ""), line["data"].get("text") or ""
        if line["kind"] == EXPERT:
            found[name] = ExpertOnRecord(name, text)
        elif line["kind"] == OPINION and name in found:
            found[name] = found[name]._replace(opinion=text)
    return tuple(found.values())
