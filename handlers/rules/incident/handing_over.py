"""Hand a matter that waits for a signature to its present signer, when a delegation begins or ends."""

from collections.abc import Collection

from handlers.rules.incident.asking import asked_again
from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.signers import holder_waiting


def handed_over(case: Case, holders: Collection[str]) -> Decision | None:
    """Move the matter to its present signer, if one of `holders` (ids of people) holds it and is no longer the signer.

    Return None if nothing moves.
    """
    holder, again = holder_waiting(case, case.pending()), asked_again(case)
    moves = case.incident.holder in {f"approver:{one}" for one in holders} and holder != case.incident.holder
    if not moves:
        return Decision(events=(), decided=again) if again else None
    return Decision(events=(AuditEvent("handed over", {"to": holder}),), changes={"holder": holder}, decided=again)
