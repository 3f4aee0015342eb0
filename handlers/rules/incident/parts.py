"""What helping departments owe (协办件): each its own part by a time, of which it is reminded by itself.

A part belongs to a department and stays its own when another one leads the matter; it ends when the department has
given it, helps no more, or the matter is over.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from handlers.rules.incident.case import OPEN_STAGES, AuditEvent, Case, Decision, DutyRow, NewDuty
from handlers.rules.incident.counted import count
from handlers.rules.incident.part_words import says_nothing
from handlers.rules.incident.permissions import permit
from handlers.rules.people.institution import Institution, Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.ladder import Ladder
from handlers.rules.regime.regime import Regime
from handlers.rules.time.periods import parse

PART = "part"
_OWNER = "department:"


def owner_of(department: str) -> str:
    """Return the owner of a helping department's part."""
    return f"{_OWNER}{department}"


def helper_of(owner: str) -> str | None:
    """Return the department whose own a duty is; None for one of the matter's department, the desk or a leader."""
    return owner.removeprefix(_OWNER) if owner.startswith(_OWNER) else None


def parts_of(
    regime: Regime, institution: Institution, tier: str, helpers: Iterable[str], now: datetime
) -> tuple[NewDuty, ...]:
    """Return the parts that departments owe which help from `now` (aware) on; none where the regime asks for none."""
    rule = regime.helping
    if rule is None or (rule.tiers and tier not in rule.tiers):
        return ()
    due = count(regime, institution, parse(rule.period), now)
    first = Ladder(regime, tier, institution.calendar, now, due.at).first_at()
    return tuple(NewDuty(PART, owner_of(name), now, due, first) for name in helpers)


def with_parts(case: Case, decision: Decision, now: datetime) -> Decision:
    """Return the decision with a part owed by each department that helps from now on, and none by one that does not.

    A matter that is open again asks for all of them again.
    """
    helpers = _helping_after(case, decision)
    ended = {*decision.met, *decision.waived}
    spare = tuple(duty.id for duty in open_parts(case) if duty.id not in ended and helper_of(duty.owner) not in helpers)
    fresh = [name for name in helpers if owner_of(name) not in _asked_after(case, decision, spare)]
    tier = str(decision.changes.get("tier", case.incident.tier))
    opened = parts_of(case.regime, case.institution, tier, fresh, now)
    if not opened and not spare:
        return decision
    return replace(decision, opened=(*decision.opened, *opened), waived=(*decision.waived, *spare))


def _helping_after(case: Case, decision: Decision) -> tuple[str, ...]:
    """Return the departments that help once the decision is made: none in a matter that is over, or outside."""
    changes = decision.changes
    if changes.get("stage", case.incident.stage) not in OPEN_STAGES or changes.get("outside"):
        return ()
    return tuple(changes.get("helpers", case.incident.helpers))


def _asked_after(case: Case, decision: Decision, spare: Collection[int]) -> set[str]:
    """Return the owners of the parts that were asked for, or are by the decision; none before a matter is reopened."""
    asked = {duty.owner for duty in decision.opened if duty.kind == PART}
    if "cycle" not in decision.changes:
        asked |= {duty.owner for duty in _asked(case) if duty.id not in spare}
    return asked


def open_parts(case: Case) -> list[DutyRow]:
    """Return the parts that are still owed, the earliest due first."""
    return sorted((duty for duty in _asked(case) if duty.state == "open"), key=lambda duty: duty.due_at)


class OwedPart(NamedTuple):
    """A part that is owed, by its owner, and when it is due."""

    owner: str
    due_at: datetime


def owed_after(case: Case, decision: Decision) -> list[OwedPart]:
    """Return the parts that are owed once the decision is made, each with its own due time, the earliest first."""
    ended = (*decision.met, *decision.waived)
    standing = [OwedPart(duty.owner, duty.due_at) for duty in missing(case, ended)]
    fresh = [OwedPart(duty.owner, duty.due.at) for duty in decision.opened if duty.kind == PART]
    return sorted((*standing, *fresh), key=lambda part: part.due_at)


def missing(case: Case, besides: Iterable[int] = ()) -> tuple[DutyRow, ...]:
    """Return the parts that are still owed once those with the ids `besides` are given."""
    given = {*besides}
    return tuple(duty for duty in open_parts(case) if duty.id not in given)


def must_have_parts(case: Case) -> None:
    """Raise Refusal if the regime refuses a draft while a part is missing, and one is."""
    rule, left = case.regime.helping, missing(case)
    if rule and rule.before_draft == "refuse" and left:
        raise Refusal("part.missing", case=case, missing=left)


def _asked(case: Case) -> Iterator[DutyRow]:
    return (duty for duty in case.duties if duty.kind == PART and duty.state in ("open", "met"))


class GivenPart(Struct, frozen=True):
    """A part as it was given: the department, and the decision that records it."""

    department: str
    decision: Decision


def give(case: Case, actor: Person, text: str) -> GivenPart:
    """Record a helping department's part, which meets what it owes. Words that say nothing are none."""
    case.must_be_open()
    permit(case, actor, "part")
    own = [str(one.department) for one in case.selves(actor) if one.department in case.incident.helpers]
    if not text or says_nothing(text):
        raise Refusal("part.empty", case=case)
    owed = [duty for duty in open_parts(case) if helper_of(duty.owner) in own]
    department = _first(owed, actor.department) or own[0]
    event = AuditEvent("part", {"department": department, "text": text})
    met = tuple(duty.id for duty in owed if duty.owner == owner_of(department))
    return GivenPart(department, Decision(events=(event,), met=met))


def _first(owed: Iterable[DutyRow], own: str | None) -> str | None:
    """Return whose part is given: the speaker's `own` department's, else that of whom they act for; None if none."""
    departments = [helper_of(duty.owner) for duty in owed]
    return own if own in departments else next(iter(departments), None)
