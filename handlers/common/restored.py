"""A matter as it is once a change is taken back (撤回), before storage has restored it."""

from typing import Any

from msgspec.structs import replace

from handlers.rules.incident.case import Amended, Case, RequestRow
from storage.undo import UndoableChange

ASKING = (
    "drafted",
    "planned",
    "worded",
    "extension asked",
    "withdrawal asked",
    "concern asked",
    "remedy asked",
    "unanswerable asked",
    "reopening asked",
)
"""The events that put a request before a signer."""


def restored(case: Case, word: UndoableChange) -> Case:
    """Return the matter with the columns, duties and requests that it had before the change, and none of its new ones.

    Who signs then is asked of this matter: its department and its holder are the former ones.
    """
    gone = {request.id for request in requests_gone(case, word)}
    duties, requests = ({row["id"]: row for row in rows} for rows in (word.duties, word.requests))
    return replace(
        case,
        incident=Amended(case.incident, **word.incident),
        duties=[_as_before(one, duties) for one in case.duties if one.id not in word.opened],
        requests=[_as_before(one, requests) for one in case.requests if one.id not in gone],
    )


def _as_before(row: Any, before: dict[int, Any]) -> Any:
    return Amended(row, **before[row.id]) if row.id in before else row


def requests_gone(case: Case, word: UndoableChange) -> list[RequestRow]:
    """Return the request that is gone once the change is taken back, if the change has put one to approval."""
    return list(case.pending()[-1:]) if {*ASKING} & {*word.kinds} else []


def waiting_again(before: Case, word: UndoableChange) -> list[RequestRow]:
    """Return the requests that the change had decided and that wait `before` it, and so again."""
    changed = {row["id"] for row in word.requests}
    return [request for request in before.requests if request.id in changed and request.state == "pending"]
