"""An open matter always owes somebody something with a due time, so that it stands among what is to be done.

Where a decision leaves an open matter without any such duty, its closing is owed.
"""

from datetime import datetime

from msgspec.structs import replace

from handlers.rules.incident.case import OPEN_STAGES, Case, Decision, DutyRow
from handlers.rules.incident.duties import (
    CALM,
    CLOSING,
    HANDED_UP,
    LASTING,
    STAND,
    UNIT_REPORT,
    UNTIL_CALM,
    UPWARD,
    closing,
)
from handlers.rules.incident.parts import PART

BESIDE = (CALM, PART, STAND, HANDED_UP, UNIT_REPORT, *UPWARD, *LASTING, *UNTIL_CALM)
NOT_ENOUGH = (*BESIDE, CLOSING)
"""Kinds of duties beside which something else has to be owed."""


def still_owed(case: Case, decision: Decision, now: datetime) -> Decision:
    """Return the decision with the closing owed if it leaves nothing else, and not owed if something else is.

    A closing whose due time has come stays.
    """
    if decision.changes.get("stage", case.incident.stage) not in OPEN_STAGES:
        return decision
    standing = _standing(case, decision)
    kinds = [*(duty.kind for duty in standing), *(duty.kind for duty in decision.opened)]
    if any(kind not in NOT_ENOUGH for kind in kinds):
        spare = tuple(duty.id for duty in standing if duty.kind == CLOSING and duty.due_at > now)
        return replace(decision, waived=(*decision.waived, *spare)) if spare else decision
    if CLOSING in kinds:
        return decision
    tier = str(decision.changes.get("tier", case.incident.tier))
    return replace(decision, opened=(*decision.opened, closing(case.regime, case.institution, tier, now)))


def _standing(case: Case, decision: Decision) -> list[DutyRow]:
    """Return the duties that are open before the decision and after it."""
    ended = {*decision.met, *decision.waived}
    return [duty for duty in case.duties if duty.state == "open" and duty.id not in ended]
