"""Reminders before and after a due time, step by step up the ladder.

Steps of one incident that are due at the same time are one message.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from msgspec import json

from handlers.common.office import Office
from handlers.rules.figures.late import is_spared
from handlers.rules.language.messages import Reply
from handlers.rules.people.institution import Person
from handlers.rules.regime.ladder import Ladder, LadderStep
from handlers.rules.regime.listeners import listening
from handlers.rules.regime.regime import Listener, Regime, thaw
from handlers.rules.regime.roster_ladders import empty_place
from handlers.timed import handover
from storage.duties import DueRow, LatestRequest, Step
from storage.outbox import OutgoingMessage
from storage.tables import to_ms

ONE_DAY_LATE = 86_400
"""Seconds after the due time from which the chief and the desk are reminded of a missing signature too."""
OWNERS: dict[str, Listener] = {"department": "owner", "desk": "office", "leader": "leader", "chief": "chief"}
DutyStep = tuple[DueRow, LadderStep]


class ReminderFacts(NamedTuple):
    """What reminders need beside their rows: the state of requests, and the frozen regimes by policy number."""

    requests: Mapping[tuple[int, str], LatestRequest]
    policies: Mapping[int, str]

    def regime(self, row: DueRow) -> Regime:
        return thaw(self.policies[row.policy])


class Reminders(NamedTuple):
    """Steps to take, and the reminder messages, each with the ids of the duties that it is about."""

    steps: list[Step]
    outgoing: list[tuple[frozenset[int], OutgoingMessage]]


def decide(rows: Sequence[DueRow], facts: ReminderFacts, office: Office, now: datetime) -> Reminders:
    """Decide the reminders at `now` (aware) for duties whose next step is due."""
    batch = _Batch(facts, office, now)
    for row in rows:
        if row.routine:
            batch.routine(row)
    incidents = sorted((row for row in rows if not row.routine), key=lambda row: (row.incident, row.due_at, row.id))
    for _, group in groupby(incidents, lambda row: row.incident):
        batch.incident(list(group))
    return Reminders(batch.steps, batch.outgoing)


class _Batch:
    """Rows that are decided together. Equal rows share their ladder step, listeners and lines, each computed once."""

    def __init__(self, facts: ReminderFacts, office: Office, now: datetime) -> None:
        self._facts, self._office, self._now = facts, office, now
        self.steps: list[Step] = []
        self.outgoing: list[tuple[frozenset[int], OutgoingMessage]] = []
        self._ladder_steps: dict[tuple[object, ...], LadderStep | None] = {}
        self._listeners: dict[tuple[object, ...], tuple[Person, ...]] = {}
        self._lines: dict[tuple[str, datetime], str] = {}

    def incident(self, rows: Sequence[DueRow]) -> None:
        due = [(row, step) for row in rows if (step := self._ladder_step(row))]
        if len(due) < len(rows):
            due_ids = {row.id for row, _ in due}
            self.steps += [self._correction(row) for row in rows if row.id not in due_ids]
        if due:
            people = tuple(dict.fromkeys(person for row, step in due for person in self._listening(row, step)))
            names = tuple(person.id for person in people)
            self.steps += [_step(row, step, names) for row, step in due]
            self.outgoing.append(self._outgoing(due, people, names))

    def routine(self, row: DueRow) -> None:
        """Remind the owner of a check-in or report that has not come, and the listeners of its ladder."""
        office = self._office
        ladder = self._routine_ladder(row)
        step = ladder.fire(row.rung, self._now)
        if step is None:
            self.steps.append(_step_to(row, ladder))
            return
        people = _routine_listeners(row, step, office)
        names = tuple(person.id for person in people)
        self.steps.append(_step(row, step, names))
        reply = Reply(text=self._routine_text(row, step, people), mentions=names)
        message = office.to_group(reply, duty=row.id, urgency=to_ms(row.due_at))
        self.outgoing.append((frozenset({row.id}), message))

    def _routine_ladder(self, row: DueRow) -> Ladder:
        office = self._office
        if row.kind == handover.EMPTY:
            return empty_place(office.regime, office.institution.zone, row.started_at, row.due_at)
        return Ladder(office.regime, "general", office.institution.zone, row.started_at, row.due_at)

    def _routine_text(self, row: DueRow, step: LadderStep, people: Sequence[Person]) -> str:
        facts = {"due": row.due_at, "now": self._now, "people": people}
        if row.kind == handover.EMPTY:
            name = row.person if row.person in [one.name for one in self._office.rosters] else ""
            return self._office.texts.say("roster.empty", name=name, **facts)
        return self._office.texts.say("check_in.remind", kind=row.kind, bulletin="bulletin" in step.tell, **facts)

    def _ladder_step(self, row: DueRow) -> LadderStep | None:
        # After the first step the start of the duty no longer matters.
        begun = row.started_at if row.rung is None else None
        key = (row.policy, row.tier, row.due_at, row.rung, begun)
        if key not in self._ladder_steps:
            self._ladder_steps[key] = self._ladder(row).fire(row.rung, self._now)
        return self._ladder_steps[key]

    def _ladder(self, row: DueRow) -> Ladder:
        zone = self._office.institution.zone
        return Ladder(self._facts.regime(row), row.tier, zone, row.started_at, row.due_at)

    def _correction(self, row: DueRow) -> Step:
        return _step_to(row, self._ladder(row))

    def _listening(self, row: DueRow, step: LadderStep) -> tuple[Person, ...]:
        key = (row.owner, row.kind, row.department, row.holder, row.about, step.rung, step.tell)
        if key not in self._listeners:
            self._listeners[key] = _not_concerned(row, _listening(row, step, self._office), self._office)
        return self._listeners[key]

    def _line(self, row: DueRow) -> str:
        key = (row.kind, row.due_at)
        if key not in self._lines:
            self._lines[key] = self._office.texts.say("overdue.line", kind=row.kind, due=row.due_at, now=self._now)
        return self._lines[key]

    def _outgoing(
        self, due: Sequence[DutyStep], people: Sequence[Person], names: tuple[str, ...]
    ) -> tuple[frozenset[int], OutgoingMessage]:
        row = due[0][0]
        reply = self._facts.requests.get((row.incident, "reply"))
        text = self._office.texts.say(
            "overdue.remind",
            number=row.incident,
            title=row.title,
            department=row.department,
            holder=row.holder,
            lines=[self._line(each) for each, _ in due],
            people=people,
            event=self._event(row),
            asked=_waits_for_signature(row),
            approved=reply is not None and reply.state == "approved",
            bulletin=any("bulletin" in step.tell for _, step in due) and not self._spared(row),
        )
        message = self._office.outgoing(
            Reply(text=text, mentions=names),
            row.channel,
            row.conversation,
            incident=row.incident,
            duty=row.id,
            urgency=to_ms(row.due_at),
        )
        return frozenset(each.id for each, _ in due), message

    def _event(self, row: DueRow) -> str:
        """Return the event that meets the duty by the regime, else the kind of duty."""
        rule = self._facts.regime(row).rule(row.kind, row.tier)
        return rule.met_by if rule else row.kind

    def _spared(self, row: DueRow) -> bool:
        """Return whether the regime keeps the duty out of the bulletin because more time was asked for in time."""
        asked = self._facts.requests.get((row.incident, "extension"))
        if asked is None:
            return False
        request = asked._asdict() | {"subject": json.decode(asked.subject)}
        late = {"due_at": row.due_at, "duty": row.id}
        return is_spared(late, self._facts.regime(row), (request,))


def _step(row: DueRow, step: LadderStep, told: tuple[str, ...]) -> Step:
    return Step(row.id, row.incident, row.next_at, step.rung, step.next_at, step.skipped, told)


def _step_to(row: DueRow, ladder: Ladder) -> Step:
    """Return a correction of a row whose next step was computed differently, such as in another zone; no reminder."""
    return Step(row.id, row.incident, row.next_at, row.rung, ladder.next_at(row.rung), (), (), sounds=False)


def _routine_listeners(row: DueRow, step: LadderStep, office: Office) -> tuple[Person, ...]:
    person = office.institution.person(row.person or "")
    role = "office" if row.kind == handover.EMPTY else row.person or "officer"
    owners = (person,) if person else office.institution.called(role)
    others = listening(office.institution, _without_owner(step), None)
    return tuple(dict.fromkeys((*owners, *others))) if "owner" in step.tell else others


def _listening(row: DueRow, step: LadderStep, office: Office) -> tuple[Person, ...]:
    """Return who is reminded by a step. "owner" is the duty's owner, or the leader whose signature it waits for."""
    owner = OWNERS[row.owner]
    signer = office.institution.person(row.holder.partition(":")[2]) if _waits_for_signature(row) else None
    if signer is None:
        tell = [owner if listener == "owner" else listener for listener in step.tell]
        return listening(office.institution, tell, row.department)
    others = listening(office.institution, _without_owner(step), row.department)
    return (*_signers(signer, step.rung, office), *others) if "owner" in step.tell else others


def _without_owner(step: LadderStep) -> list[Listener]:
    return [listener for listener in step.tell if listener != "owner"]


def _not_concerned(row: DueRow, people: tuple[Person, ...], office: Office) -> tuple[Person, ...]:
    """Leave out people whom the matter is about; if nobody remains, return the chief and the desk instead."""
    about = json.decode(row.about, type=tuple[str, ...])
    if not about:
        return people
    others = tuple(person for person in people if not person.among(about))
    above = (*office.institution.with_role("chief"), *office.institution.desk())
    return others or tuple(person for person in above if not person.among(about))


def _waits_for_signature(row: DueRow) -> bool:
    """Return whether the duty waits for a signature; an acknowledgement, or a duty of the desk, needs none."""
    return row.holder.startswith("approver:") and row.owner == "department" and row.kind != "acknowledge"


def _signers(asked: Person, rung: int, office: Office) -> tuple[Person, ...]:
    """Return who is reminded of a signature: once late all leaders too, a day later the chief and the desk."""
    institution = office.institution
    leaders = institution.with_role("leader") if rung > 0 else ()
    return (asked, *leaders, *((*institution.with_role("chief"), *institution.desk()) if rung >= ONE_DAY_LATE else ()))
