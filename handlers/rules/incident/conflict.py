"""Set whom a matter is about. Adding a name works at once; taking one off needs a second person, as a request does.

Nobody decides on a complaint about themselves, and no department has one about itself: such a matter goes to the desk.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from handlers.rules.incident.asking import asked_again
from handlers.rules.incident.case import Amended, AuditEvent, Case, Decision, NewRequest, RequestChange, approver
from handlers.rules.incident.chain import CHAINED
from handlers.rules.incident.duties import UNIT_REPORT, of_kinds, to_assign
from handlers.rules.incident.openings import CONCERN
from handlers.rules.incident.parts import helper_of
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.signers import first_approver, holder_waiting
from handlers.rules.people import recusal
from handlers.rules.people.institution import Department, Person
from handlers.rules.refusal import Refusal


def concern(
    case: Case, actor: Person, people: Sequence[Person], departments: Sequence[Department], now: datetime
) -> Decision:
    """Add whom the matter is about: people, each with their department, and departments.

    Somebody who was one of several that might be meant stands for all of them. Without names this records that the
    desk found nobody of the institution in it.
    """
    case.must_be_open()
    permit(case, actor, "concern")
    meant = {f"maybe:{one.id}" for one in people} & {*case.incident.about}
    standing = [one for one in case.incident.about if not (meant and one.startswith("maybe:"))]
    about = list(dict.fromkeys((*standing, *_names(people, departments))))
    return about_them(case, about, AuditEvent("concern", {"about": about}), actor, now)


def about_them(case: Case, about: Sequence[str], event: AuditEvent, by: Person, now: datetime) -> Decision:
    """Make the matter be `about` these. Their requests end, and their department gives the matter to the desk.

    A unit that sees it no more owes no report on it.
    """
    changes = being_about(case, about, {one: by.id for one in about if one not in case.incident.about})
    taken_away = "department" in changes
    ended = tuple(RequestChange(one.id, "superseded", one.step) for one in _ending(case, about))
    return Decision(
        events=(event,),
        changes=changes,
        waived=(*(of_kinds(case, "acknowledge") if taken_away else ()), *_reports_of(case, about)),
        opened=to_assign(case, now) if taken_away else (),
        decided=(*ended, *asked_again(replace(case, incident=Amended(case.incident, **changes)), ended)),
    )


def _reports_of(case: Case, about: Sequence[str]) -> tuple[int, ...]:
    """Return the reports (ids of duties) that units owe the office which may not have the matter."""
    owed = ((duty.id, helper_of(duty.owner)) for duty in case.duties if duty.id in of_kinds(case, UNIT_REPORT))
    return tuple(id for id, unit in owed if unit and recusal.excluded(unit, about, case.institution))


def being_about(case: Case, about: Sequence[str], said_by: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns that change when a matter is `about` these; `said_by` tells who (an id) named whom.

    A department among them no longer has the matter, and neither holds it a signer who may no longer sign.
    """
    columns: dict[str, Any] = {"about": list(about)}
    if said_by:
        columns["about_by"] = {**(case.incident.about_by or {}), **said_by}
    department, institution = case.incident.department, case.institution
    helpers = [name for name in case.incident.helpers if not recusal.excluded(name, about, institution)]
    if helpers != list(case.incident.helpers):
        columns["helpers"] = helpers
    if department and recusal.excluded(department, about, institution):
        stage = case.incident.stage if case.incident.stage == "replied" else "unassigned"
        columns |= {"department": None, "stage": stage, "acknowledged_at": None}
    after = replace(case, incident=Amended(case.incident, **columns))
    ending = _ending(case, about)
    holder = holder_waiting(after, [request for request in case.pending() if request not in ending])
    return columns if holder == case.incident.holder else {**columns, "holder": holder}


def _ending(case: Case, about: Sequence[str]) -> list[Any]:
    """Return the pending requests of people whom the matter is `about`; its answer too, if the department loses it."""
    department, institution = case.incident.department, case.institution
    lost = department is not None and recusal.excluded(department, about, institution)
    askers = {one.id: institution.person(one.asked_by) for one in case.pending()}
    return [
        one
        for one in case.pending()
        if (lost and one.kind in CHAINED) or ((asker := askers[one.id]) and recusal.concerned(asker, about))
    ]


def take_off(case: Case, actor: Person, people: Sequence[Person], departments: Sequence[Department]) -> Decision:
    """Ask that names no longer count as whom the matter is about, all of them without names. Somebody else decides."""
    case.must_be_open()
    permit(case, actor, "concern")
    named = {*_names(people, departments), *(f"maybe:{one.id}" for one in people)}
    off = [one for one in case.incident.about if not (people or departments) or one in named]
    if not off:
        raise Refusal("concern.not_on", case=case)
    if case.pending(CONCERN):
        raise Refusal("concern.pending", case=case)
    signs = first_approver(case, CONCERN, actor)
    return Decision(
        events=(AuditEvent("concern asked", {"off": off}),),
        changes={"holder": approver(signs)},
        requested=NewRequest(CONCERN, {"off": off}),
    )


def _names(people: Sequence[Person], departments: Sequence[Department]) -> list[str]:
    own = [one.department for one in people if one.department]
    names = dict.fromkeys((*own, *(one.name for one in departments)))
    return [*(f"person:{one.id}" for one in people), *(f"department:{name}" for name in names)]


def must_be_free(case: Case, *departments: Department | None) -> None:
    """Raise Refusal if one of these departments may not have the matter: it is about it, or it is suspended."""
    for department in departments:
        if department and department.suspended:
            raise Refusal("unit.suspended", case=case, unit=department.name)
        if department and case.recused(department.name):
            free = recusal.departments(case.incident.about, case.institution)
            raise Refusal("concern.department", case=case, name=department.name, departments=free)


def deciders(case: Case, department: str | None) -> tuple[Person, ...]:
    """Return who assigns a matter: the leader in charge, else other leaders, else the chief, else those who remain."""
    institution = case.institution
    above = (institution.leaders(department), institution.with_role("leader"), institution.with_role("chief"))
    free = (tuple(person for person in people if case.may_decide(person)) for people in above)
    return next((people for people in free if people), ()) or recusal.remaining(case.incident.about, institution)
