"""What the rules see of an incident, and what they decide. The database's rows satisfy these protocols as they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from handlers.rules.people import recusal
from handlers.rules.people.institution import DESK, Institution, Person
from handlers.rules.people.stand_ins import LEAVE, DelegationRow, givers
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
    text: str
    platform: str
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
    about_by: Any
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
    origin: str
    origin_body: str | None
    unit: str | None
    superior: Any
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
    decided_at: datetime | None
    remark: str | None


class DraftRow(Protocol):
    edition: int
    text: str
    author: str
    created_at: datetime


PUBLIC = ("reply", "promise")
"""The kinds of duties to the public that a closing tells of besides the resolution."""


def _ran_over(duty: DutyRow, at: datetime) -> bool:
    """Return whether a duty was met late, or runs late at `at`; one that was cancelled did not."""
    return duty.state in ("open", "met") and (duty.met_at or at) > duty.due_at


class Case(Struct, frozen=True):
    """One incident with everything that a decision needs.

    `duties` and `requests` are those of the present cycle; `delegations` those in force now. `said_under` are those
    that were in force when the words were said that are handled, None if that is now.
    """

    incident: IncidentRow
    duties: Sequence[DutyRow]
    requests: Sequence[RequestRow]
    drafts: Sequence[DraftRow]
    regime: Regime
    institution: Institution
    delegations: Sequence[DelegationRow] = ()
    said_under: Sequence[DelegationRow] | None = None

    @property
    def number(self) -> int:
        return self.incident.number

    @property
    def when_said(self) -> "Case":
        """The matter with the authority that its speaker had when they said what is handled now."""
        return self if self.said_under is None else replace(self, delegations=self.said_under)

    def open_duty(self, kind: str) -> DutyRow | None:
        return next((duty for duty in self.duties if duty.kind == kind and duty.state == "open"), None)

    def pending(self, kind: str | None = None) -> tuple[RequestRow, ...]:
        return tuple(
            request
            for request in self.requests
            if request.state == "pending" and (kind is None or request.kind == kind)
        )

    def waits_besides(self, kind: str) -> bool:
        """Return whether a request of another kind waits too, so that a yes or no has to name the kind."""
        return any(request.kind != kind for request in self.pending())

    def late_to_public(self, at: datetime) -> tuple[str, ...]:
        """Return the kinds of duties to the public, but for the resolution, that were late or still are at `at`."""
        late = (duty.kind for duty in self.duties if duty.kind in PUBLIC and _ran_over(duty, at))
        return tuple(dict.fromkeys(late))

    def draft(self) -> DraftRow | None:
        """The latest version of the reply."""
        return self.drafts[-1] if self.drafts else None

    def approved_draft(self) -> DraftRow | None:
        """The latest draft, if it is the one that was approved; by nobody, and of nobody, whom the matter is about."""
        latest = self.draft()
        approved = [r for r in self.requests if r.kind == "reply" and r.state == "approved"]
        if not (latest and approved and approved[-1].subject["edition"] == latest.edition):
            return None
        signed = approved[-1].subject.get("signed", ())
        by = (latest.author, approved[-1].decided_by, *signed) if self.incident.about else ()
        return None if any(self.concerns(one) for id in by if (one := self.institution.person(id or ""))) else latest

    def must_be_open(self) -> None:
        if self.incident.stage not in OPEN_STAGES:
            raise Refusal("common.closed", case=self)

    @property
    def posted(self) -> str:
        """The words of the matter's posts: a telephone number that stands in them is the public's."""
        return str(self.incident.text)

    @property
    def home(self) -> str:
        """The holder of a matter that nobody is asked to sign: the outside body, its department, else the desk."""
        return f"outside:{self.incident.outside}" if self.incident.outside else hold(self.incident.department)

    @property
    def owners(self) -> tuple[Person, ...]:
        """Who is asked to act on the matter now: its department's liaisons, else the desk; nobody whom it is about."""
        return recusal.owners(self.incident.department, self.incident.about, self.institution)

    def selves(self, person: Person) -> tuple[Person, ...]:
        """The speaker, and those for whom they acted when they said it."""
        return self._with_givers(person, self._in_force)

    def reporting_selves(self, person: Person) -> tuple[Person, ...]:
        """The speaker, and those on leave for whom they acted: authority is to sign, not to report what others did."""
        return self._with_givers(person, [row for row in self._in_force if row.why == LEAVE])

    @property
    def _in_force(self) -> Sequence[DelegationRow]:
        """The delegations when the message was said, which is now unless it was handled late."""
        return self.delegations if self.said_under is None else self.said_under

    def _with_givers(self, person: Person, rows: Sequence[DelegationRow]) -> tuple[Person, ...]:
        others = (self.institution.person(id) for id in givers(rows, person.id)) if rows else ()
        return (person, *(giver for giver in others if giver))

    def belongs(self, person: Person, *also: str) -> bool:
        """Return whether the person answers for the incident's department, or has one of the roles in `also`."""
        if also and person.has(*also):
            return True
        department = self.incident.department
        return department is not None and any(one.department == department for one in self.selves(person))

    def concerns(self, person: Person) -> bool:
        """Return whether the matter is, or may be, about the person or their department: they have no part in it."""
        return recusal.concerned(person, self.incident.about)

    def may_decide(self, person: Person) -> bool:
        """Return whether the person may decide in the matter: neither they nor who they answer to are its subject."""
        return recusal.may_decide(person, self.incident.about, self.institution)

    def recused(self, department: str) -> bool:
        """Return whether a department may not have the matter, because it is about it or all who answer for it."""
        return recusal.excluded(department, self.incident.about, self.institution)


class Amended:
    """An incident's row with some columns changed."""

    def __init__(self, row: Any, **changes: Any) -> None:
        self._row, self._changes = row, changes

    def __getattr__(self, name: str) -> Any:
        return self._changes[name] if name in self._changes else getattr(self._row, name)


class AuditEvent(Struct, frozen=True):
    """A line of the audit trail."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


class NewDuty(Struct, frozen=True):
    kind: str
    owner: str
    started_at: datetime
    due: Due
    next_at: datetime | None


class MovedDuty(Struct, frozen=True):
    """A duty's new due time. Its ladder starts again, unless `rung` is the step that it has reached."""

    id: int
    due: Due
    next_at: datetime | None
    rung: int | None = None


class PassedDuty(Struct, frozen=True):
    """A duty that another owes from now on, as it is: due when it was, and one overrun if that has passed."""

    id: int
    owner: str


class NewRequest(Struct, frozen=True):
    kind: str
    subject: Mapping[str, Any]


class NewPublication(Struct, frozen=True):
    """A place where a draft (`edition`) is public: an address with what makes it the same page, a picture, or both."""

    edition: int
    url: str | None = None
    fingerprint: str | None = None
    file: int | None = None


class NewOrder(Struct, frozen=True):
    """A body's document by which it hands the matter down; `fingerprint` is what makes two the same one."""

    body: str
    document: str | None
    fingerprint: str | None


class RequestChange(Struct, frozen=True):
    """`state` None leaves the request pending at its next step. `subject` replaces the subject, unless it is None."""

    id: int
    state: str | None
    step: int
    remark: str | None = None
    subject: Mapping[str, Any] | None = None


class Decision(Struct, frozen=True, kw_only=True):
    """Everything that one decision changes; storage applies all of it or nothing."""

    events: tuple[AuditEvent, ...]
    changes: Mapping[str, Any] = field(default_factory=dict)
    met: tuple[int, ...] = ()
    waived: tuple[int, ...] = ()
    opened: tuple[NewDuty, ...] = ()
    moved: tuple[MovedDuty, ...] = ()
    passed: tuple[PassedDuty, ...] = ()
    draft: str | None = None
    requested: NewRequest | None = None
    decided: tuple[RequestChange, ...] = ()
    published: tuple[NewPublication, ...] = ()
    ordered: tuple[NewOrder, ...] = ()
    released: tuple[int, ...] = ()
    """The rows of documents (ids) that hand the matter down no more."""


def hold(department: str | None) -> str:
    """Return the holder of a matter that nobody is asked to sign: its department, else the desk."""
    return f"department:{department}" if department else DESK


def approver(person: Person) -> str:
    return f"approver:{person.id}"
