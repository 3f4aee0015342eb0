"""Records about a matter that change nothing it owes: its kind, notes, attachments."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.permissions import permit
from handlers.rules.people.institution import Person
from handlers.rules.posts.kinds import Kind
from handlers.rules.refusal import Refusal


def set_kind(case: Case, actor: Person, kind: Kind | None) -> Decision:
    """Set the kind of the matter. Refusal if the words named none (None)."""
    case.must_be_open()
    if kind is None:
        raise Refusal("kind.which", case=case)
    permit(case, actor, "kind")
    return Decision(events=(AuditEvent("kind", {"kind": kind}),), changes={"kind": kind})


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
