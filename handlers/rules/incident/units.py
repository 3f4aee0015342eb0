"""Units below the office: what each may see, hand up to the office, and be handed down by it.

A unit's matter stays in its figures wherever it goes. Handing up is an ask: the matter stays with the unit until the
office takes it over or gives it back, which it owes by a limit. What the office hands down has a limit of its own, and
only the unit's own report with a proof meets it. Each decision takes the case, the actor and `now` (aware), and raises
`Refusal` if it is not allowed.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from msgspec.structs import replace

from handlers.rules.incident.back_reports import unit_reports
from handlers.rules.incident.case import AuditEvent, Case, Decision, DutyRow, NewDuty
from handlers.rules.incident.conflict import must_be_free
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import HANDED_UP, UNIT_REPORT, ladder_to, of_kinds
from handlers.rules.incident.handed_down import limit_due, must_have_limit
from handlers.rules.incident.lifecycle import handed
from handlers.rules.incident.orders import SuperiorOrder, is_unfinished, proof_in, says_result
from handlers.rules.incident.ownership import to_desk
from handlers.rules.incident.parts import helper_of, owner_of
from handlers.rules.incident.permissions import permit
from handlers.rules.language.letters import letters
from handlers.rules.people import recusal
from handlers.rules.people.institution import Department, Institution, Person
from handlers.rules.refusal import Refusal
from handlers.rules.time.periods import parse

ANSWERED_WITHIN = "half day"
"""The office takes over what is handed up, or gives it back, within this time."""


class VisibleRow(Protocol):
    """What of a matter says which units see it."""

    unit: str | None
    department: str | None
    helpers: Any
    about: Any


def sees(case: Case, unit: str) -> bool:
    """Return whether a unit may see a matter: it found it, has it, helps, or owes or has done something of its own.

    A matter about the unit or its head is the office's alone.
    """
    owners = (duty.owner for duty in case.duties if duty.state != "waived")
    return is_seen(case.incident, owners, unit, case.institution)


def is_seen(incident: VisibleRow, owners: Iterable[str], unit: str, institution: Institution) -> bool:
    """Return the same of a row of a list; `owners` are those of its duties."""
    if recusal.excluded(unit, incident.about, institution):
        return False
    if unit in (incident.unit, incident.department) or unit in incident.helpers:
        return True
    return unit in map(helper_of, owners)


def hand_up(case: Case, actor: Person, reason: str, now: datetime) -> Decision:
    """Ask the office to take a unit's matter over; it stays with the unit until the office answers."""
    case.must_be_open()
    unit = case.institution.unit(case.incident.department)
    if unit is None or case.open_duty(HANDED_UP):
        raise Refusal("unit.already_up", case=case)
    permit(case, actor, "hand_up")
    if not letters(reason):
        raise Refusal("unit.hand_up_reason", case=case)
    due = count(case.regime, case.institution, parse(ANSWERED_WITHIN), now)
    duty = NewDuty(HANDED_UP, "desk", now, due, ladder_to(case, due.at, now).first_at())
    event = AuditEvent("handed up", {"from": unit.name, "reason": reason})
    return Decision(events=(event,), opened=(duty,))


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
    return Decision(events=(AuditEvent("given back", {"to": case.incident.department, "reason": reason}),), met=asked)


def _handed_up(case: Case, actor: Person, name: str) -> tuple[int, ...]:
    """Return the duty (its id) that an answer of the office meets. Refusal if nothing was handed up."""
    case.must_be_open()
    permit(case, actor, name)
    asked = of_kinds(case, HANDED_UP)
    if not asked:
        raise Refusal("unit.not_up", case=case)
    return asked


def hand_down_to(case: Case, actor: Person, unit: Department, order: SuperiorOrder, now: datetime) -> Decision:
    """Hand a matter down to a unit, which has to acknowledge it and to report back by the order's limit."""
    case.must_be_open()
    permit(case, actor, "hand_down")
    must_be_free(case, unit)
    if any(helper_of(duty.owner) == unit.name for duty in unit_reports(case)):
        raise Refusal("unit.handed_already", case=case, unit=unit.name)
    must_have_limit(case, order, now)
    if order.limit is None:
        raise ValueError("an order without a limit")
    due = limit_due(order.limit, case.regime, case.institution, now)
    duty = NewDuty(UNIT_REPORT, owner_of(unit.name), now, due, ladder_to(case, due.at, now).first_at())
    event = AuditEvent("handed to a unit", {"to": unit.name, "limit": order.said, "text": order.words})
    has_it = case.incident.department == unit.name
    decision = Decision(events=(event,)) if has_it else handed(case, unit.name, event, now)
    asked = of_kinds(case, HANDED_UP)
    return replace(decision, opened=(*decision.opened, duty), met=(*decision.met, *asked))


def unit_report(case: Case, actor: Person, words: str, files: Sequence[int]) -> Decision:
    """Record the report of a unit to the office, which it owes and proves; words of nobody else meet it.

    A document number, a receipt or a file proves it, or an end of the matter, which has a proof of its own. Of several
    orders, as merged matters have, it meets the one whose limit it names.
    """
    owed = unit_reports(case)
    own = {one.department for one in case.reporting_selves(actor)}
    mine = [duty for duty in owed if helper_of(duty.owner) in own]
    if not mine or case.concerns(actor):
        raise Refusal("unit.no_report", case=case, units=[helper_of(duty.owner) for duty in owed])
    proof = _proof(case, words, files)
    answered = _which(case, mine, words)
    unit = helper_of(answered.owner)
    event = AuditEvent("unit reported", {"unit": unit, "proof": proof, "files": [*files], "text": words})
    return Decision(events=(event,), met=(answered.id,))


def _which(case: Case, mine: Sequence[DutyRow], words: str) -> DutyRow:
    """Return the order that a report meets. Refusal if there are several and the words name no limit of one."""
    if len({duty.due_at for duty in mine}) == 1:
        return mine[0]
    named = [duty for duty in mine if any(_stands_in(words, label) for label in _limit_names(duty))]
    if len({duty.due_at for duty in named}) != 1:
        raise Refusal("unit.which_report", case=case, duties=sorted(mine, key=lambda duty: duty.due_at))
    return named[0]


def _stands_in(words: str, label: str) -> bool:
    """Return whether a limit stands in the words, not as a part of a longer number: 11-2 is not in 11-26."""
    return re.search(rf"(?<!\d){re.escape(label)}(?!\d)", words) is not None


def _limit_names(duty: DutyRow) -> tuple[str, ...]:
    """Return how words name a duty's limit: as the office said it, or by its last day."""
    day = date.fromisoformat(duty.reckoning["last_day"])
    said = duty.reckoning.get("words")
    plain = (f"{day.month}月{day.day}日", f"{day:%m-%d}", f"{day.month}-{day.day}")
    return (*plain, said) if said else plain


def _proof(case: Case, words: str, files: Sequence[int]) -> str | None:
    """Return the document or receipt that words name. Refusal if neither they nor a file nor the matter proves them."""
    proof = proof_in(words)
    if not words or not (proof or files or case.incident.stage == "resolved"):
        raise Refusal("unit.proof", case=case)
    if is_unfinished(words) or not says_result(words):
        raise Refusal("unit.no_result", case=case)
    return proof
