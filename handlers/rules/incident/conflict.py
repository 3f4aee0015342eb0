"""Whom a matter is about: nobody decides on a complaint about themselves, and no head on one about their department.

It is read from the post if that names them, else set by the desk. Only staff of the institution are recorded.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers.rules.incident.approval import holder_waiting
from handlers.rules.incident.case import Amended, AuditEvent, Case, Decision
from handlers.rules.incident.permissions import permit
from handlers.rules.people.institution import Department, Institution, Person

_COMPLAINT = (
    r"态度|不作为|乱作为|推诿|踢皮球|扯皮|包庇|刁难|辱骂|打人|失职|渎职|违规|违纪|收受|受贿|索要|吃拿卡要|"
    r"乱收费|以权谋私|滥用职权|不理不睬|"
    r"rude|bribe|negligen|misconduct|covers? up|abus|corrupt"
)
_AGAINST = r"投诉|举报|控告|complain(?:t|ts|s|ed)? (?:about|against)|accus\w+"


def concerned(text: str, institution: Institution) -> tuple[str, ...]:
    """Return whom a post is about: people of the institution whom it names, and departments that it complains of."""
    people = [f"person:{person.id}" for person in institution.people if _named(person.name, text)]
    departments = [
        f"department:{department.name}"
        for department in institution.departments
        if any(_complains_of(name, text) for name in (department.name, *department.aliases))
    ]
    return (*people, *departments)


def _named(name: str, text: str) -> bool:
    return bool(re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)) if name.isascii() else name in text


def _complains_of(name: str, text: str) -> bool:
    """Return whether a text complains of a department, by words near its name: 总务处态度恶劣, 投诉保卫处."""
    if name.casefold() not in text.casefold():
        return False
    name = re.escape(name)
    return bool(
        re.search(rf"{name}[^。！？!?\n]{{0,12}}(?:{_COMPLAINT})", text, re.IGNORECASE)
        or re.search(rf"(?:{_AGAINST})[^。！？!?\n]{{0,6}}{name}", text, re.IGNORECASE)
    )


def concern(case: Case, actor: Person, people: Sequence[Person], departments: Sequence[Department]) -> Decision:
    """Set whom the matter is about, by the desk or a leader; without names it is about nobody of the institution.

    A request that waits for one of them is given to another signer.
    """
    case.must_be_open()
    permit(case, actor, "concern")
    about = [*(f"person:{one.id}" for one in people), *(f"department:{one.name}" for one in departments)]
    return Decision(events=(AuditEvent("concern", {"about": about}),), changes=being_about(case, about))


def being_about(case: Case, about: Sequence[str]) -> dict[str, Any]:
    """Return the columns that change when a matter is `about` these; a signer among them no longer holds it."""
    after = replace(case, incident=Amended(case.incident, about=about))
    holder = case.institution.person(case.incident.holder.removeprefix("approver:"))
    pending = case.pending()
    waits = {"holder": holder_waiting(after, pending)} if holder and pending and after.concerns(holder) else {}
    return {"about": list(about), **waits}


def deciders(case: Case, department: str | None) -> tuple[Person, ...]:
    """Return who assigns a matter: the leader in charge, else other leaders, else the chief; nobody it is about."""
    institution = case.institution
    above = (institution.leaders(department), institution.with_role("leader"), institution.with_role("chief"))
    free = (tuple(person for person in people if not case.concerns(person)) for people in above)
    return next((people for people in free if people), ())
