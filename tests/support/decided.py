"""A decision of the rules as plain values, so that a table can say all of what it does."""

from collections.abc import Callable
from typing import Any

from handlers.rules.incident.case import Decision
from handlers.rules.refusal import Refusal


def effect(decision: Decision) -> dict[str, Any]:
    """Return everything that a decision does, without what it leaves alone."""
    told = {
        "events": [(event.kind, dict(event.data)) for event in decision.events],
        "changes": dict(decision.changes),
        "met": [*decision.met],
        "waived": [*decision.waived],
        "opened": [duty.kind for duty in decision.opened],
        "moved": [move.id for move in decision.moved],
        "draft": decision.draft,
        "requested": decision.requested and (decision.requested.kind, dict(decision.requested.subject)),
        "decided": [(change.id, change.state) for change in decision.decided],
    }
    return {name: value for name, value in told.items() if value}


def refusal(call: Callable[[], object]) -> str | None:
    """Return the name of the sentence that a call refuses with; None if it does not."""
    try:
        call()
    except Refusal as refused:
        return refused.sentence
    return None
