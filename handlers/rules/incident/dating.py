"""What words have done is dated by when they were said, and not by when they were handled.

What they begin, and who holds the matter then, runs from their handling: nobody else could know of it before.
"""

from dataclasses import replace
from datetime import datetime

from handlers.rules.incident.case import Decision

DONE_AT = ("acknowledged_at", "replied_at", "resolved_at")
"""Columns that say when somebody did something."""


def dated(decision: Decision, now: datetime, acted_at: datetime) -> Decision:
    """Return a decision of `now` whose deeds are those of `acted_at`."""
    done = {name: acted_at for name in DONE_AT if decision.changes.get(name) == now}
    return replace(decision, changes={**decision.changes, **done}) if done else decision
