"""Records about a matter: its kind, which may raise its tier, and notes and attachments, which change nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.chain import asked_by_kind_alone
from handlers.rules.incident.chain_steps import ChainStep
from handlers.rules.incident.escalation import asks_the_office, raised
from handlers.rules.incident.permissions import permit
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime import higher
from handlers.rules.regime.regime_parts import Kind


def set_kind(case: Case, actor: Person, kind: Kind | None, now: datetime) -> Decision:
    """Set the kind of the matter; the tier rises with it and never falls, by a unit's word not at all.

    Refusal if the words named none (None), or if the matter would lose a signature that its kind asks for: only the
    chief decides that, or a leader whose signature it is.
    """
    case.must_be_open()
    if kind is None:
        raise Refusal("kind.which", case=case)
    permit(case, actor, "kind")
    lost = asked_by_kind_alone(case, kind)
    if lost and not (case.may_decide(actor) and all(_may_give_up(actor, step) for step in lost)):
        raise Refusal("kind.leader", case=case, kind=kind, steps=lost)
    tier = case.regime.kind_tier(kind)
    tier = "general" if asks_the_office(case, actor, tier) else tier
    return raised(case, tier, now, AuditEvent("kind", {"kind": kind}), {"kind": kind})


def _may_give_up(actor: Person, step: ChainStep) -> bool:
    """Return whether somebody may let go of a step: the chief, or a leader who signs it by their own role."""
    return actor.has("chief") or (actor.has("leader") and "leader" in step.by)


def tier_stays(case: Case, kind: Kind | None) -> bool:
    """Return whether the matter keeps a tier that its kind gave it and a new kind would not."""
    by_new, by_old = case.regime.kind_tier(kind), case.regime.kind_tier(case.incident.kind)
    return case.incident.tier == by_old and higher(by_old, by_new)


def note(case: Case, actor: Person, text: str) -> Decision:
    """Record a note with the matter, open or ended."""
    permit(case, actor, "note")
    if case.incident.merged_into:
        raise Refusal("common.closed", case=case)
    if not text:
        raise Refusal("note.empty", case=case)
    return Decision(events=(AuditEvent("note", {"text": text}),))


def attached(case: Case, files: Sequence[Mapping[str, Any]]) -> Decision:
    """Record the files (id, name, digest) that came with a message. Refusal if none came."""
    if not files:
        raise Refusal("attach.nothing", number=case.number)
    return Decision(events=(AuditEvent("attached", {"files": [*files]}),))
