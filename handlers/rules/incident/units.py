"""Units below the office: what each may see, and be handed down by the office.

A unit's matter stays in its figures wherever it goes (`handing_up.py` is how it goes up). What the office
hands down has a limit of its own, and only the unit's own report with a proof meets it. Each decision takes the case,
the actor and `now` (aware), and raises `Refusal` if it is not allowed.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from msgspec.structs import replace

from handlers.rules.incident.back_reports import unit_reports
from handlers.rules.incident.case import AuditEvent, Case, Decision, DutyRow, NewDuty
from handlers.rules.incident.conflict import must_be_free
from handlers.rules.incident.duties import HANDED_UP, UNIT_REPORT, ladder_to, of_kinds
from handlers.rules.incident.handed_down import limit_due, must_have_limit
from handlers.rules.incident.lifecycle import handed
from handlers.rules.incident.orders import SuperiorOrder, is_unfinished, proof_in
from handlers.rules.incident.parts import helper_of, owner_of
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.report_words import says_result
from handlers.rules.people import recusal
from handlers.rules.people.institution import Department, Institution, Person
from handlers.rules.refusal import Refusal


class VisibleRow(Protocol):
    """What of a matter says which units see it."""

    @property
    def unit(self) -> str | None: ...
    @property
    def department(self) -> str | None: ...
    @property
    def helpers(self) -> Any: ...
    @property
    def about(self) -> Any: ...


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
