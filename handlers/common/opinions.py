"""Opinions on record: which one an instruction takes over, and that a bare yes to one signs nothing else."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from handlers.common.context import Context
from handlers.rules.incident.case import OPEN_STAGES, Case
from handlers.rules.incident.proposing import takes_over
from handlers.rules.incident.waiting import Pointing
from handlers.rules.language.messages import Message
from handlers.rules.refusal import Refusal
from storage import audit

RECENT = timedelta(days=1)
"""For how long a bare yes may be meant for an opinion."""
_OPINION = re.compile(r"(?:拟办意见（|Proposed opinion \()#(\d{1,9})")


async def taken_over(context: Context, case: Case, words: str) -> str:
    """Return the words of an instruction, those of the latest opinion if it says to follow it.

    Refusal if there is none, or if it was written after the instruction was said.
    """
    if not takes_over(words):
        return words
    lines = await audit.of_incident(case.number, ("proposed",), case.incident.cycle_at or case.incident.found_at)
    if not lines or lines[-1]["at"] > context.said_at:
        raise Refusal("propose.none_to_follow", case=case, newer=bool(lines))
    return str(lines[-1]["data"]["text"])


async def must_mean_a_request(context: Context, pointing: Pointing) -> None:
    """Raise Refusal if a yes or no may be meant for an opinion, which nobody signs."""
    if number := _quoted(context.message):
        raise Refusal("propose.not_to_sign", numbers=(number,))
    if not pointing.bare or pointing.kind is not None:
        return
    until = context.now + timedelta(milliseconds=1)
    lines = await audit.about_incidents(("proposed", "instructed"), context.now - RECENT, until)
    last = {line["incident"]: line for line in lines}
    shown = [number for number, line in last.items() if _is_to(line, context.person.id)]
    cases = [case for case in await context.cases(shown) if case.incident.stage in OPEN_STAGES]
    if cases:
        raise Refusal("propose.not_to_sign", numbers=tuple(case.number for case in cases))


def _is_to(line: Mapping[str, Any], person: str) -> bool:
    return line["kind"] == "proposed" and person in line["data"].get("to", ())


def _quoted(message: Message) -> int | None:
    """Return the matter whose opinion a message quotes."""
    found = _OPINION.search(message.quote.text) if message.quote else None
    return int(found[1]) if found else None
