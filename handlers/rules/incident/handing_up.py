"""A unit hands its matter up to the office, which takes it over or gives it back within a limit.

Handing up is an ask: until the office answers, the matter and its time are the unit's. What was given back is handed up
again for a new reason alone. Each decision takes the case, the actor and `now` (aware), and raises `Refusal` if it is
not allowed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from handlers.rules.incident.case import AuditEvent, Case, Decision, NewDuty
from handlers.rules.incident.conflict import must_be_free
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import HANDED_UP, ladder_to, of_kinds
from handlers.rules.incident.lifecycle import handed
from handlers.rules.incident.ownership import to_desk
from handlers.rules.incident.permissions import permit
from handlers.rules.language.folding import normalize
from handlers.rules.language.letters import letters
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Department, Person
from handlers.rules.refusal import Refusal
from handlers.rules.time.periods import parse

ANSWERED_WITHIN = "half day"
"""The office takes over what is handed up, or gives it back, within this time."""


HAND_UP, GIVE_BACK = "handed up", "given back"
"""Kinds of the events of handing up and giving back."""
NEW_WORDS = 4
"""How many characters a reason has to add to an earlier one at least."""
_CLAUSE = LazyPattern(r"[a-z]+|[^\W_a-z]+")
_LATIN = LazyPattern(r"[a-z]+")
_COURTESY = LazyPattern(
    r"(?:谢谢|感谢|多谢|辛苦|麻烦|拜托)(?:各位|大家|您|局里)?(?:领导)?(?:们|了|支持|理解|关心)*|(?:尊敬的)?(?:各位)?领导(?:们)?(?:您|你们)?好|"
    r"您好|此致|敬礼|恳请|烦请|敬请|还请|再次|仍然|还是|\b(?:please|thank you|thanks|kindly|again|still)\b"
)
"""What a reason is asked with, and does not say."""


def hand_up(case: Case, actor: Person, reason: str, before: Sequence[str], now: datetime) -> Decision:
    """Ask the office to take a unit's matter over; it stays with the unit, and its time counts, until the office does.

    `before` are the reasons for which it was handed up and given back: after that a new one is needed.
    """
    case.must_be_open()
    unit = case.institution.unit(case.incident.department)
    if unit is None or case.open_duty(HANDED_UP):
        raise Refusal("unit.already_up", case=case)
    permit(case, actor, "hand_up")
    if not letters(reason):
        raise Refusal("unit.hand_up_reason", case=case)
    if before and says_nothing_new(reason, before):
        raise Refusal("unit.same_reason", case=case, times=len(before))
    due = count(case.regime, case.institution, parse(ANSWERED_WITHIN), now)
    duty = NewDuty(HANDED_UP, "desk", now, due, ladder_to(case, due.at, now).first_at())
    event = AuditEvent(HAND_UP, {"from": unit.name, "reason": reason, "times": len(before) + 1})
    return Decision(events=(event,), opened=(duty,))


def says_nothing_new(reason: str, before: Sequence[str]) -> bool:
    """Return whether a reason says what earlier ones said: the same clauses in any order, but for a few characters."""
    old = sorted({clause for earlier in before for clause in _clauses(earlier)}, key=len, reverse=True)
    said = {clause: _beyond(clause, old) for clause in _clauses(reason)}
    left = sum(map(len, said.values()))
    return not left or (left < NEW_WORDS and any(said[clause] != clause for clause in said))


def _clauses(words: str) -> frozenset[str]:
    """Return what words say without courtesy: their clauses, of a language in Latin letters their words."""
    return frozenset(_CLAUSE.findall(_COURTESY.sub(" ", normalize(words).casefold())))


def _beyond(clause: str, old: Sequence[str]) -> str:
    """Return what a clause says beyond the `old` ones, the longest first; a word in Latin letters is compared whole."""
    if _LATIN.fullmatch(clause):
        return "" if clause in old else clause
    if any(clause in one for one in old):
        return ""
    for one in old:
        clause = clause.replace(one, "")
    return clause


def returned_reasons(kept: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the reasons for which a matter was handed up and given back, from its lines that stand, in order."""
    found: list[str] = []
    asked = ""
    for line in kept:
        if line["kind"] == HAND_UP:
            asked = line["data"].get("reason") or ""
        elif line["kind"] == GIVE_BACK:
            found.append(asked)
    return tuple(found)


def take_over(case: Case, actor: Person, to: Department | None, now: datetime) -> Decision:
    """Take over what was handed up: the desk has it then, or the department `to`."""
    asked = _handed_up(case, actor, "take_over")
    event = AuditEvent("taken over", {"from": case.incident.department, "to": to.name if to else None})
    if to is None:
        decision = to_desk(case, event, now)
    elif to.name == case.incident.department:
        raise Refusal("assign.same", case=case)
    else:
        must_be_free(case, to)
        decision = handed(case, to.name, event, now)
    return replace(decision, met=(*decision.met, *asked))


def give_back(case: Case, actor: Person, reason: str) -> Decision:
    """Leave what was handed up with its unit, with the reason."""
    asked = _handed_up(case, actor, "give_back")
    if not letters(reason):
        raise Refusal("unit.give_back_reason", case=case)
    return Decision(events=(AuditEvent(GIVE_BACK, {"to": case.incident.department, "reason": reason}),), met=asked)


def _handed_up(case: Case, actor: Person, name: str) -> tuple[int, ...]:
    """Return the duty (its id) that an answer of the office meets. Refusal if nothing was handed up."""
    case.must_be_open()
    permit(case, actor, name)
    asked = of_kinds(case, HANDED_UP)
    if not asked:
        raise Refusal("unit.not_up", case=case)
    return asked
