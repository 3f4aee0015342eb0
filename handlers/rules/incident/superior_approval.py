"""A superior's approval of a reply (报上级审批), where the regime asks for it: the desk records it with its proof.

It is of one draft: a newer one needs it again. Words alone approve nothing, and nobody of the department records it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.orders import body_before, document_in
from handlers.rules.incident.permissions import permit
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal


def superior_asked(case: Case) -> bool:
    """Return whether a superior has to approve the matter's reply before it is published."""
    rule = case.regime.report.get("superior")
    return rule is not None and case.incident.tier in rule.approves


def superior_lacking(case: Case) -> bool:
    """Return whether the approved draft still needs a superior's approval; one that is public already needs none."""
    draft = case.approved_draft()
    if draft is None or not superior_asked(case):
        return False
    public = case.incident.replied_at is not None and case.incident.answer == draft.text
    return not public and (case.incident.superior or {}).get("edition") != draft.edition


def approved_above(case: Case, actor: Person, words: str, files: Sequence[int], now: datetime) -> Decision:
    """Record that a superior approved the reply that ours have signed. Refusal without a document number or a file."""
    case.must_be_open()
    permit(case, actor, "superior_approval")
    draft = case.approved_draft()
    if draft is None:
        raise Refusal("superior_approval.nothing", case=case, pending=case.pending("reply"))
    if (case.incident.superior or {}).get("edition") == draft.edition:
        raise Refusal("superior_approval.already", case=case)
    found = body_before(words, [one for one in case.institution.bodies if one.kind == "superior"])
    if found is None:
        bodies = [one.name for one in case.institution.bodies if one.kind == "superior"]
        raise Refusal("superior_approval.which", case=case, bodies=bodies)
    document = document_in(found[1])
    if document is None and not files:
        raise Refusal("superior_approval.proof", case=case, body=found[0].name)
    record: dict[str, Any] = {
        "edition": draft.edition, "body": found[0].name, "document": document, "files": [*files], "by": actor.id,
        "at": now.isoformat(),
    }  # fmt: skip
    event = AuditEvent("approved above", {**record, "text": words})
    return Decision(events=(event,), changes={"superior": record})
