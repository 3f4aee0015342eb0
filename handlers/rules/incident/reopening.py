"""Open a closed matter again: its duties start again, and what waited for a signature ends."""

from datetime import datetime

from handlers.rules.incident.back_reports import carried
from handlers.rules.incident.case import AuditEvent, Case, Decision, RequestChange, hold
from handlers.rules.incident.duties import LASTING, everything, of_kinds, owed_at_first
from handlers.rules.posts.kinds import guess

BLANK = (
    "acknowledged_at",
    "replied_at",
    "resolved_at",
    "outcome",
    "result",
    "verdict",
    "merged_into",
    "outside",
    "unanswerable",
    "superior",
)
"""The columns that a matter loses when it is opened again."""


def reopened(case: Case, reason: str, now: datetime) -> Decision:
    """Return what opens a closed matter again, permitted or not."""
    department, cycle = case.incident.department, case.incident.cycle + 1
    if department and case.recused(department):
        department = None
    return Decision(
        events=(AuditEvent("reopened", {"cycle": cycle, "reason": reason}),),
        changes={
            **dict.fromkeys(BLANK),
            "stage": "assigned" if department else "unassigned",
            "department": department,
            "holder": hold(department),
            "cycle": cycle,
            "cycle_at": now,
            "bounces": [],
            **({"kind": guess(case.incident.text, case.incident.tier)} if case.incident.kind == "positive" else {}),
        },
        waived=tuple(id for id in everything(case) if id not in of_kinds(case, *LASTING)),
        opened=(
            *owed_at_first(case.regime, case.institution, case.incident.tier, department, now),
            *carried(case, now),
        ),
        decided=tuple(RequestChange(one.id, "superseded", one.step) for one in case.pending()),
    )
