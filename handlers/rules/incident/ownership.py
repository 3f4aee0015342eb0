"""Decisions about who owns a matter: return, lead with helpers, withdraw, reopen.

Each takes the case, the actor and `now` (aware), and raises `Refusal` if it is not allowed.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from handlers.rules.incident.approval import superseded
from handlers.rules.incident.back_reports import orders, unit_reports
from handlers.rules.incident.case import (
    CLOSED,
    OPEN_STAGES,
    AuditEvent,
    Case,
    Decision,
    NewRequest,
    approver,
)
from handlers.rules.incident.conflict import deciders, must_be_free
from handlers.rules.incident.duties import everything, of_kinds, to_assign
from handlers.rules.incident.lifecycle import ENDED_WITH, MOST_BOUNCES, handed, must_not_pass_on, passed_on, returned
from handlers.rules.incident.parts import helper_of
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.reopening import reopened
from handlers.rules.incident.signers import first_approver
from handlers.rules.language.letters import letters
from handlers.rules.people.institution import DESK, Department, Person
from handlers.rules.refusal import Refusal


def bounce(case: Case, actor: Person, reason: str, now: datetime) -> Decision:
    """Return a matter that is not the department's own (退单).

    The first time it goes back to the desk. The second time a leader decides whose it is, and until then the department
    that received it first keeps it (首问负责). A third return is refused.
    """
    case.must_be_open()
    if case.incident.department is None:
        raise Refusal("acknowledge.unassigned", case=case)
    permit(case, actor, "bounce")
    if case.incident.replied_at:
        raise Refusal("bounce.answered", case=case)
    if len(case.incident.bounces) >= MOST_BOUNCES:
        raise Refusal("bounce.final", case=case, people=deciders(case, case.incident.department))
    if not letters(reason):
        raise Refusal("bounce.reason", case=case)
    if case.incident.unit and case.incident.unit == case.incident.department:
        raise Refusal("unit.hand_it_up", case=case)
    given = returned(case, actor, reason, now)
    bounces = [*case.incident.bounces, given]
    decision = _back(case, AuditEvent("bounced", given), bounces[0]["department"], now)
    return replace(decision, changes={**decision.changes, "bounces": bounces})


def _back(case: Case, event: AuditEvent, first: str, now: datetime) -> Decision:
    """Hand the matter to the desk, or the second time to its first department.

    Duties that run from the assignment go on until the next assignment; only the acknowledgement ends.
    """
    if case.incident.bounces and not case.recused(first):
        same = first == case.incident.department
        return Decision(events=(event,)) if same else handed(case, first, event, now)
    return to_desk(case, event, now)


def to_desk(case: Case, event: AuditEvent, now: datetime) -> Decision:
    """Give the matter to the desk, which has to assign it."""
    waiting = [request for request in case.pending() if request.kind not in ENDED_WITH]
    return Decision(
        events=(event,),
        changes={
            "department": None,
            "stage": "unassigned",
            "holder": case.incident.holder if waiting else DESK,
            "acknowledged_at": None,
        },
        waived=of_kinds(case, "acknowledge"),
        opened=to_assign(case, now),
        decided=tuple(change for kind in ENDED_WITH for change in superseded(case, kind)),
    )


def lead(case: Case, actor: Person, leads: Department | None, helpers: Sequence[Department], now: datetime) -> Decision:
    """Make one department lead and answer for the matter, with others to help it (牵头、协办)."""
    case.must_be_open()
    permit(case, actor, "lead")
    name = leads.name if leads else case.incident.department
    if name is None:
        raise Refusal("acknowledge.unassigned", case=case)
    names = list(dict.fromkeys(helper.name for helper in helpers if helper.name != name))
    must_be_free(case, case.institution.department(name), *helpers)
    if not names and name == case.incident.department:
        raise Refusal("lead.whom", case=case, departments=case.institution.departments)
    must_not_pass_on(case, actor)
    event = AuditEvent("led", {"from": case.incident.department, "to": name, "helpers": names})
    if name == case.incident.department:
        return Decision(events=(event,), changes={"helpers": names})
    decision = passed_on(case, actor, handed(case, name, event, now), now)
    return replace(decision, changes={**decision.changes, "helpers": names})


def withdraw(case: Case, actor: Person, reason: str, *, published: bool) -> Decision:
    """Ask to strike out a mistaken report, which a leader has to sign; `published` if it was ever answered."""
    case.must_be_open()
    permit(case, actor, "withdraw")
    if published or case.incident.replied_at:
        raise Refusal("withdraw.answered", case=case)
    if not letters(reason):
        raise Refusal("withdraw.reason", case=case)
    if orders(case):
        raise Refusal("withdraw.handed_down", case=case, body=orders(case)[0].reckoning.get("body"))
    if unit_reports(case):
        raise Refusal("withdraw.unit_report", case=case, unit=helper_of(unit_reports(case)[0].owner))
    if case.pending("withdrawal"):
        raise Refusal("withdraw.pending", case=case)
    signs = first_approver(case, "withdrawal", actor)
    return Decision(
        events=(AuditEvent("withdrawal asked", {"reason": reason}),),
        changes={"holder": approver(signs)},
        requested=NewRequest("withdrawal", {"reason": reason}),
    )


def reopen(case: Case, actor: Person, reason: str, now: datetime) -> Decision:
    """Open a closed matter again: its duties start again; the time since the find goes on from the first find."""
    if case.incident.stage in OPEN_STAGES:
        raise Refusal("reopen.is_open", case=case)
    permit(case, actor, "reopen")
    if not letters(reason):
        raise Refusal("reopen.reason", case=case)
    return reopened(case, reason, now)


def undone(case: Case, kinds: Sequence[str], now: datetime, *, opening: bool) -> Decision:
    """Take back a person's last command, whose events were of these `kinds`.

    An `opening` is withdrawn without a trace of duties; else storage restores what the command had changed.
    """
    if not opening:
        return Decision(events=(AuditEvent("undone", {"kinds": kinds}),))
    return Decision(
        events=(AuditEvent("undone", {"kinds": ["opened"]}),),
        changes={"stage": "withdrawn", "holder": CLOSED, "resolved_at": now},
        waived=everything(case),
    )
