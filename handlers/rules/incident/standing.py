"""An answer still stands: some days after its publication, who published it looks and says so, or says that it is gone.

Each decision takes the case, the actor and `now` (aware), and raises `Refusal` if it is not allowed.
"""

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from handlers.rules.incident.case import OPEN_STAGES, AuditEvent, Case, Decision
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import STAND, new_duty, of_kinds
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.publication import Proof
from handlers.rules.incident.publication_checks import is_due, open_checks
from handlers.rules.incident.reopening import reopened
from handlers.rules.incident.signers import holder_waiting
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal


def confirm(
    case: Case, actor: Person, proof: Proof, seen: Collection[str], said_at: datetime, *, doubted: bool
) -> Decision:
    """Record that the answer is still public. `seen` are digests of pictures that were sent before.

    What was said at `said_at` confirms the checks that were due then, however late it is handled.

    If it is `doubted`, because its address answered that nothing is there, only a new picture confirms it.
    """
    due = _checks_due(case, actor, said_at)
    if proof.missing or (doubted and not proof.pictures):
        raise Refusal("stand.show", case=case, missing=proof.missing)
    if seen and any(picture.digest in seen for picture in proof.pictures):
        raise Refusal("stand.same_picture", case=case)
    files = [picture.id for picture in proof.pictures]
    return Decision(events=(AuditEvent("stands", {"duties": [*due], "files": files}),), met=due)


def _checks_due(case: Case, actor: Person, now: datetime) -> tuple[int, ...]:
    """Return the ids of the checks that the actor may confirm now: the publisher, the department and the desk may."""
    standing = open_checks(case)
    due = [duty for duty in standing if is_due(duty.kind, duty.due_at, now)]
    if case.concerns(actor) or f"person:{actor.id}" not in [duty.owner for duty in standing]:
        permit(case, actor, "stand")
    if not standing:
        raise Refusal("common.not_owed", case=case, kind=STAND)
    if not due:
        raise Refusal("stand.early", case=case, due=standing[0].due_at)
    return tuple(duty.id for duty in due)


def gone(case: Case, actor: Person, reason: str, now: datetime) -> Decision:
    """Record that the answer is gone: a closed matter reopens, an open one owes the public an answer again."""
    permit(case, actor, "gone")
    if case.incident.stage not in (*OPEN_STAGES, "resolved"):
        raise Refusal("common.closed", case=case)
    if case.incident.replied_at is None:
        raise Refusal("gone.not_public", case=case)
    looked = tuple(duty.id for duty in open_checks(case) if is_due(duty.kind, duty.due_at, now))
    open_again = _owed_again(case, now) if case.incident.stage in OPEN_STAGES else reopened(case, reason, now)
    return replace(
        open_again,
        events=(AuditEvent("gone", {"reason": reason, "duties": [*looked]}), *open_again.events),
        met=looked,
        waived=tuple(id for id in open_again.waived if id not in looked),
    )


def _owed_again(case: Case, now: datetime) -> Decision:
    rules = [rule for rule in case.regime.duty if rule.met_by == "published" and rule.applies(case.incident.tier)]
    begun = [(rule, rule.length) for rule in rules if case.open_duty(rule.kind) is None]
    return Decision(
        events=(),
        changes={
            "stage": _stage(case),
            "answer": None,
            "proof": None,
            "replied_at": None,
            "holder": holder_waiting(case, case.pending()),
        },
        waived=of_kinds(case, STAND),
        opened=tuple(
            new_duty(
                rule,
                count(case.regime, case.institution, length, now),
                case.regime,
                case.institution,
                case.incident.tier,
                now,
            )
            for rule, length in begun
            if length is not None
        ),
    )


def _stage(case: Case) -> str:
    if case.incident.acknowledged_at:
        return "acknowledged"
    return "assigned" if case.incident.department else "unassigned"
