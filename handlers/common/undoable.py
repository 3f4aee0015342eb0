"""Keep an undo (撤回) from reaching past its speaker's last deed: what cannot be taken back is told and stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.common.context import Context
from handlers.common.word_order import NO_DEEDS
from handlers.rules.incident.lapses import RECORDED
from handlers.rules.incident.taken_back import standing
from handlers.rules.people.stand_ins import LEAVE
from handlers.rules.refusal import Refusal
from storage import audit
from storage.done_again import BY_HAND
from storage.routines import REPORTED
from storage.undo import UndoableChange

NO_DECISIONS = (*NO_DEEDS, "found again", "form", BY_HAND)
"""Kinds of events that decide nothing of a matter, so that an undo may look past them."""
MOST = 50
OwnDeed = tuple[int | None, Mapping[str, Any]]
"""An event with its matter."""


async def must_be_latest(
    context: Context, number: int | None, words: Sequence[UndoableChange], since: datetime
) -> None:
    """Raise Refusal if the speaker's last deed since a moment, in matter `number` or anywhere, is not in `words`."""
    deeds = await audit.deeds_of(context.person.id, number, since, NO_DECISIONS, MOST)
    last = _last_standing(deeds)
    if last is None or any(_is_of(last, word) for word in words):
        return
    incident, line = last
    case = await context.any_case(words[0].number)
    hint = number is None and incident != case.number
    raise Refusal("undo.not_the_last", case=case, kind=said_as(line), hint=hint)


def said_as(line: Mapping[str, Any]) -> str:
    """Return the event as which its speaker knows a deed: leave is recorded as a delegation, a lapse by its kind."""
    kind, data = str(line["kind"]), line["data"]
    if data.get("why") == LEAVE:
        return {"delegated": "leave", "delegation ended": "back"}.get(kind, kind)
    return f"{data['what']} lapse" if kind == RECORDED else kind


def _last_standing(deeds: Sequence[OwnDeed]) -> OwnDeed | None:
    """Return the newest deed that was not taken back; `deeds` begin with the newest."""
    kept = standing([{**line, "incident": incident} for incident, line in reversed(deeds)])
    return (kept[-1]["incident"], kept[-1]) if kept else None


def _is_of(deed: OwnDeed, word: UndoableChange) -> bool:
    """Return whether an event is of a change: of its matter and moment, and one of its kinds, or the report it met."""
    incident, line = deed
    if line["kind"] == REPORTED:
        return bool(line["data"].get("found") == word.number)
    return bool(incident == word.number and line["at"] == word.at and line["kind"] in word.kinds)
