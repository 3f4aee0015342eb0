"""What the rules see of an incident, and what they decide. The database's rows satisfy these protocols as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from handlers.rules.people.institution import DESK, Institution, Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime import Regime
from handlers.rules.time.periods import Due

OPEN_STAGES = ("unassigned", "assigned", "acknowledged", "replied")
CLOSED = "closed"
"""The holder of a matter that has ended."""


class IncidentRow(Protocol):
    channel: str
    conversation: str
    number: int
    version: int
    title: str
    tier: str
    stage: str
    department: str | None
    holder: str
    posted_at: datetime | None
    found_at: datetime
    forwarded_by: str
    cycle: int
    cycle_at: datetime | None
    helpers: Any
    about: Any
    bounces: Any
    outside: str | None
    merged_into: int | None
    kind: str | None
    verdict: str | None
    answer: str | None
    proof: str | None
    outcome: str | None
    result: str | None
    unanswerable: str | None
    acknowledged_at: datetime | None
    replied_at: datetime | None
    resolved_at: datetime | None


class DutyRow(Protocol):
    id: int
    kind: str
    owner: str
    state: str
    cycle: int
    started_at: datetime
    due_at: datetime
    first_due_at: datetime
    met_at: datetime | None
    rung: int | None
    next_at: datetime | None
    provisional: bool
    reckoning: Any


class RequestRow(Protocol):
    id: int
    cycle: int
    kind: str
    subject: Any
    step: int
    asked_by: str
    asked_at: datetime
    state: str
    decided_by: str | None
    remark: str | None


class DraftRow(Protocol):
    edition: int
    text: str
    author: str


class DelegationRow(Protocol):
    giver: str
    taker: str
    why: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One incident with everything that a decision needs.

    `duties` and `requests` are those of the present cycle; `delegations` those in force.
    """

    incident: IncidentRow
    duties: Sequence[DutyRow]
    requests: Sequence[RequestRow]
    drafts: Sequence[DraftRow]
    regime: Regime
    institution: Institution
    delegations: Sequence[DelegationRow] = ()

    @property
    def number(self) -> int:
        return self.incident.number

    def open_duty(self, kind: str) -> DutyRow | None:
        return next((duty for duty in self.duties if duty.kind == kind and duty.state == "open"), None)

    def pending(self, kind: str | None = None) -> tuple[RequestRow, ...]:
        return tuple(
            request
            for request in self.requests
            if request.state == "pending" and (kind is None or request.kind == kind)
        )

    def draft(self) -> DraftRow | None:
        """The latest version of the reply."""
        return self.drafts[-1] if self.drafts else None

    def approved_draft(self) -> DraftRow | None:
        """The latest draft, if it is the one that was approved."""
        latest = self.draft()
        approved = [r.subject["edition"] for r in self.requests if r.kind == "reply" and r.state == "approved"]
        return latest if latest and approved and approved[-1] == latest.edition else None

    def must_be_open(self) -> None:
        if self.incident.stage not in OPEN_STAGES:
            raise Refusal("common.closed", case=self)

    @property
    def home(self) -> str:
        """The holder of a matter that nobody is asked to sign: the outside body, its department, else the desk."""
        return f"outside:{self.incident.outside}" if self.incident.outside else hold(self.incident.department)

    @property
    def owners(self) -> tuple[Person, ...]:
        """Who is asked to act on the matter now: its department's liaisons, else the desk."""
        return self.institution.owners(self.incident.department)

    def selves(self, person: Person) -> tuple[Person, ...]:
        """The person, and those for whom the person acts now."""
        givers = (self.institution.person(row.giver) for row in self.delegations if row.taker == person.id)
        return (person, *(giver for giver in givers if giver))

    def belongs(self, person: Person, *also: str) -> bool:
        """Return whether the person answers for the incident's department, or has one of the roles in `also`."""
        department = self.incident.department
        return person.has(*also) or any(department and one.department == department for one in self.selves(person))

    def concerns(self, person: Person) -> bool:
        """Return whether the matter is about the person: they neither judge it nor sign anything in it."""
        return person.among(self.incident.about)


class Amended:
    """An incident's row with some columns changed."""

    def __init__(self, row: Any, **changes: Any) -> None:
        self._row, self._changes = row, changes

    def __getattr__(self, name: str) -> Any:
        return self._changes[name] if name in self._changes else getattr(self._row, name)


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """A line of the audit trail."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewDuty:
    kind: str
    owner: str
    started_at: datetime
    due: Due
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class MovedDuty:
    """A duty's new due time. Its ladder starts again, unless `rung` is the step that it has reached."""

    id: int
    due: Due
    next_at: datetime | None
    rung: int | None = None


@dataclass(frozen=True, slots=True)
class NewRequest:
    kind: str
    subject: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RequestChange:
    """`state` None leaves the request pending at its next step."""

    id: int
    state: str | None
    step: int
    remark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Everything that one decision changes; storage applies all of it or nothing."""

    events: tuple[AuditEvent, ...]
    changes: Mapping[str, Any] = field(default_factory=dict)
    met: tuple[int, ...] = ()
    waived: tuple[int, ...] = ()
    opened: tuple[NewDuty, ...] = ()
    moved: tuple[MovedDuty, ...] = ()
    draft: str | None = None
    requested: NewRequest | None = None
    decided: tuple[RequestChange, ...] = ()


def hold(department: str | None) -> str:
    """Return the holder of a matter that nobody is asked to sign: its department, else the desk."""
    return f"department:{department}" if department else DESK


def approver(person: Person) -> str:
    return f"approver:{person.id}"
