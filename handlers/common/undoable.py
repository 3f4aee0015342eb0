"""Keep an undo (撤回) from reaching past its speaker's last deed: what cannot be taken back is told and stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.common.context import Context
from handlers.common.word_order import NO_DEEDS
from handlers.rules.incident.lapses import LAPSES
from handlers.rules.incident.taken_back import UNDONE
from handlers.rules.refusal import Refusal
from storage import audit
from storage.done_again import BY_HAND
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
    raise Refusal("undo.not_the_last", case=case, kind=line["kind"], hint=hint)


def _last_standing(deeds: Sequence[OwnDeed]) -> OwnDeed | None:
    """Return the newest deed that was not taken back; `deeds` begin with the newest."""
    undone: set[int | None] = set()
    gone: set[tuple[int | None, datetime]] = set()
    for incident, line in deeds:
        if line["kind"] == UNDONE:
            undone.add(incident)
        elif incident in undone:
            undone.discard(incident)
            gone.add((incident, line["at"]))
        elif (incident, line["at"]) not in gone:
            return incident, line
    return None


def _is_of(deed: OwnDeed, word: UndoableChange) -> bool:
    """Return whether an event is of a change: of the same moment, and no word about a report that is beside matters."""
    incident, line = deed
    return bool(line["at"] == word.at and incident in (word.number, None) and line["kind"] not in LAPSES)
