"""Opinions on record: which one an instruction takes over, and that a bare yes to one signs nothing else."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from handlers.common.context import Context
from handlers.rules.incident.case import OPEN_STAGES, Case
from handlers.rules.incident.proposing import takes_over
from handlers.rules.incident.taken_back import UNDONE, standing
from handlers.rules.incident.waiting import Pointing
from handlers.rules.language.folding import normalize
from handlers.rules.language.masking import mask
from handlers.rules.language.messages import Message
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from storage import audit

RECENT = timedelta(days=7)
"""For how long a bare yes may be meant for an opinion that nobody has instructed on."""
_ENOUGH = 20
"""How many characters of an opinion tell it from others."""
_OPINION = LazyPattern(r"(?:拟办意见（|Proposed opinion \()#(\d{1,9})")
_PARTS = LazyPattern(
    r"〕\s*(?:[^〕\n：]{1,60}协办意见（[^）\n]*）：|协办意见 \d+ 份：|"
    r"The part of [^\n]{1,80}\):|\d+ parts? of helping departments:)"
)
_DO_SO = LazyPattern(r"[照按](?:此|这个|这样|这么)?(?:意见)?(?:办|执行|落实)")
"""Words that follow an opinion rather than sign a text: 照办, 照此办理."""


async def taken_over(context: Context, case: Case, words: str) -> str:
    """Return the words of an instruction, those of the latest opinion if it says to follow it.

    What others instruct, such as the office for a leader, is an opinion until the one who owes the instruction says it.
    Refusal if there is none, if it was written after the instruction was said, by the same person, or if the message
    quotes an earlier one.
    """
    if not takes_over(words):
        return words
    latest = await _latest(context, case)
    if quoted_opinion(context.message) == case.number and not _quotes(context.message, latest):
        raise Refusal("propose.newer", case=case, text=str(latest["data"]["text"]), by=latest["actor"])
    return str(latest["data"]["text"]) or words


async def _latest(context: Context, case: Case) -> Mapping[str, Any]:
    """Return the line of the opinion that stands, or of what others have instructed since. Refusal without one."""
    kinds, since = ("proposed", "instructed"), case.incident.cycle_at or case.incident.found_at
    found = await audit.of_incident(case.number, kinds, since)
    lines = [one for one in found if one["kind"] == "proposed" or one["actor"] != context.person.id]
    if not lines or lines[-1]["at"] > context.said_at:
        raise Refusal("propose.none_to_follow", case=case, newer=bool(lines))
    if lines[-1]["actor"] == context.person.id:
        raise Refusal("propose.own", case=case)
    return lines[-1]


async def limited_before(case: Case) -> tuple[Person, ...]:
    """Return who has set a limit in the matter by an instruction that stands, the latest last."""
    since = case.incident.cycle_at or case.incident.found_at
    lines = standing(await audit.of_incident(case.number, ("instructed", UNDONE), since))
    named = (case.institution.person(line["actor"]) for line in lines if line["data"].get("period"))
    return tuple(person for person in named if person)


def _quotes(message: Message, line: Mapping[str, Any]) -> bool:
    """Return whether a message quotes the opinion of a line of the audit trail."""
    said, shown = mask(str(line["data"]["text"])), message.quote.text if message.quote else ""
    return line["kind"] == "proposed" and "".join(said.split())[:_ENOUGH] in "".join(shown.split())


async def must_mean_a_request(context: Context, pointing: Pointing) -> None:
    """Raise Refusal if a yes or no may be meant for an opinion, or for parts, which nobody signs."""
    _must_quote_a_request(context.message, pointing)
    if pointing.kind is not None or not (pointing.bare or _does_so(context.message, pointing)):
        return
    until = context.now + timedelta(milliseconds=1)
    lines = await audit.about_incidents(("proposed", "instructed"), context.now - RECENT, until)
    last = {line["incident"]: line for line in lines}
    shown = _shown_to(context.person.id, last, pointing)
    cases = [case for case in await context.cases(shown) if case.incident.stage in OPEN_STAGES]
    if cases:
        raise Refusal("propose.not_to_sign", numbers=tuple(case.number for case in cases))


def _must_quote_a_request(message: Message, pointing: Pointing) -> None:
    """Raise Refusal if a message quotes an opinion or parts."""
    if number := quoted_opinion(message):
        raise Refusal("propose.not_to_sign", numbers=(number,))
    if message.quote and _PARTS.search(message.quote.text):
        raise Refusal("part.not_to_sign", number=pointing.number)


def _does_so(message: Message, pointing: Pointing) -> bool:
    """Return whether an answer that names a matter, but no request in it, says to do as it was told."""
    return pointing.number is not None and pointing.request is None and bool(_DO_SO.search(normalize(message.text)))


def _shown_to(person: str, last: Mapping[int, Mapping[str, Any]], pointing: Pointing) -> list[int]:
    """Return the matters whose latest opinion the person got; only the one that the answer names, if it names one."""
    named = pointing.number
    return [number for number, line in last.items() if named in (None, number) and _is_to(line, person)]


def _is_to(line: Mapping[str, Any], person: str) -> bool:
    return line["kind"] == "proposed" and person in line["data"].get("to", ())


def quoted_opinion(message: Message) -> int | None:
    """Return the matter whose opinion a message quotes."""
    found = _OPINION.search(message.quote.text) if message.quote else None
    return int(found[1]) if found else None
