"""Whom an overrun is booked to: the party that owed the duty, or that held it up, at its due time.

A department, the desk, the leaders, the chief and outside bodies are parties alike; people are shown as their role. An
overrun stays with its party when the matter goes to another.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from handlers.rules.people.institution import DESK, Institution, Person

OverrunFacts = Mapping[str, Any]
LEADING = ("leader", "chief")
OFFICES = {"leader": "role:leader", "group": "role:leader", "chief": "role:chief", "officer": DESK}
"""The parties that owe what a regime asks of these."""
SIGNED = ("reply", "resolve", "promise")
"""The kinds of duty that can wait for a signature."""


class Booked(NamedTuple):
    """An overrun with the party it is booked to."""

    kind: str
    party: str
    due_at: datetime


def home_of(department: str | None) -> str:
    """Return the party that answers for a matter: its department, else the desk."""
    return f"department:{department}" if department else DESK


def party(holder: str, institution: Institution) -> str:
    """Return who holds a matter, without people's names: "desk", "department:…", "role:…", "outside:…", "closed"."""
    kind, _, id = holder.partition(":")
    return role(id, institution) if kind == "approver" else holder


def role(id: str, institution: Institution) -> str:
    """Return the role of a person's id; a role as it is."""
    person = institution.person(id)
    if person is None:
        return f"role:{id}"
    return f"role:{person.roles[0]}" if person.roles else DESK


def side(person: Person | None) -> str:
    """Return the party that a person acts for: leaders and chief as such, else their department, else the desk."""
    if person is None:
        return DESK
    leading = next((one for one in LEADING if person.has(one)), None)
    return f"role:{leading}" if leading else home_of(None if person.has("office", "officer") else person.department)


def booked_to(row: OverrunFacts, institution: Institution) -> str:
    """Return the party that an overrun is booked to.

    A duty of the desk, a leader or a person is theirs. Of a matter that an outside body held it is that body's. An
    answer or a result that waited for a signature is the signer's, and anything else its department's.
    """
    owner, _, id = row["owner"].partition(":")
    holder = row["holder"] or ""
    if owner == "person":
        person = institution.person(id)
        return side(person) if person and row["kind"] in ("stand", "track", "action") else role(id, institution)
    if owner in OFFICES:
        return OFFICES[owner]
    if row["kind"] in ("action", "read"):
        return str(row["owner"])
    if holder.startswith("outside:"):
        return str(holder)
    if row["kind"] in SIGNED and holder.startswith("approver:"):
        return side(institution.person(holder.partition(":")[2]))
    return str(row["owner"])


def booked(rows: Iterable[OverrunFacts], institution: Institution) -> tuple[Booked, ...]:
    """Return each overrun with its party, in order."""
    return tuple(Booked(row["kind"], booked_to(row, institution), row["due_at"]) for row in rows)


def asked_in_time(row: OverrunFacts, requests: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether more time for the duty was asked for, and the request was pending at the due time."""
    return any(_was_pending(one, row["due_at"]) and _is_for(one, row["duty"]) for one in requests)


def _was_pending(request: Mapping[str, Any], at: datetime) -> bool:
    decided_at = request["decided_at"]
    pending = request["state"] == "pending" or (decided_at is not None and decided_at > at)
    return bool(request["asked_at"] <= at and pending)


def _is_for(request: Mapping[str, Any], duty: int) -> bool:
    subject = request["subject"]
    return duty in subject.get("duties", (subject.get("duty"),))
