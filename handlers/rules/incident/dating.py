"""What words have done is dated by when they were said, and not by when they were handled.

What they begin, and who holds the matter then, runs from their handling: nobody else could know of it before. Words
that were refused or lost at first rest on what was done in the matter since; they count from the last of it.
"""

from datetime import datetime

from msgspec.structs import replace

from handlers.rules.incident.case import Case, Decision

DONE_AT = ("acknowledged_at", "replied_at", "resolved_at")
"""Columns that say when somebody did something."""


def dated(decision: Decision, now: datetime, acted_at: datetime) -> Decision:
    """Return a decision of `now` whose deeds are those of `acted_at`."""
    done = {name: acted_at for name in DONE_AT if decision.changes.get(name) == now}
    return replace(decision, changes={**decision.changes, **done}) if done else decision


def last_deed(case: Case) -> datetime:
    """Return when something was last done in a matter: words that are handled after it cannot be dated before it."""
    row = case.incident
    done = [row.acknowledged_at, row.replied_at, row.resolved_at, row.cycle_at]
    done += [duty.met_at for duty in case.duties if duty.state == "met"]
    done += [moment for request in case.requests for moment in (request.asked_at, request.decided_at)]
    done += [draft.created_at for draft in case.drafts]
    return max((moment for moment in done if moment is not None), default=row.found_at)
