"""Reminders before and after a due time, step by step up the ladder: one message for each matter and moment."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby, repeat
from typing import NamedTuple

from msgspec import json

from handlers.common.office import Office
from handlers.rules.figures.late import is_spared
from handlers.rules.incident import reminding
from handlers.rules.incident.duties import BEFORE_LADDER, UNTIL_CALM, waits_for_signature
from handlers.rules.incident.reminding import DutyReminder, OpenDuty
from handlers.rules.language.messages import Reply
from handlers.rules.people.institution import Person
from handlers.rules.regime.ladder import Ladder
from handlers.rules.regime.regime import Regime, thaw
from handlers.rules.regime.regime_parts import Listener
from handlers.timed import routine_reminders
from handlers.timed.reminder_people import asked, hearing, not_concerned
from storage.duties import DueRow, LatestRequest, Step
from storage.outbox import OutgoingMessage, reminds
from storage.tables import to_ms

LAST = ("resolve", "calm", *UNTIL_CALM)
"""Kinds of duties that can be met only after the others of their matter, and what goes on beside it."""


class ReminderFacts(NamedTuple):
    """What reminders need beside their rows: the state of requests, and the frozen regimes by policy number."""

    requests: Mapping[int, Mapping[str, LatestRequest]]
    policies: Mapping[int, str]

    def regime(self, row: DueRow) -> Regime:
        return thaw(self.policies[row.policy])

    def pending(self, incident: int) -> frozenset[str]:
        """Return the kinds of an incident's requests that wait for a signature."""
        return self._by_state(incident, "pending")

    def approved(self, incident: int) -> frozenset[str]:
        return self._by_state(incident, "approved")

    def asked_at_once(self, incident: int, kind: str) -> tuple[str, ...]:
        """Return the people (ids) who are asked at once for the signatures of a request, if several are."""
        latest = self.requests.get(incident, {}).get(kind)
        subject = json.decode(latest.subject) if latest else {}
        return tuple(subject.get("asked", ()))

    def _by_state(self, incident: int, state: str) -> frozenset[str]:
        return frozenset(kind for kind, one in self.requests.get(incident, {}).items() if one.state == state)


class Sounding(NamedTuple):
    """A duty of which a reminder says a step: who hears it, and the kind of the request for whose signature it waits.

    `tell` are the listeners of the step that is due; none if the reminder only takes a later step.
    """

    row: DueRow
    tell: Sequence[Listener]
    people: tuple[Person, ...]
    waits: str | None


class PendingSignatures(NamedTuple):
    """Kinds of requests that wait for a signature, and who is asked for it."""

    kinds: Sequence[str]
    signers: tuple[Person, ...]


class Reminders(NamedTuple):
    """Steps to take, and the reminder messages, each with the ids of the duties that it is about."""

    steps: list[Step]
    outgoing: list[tuple[frozenset[int], OutgoingMessage]]


def decide(rows: Sequence[DueRow], facts: ReminderFacts, office: Office, now: datetime) -> Reminders:
    """Decide the reminders at `now` (aware) for duties whose next step is due, and other open ones of their matters."""
    batch = _Batch(facts, office, now)
    for row in rows:
        if row.routine:
            batch.routine(row)
    incidents = sorted((row for row in rows if not row.routine), key=_pressing)
    for _, group in groupby(incidents, lambda row: row.incident):
        batch.incident(list(group))
    return Reminders(batch.steps, batch.outgoing)


def _pressing(row: DueRow) -> tuple[object, ...]:
    """Return the order in a reminder: the earliest due first, of those at the same time the result and calm last."""
    return (row.incident, row.due_at, LAST.index(row.kind) if row.kind in LAST else -1, row.id)


def put_off(rows: Sequence[DueRow], facts: ReminderFacts, office: Office, now: datetime) -> list[Step]:
    """Return steps that say nothing: the reminders of matters of which something else was said at `now` come later."""
    ladders = ((row, _ladder(row, facts, office)) for row in rows)
    return [_put_off(row, ladder.after_words(row.rung, now)) for row, ladder in ladders]


class _Batch:
    """Rows that are decided together. Equal rows share their decision, listeners and lines, each computed once."""

    def __init__(self, facts: ReminderFacts, office: Office, now: datetime) -> None:
        self._facts, self._office, self._now = facts, office, now
        self.steps: list[Step] = []
        self.outgoing: list[tuple[frozenset[int], OutgoingMessage]] = []
        self._decided: dict[tuple[object, ...], tuple[DutyReminder | None, ...]] = {}
        self._listeners: dict[tuple[object, ...], tuple[Person, ...]] = {}
        self._lines: dict[tuple[object, ...], str] = {}

    def incident(self, rows: Sequence[DueRow]) -> None:
        """Decide one reminder for all open duties of a matter, the earliest due first."""
        decided = [(row, one) for row, one in zip(rows, self._decide(rows), strict=True) if one]
        told = [self._sounding(row, one) for row, one in decided if one.taken]
        names = {one.row.id: tuple(person.id for person in one.people) for one in told}
        self.steps += [_step(row, one, names.get(row.id, ())) for row, one in decided]
        due = frozenset(row.id for row, one in decided if one.step and one.taken)
        if due:
            messages = self._outgoing(told, self._also_late(rows, names))
            self.outgoing += zip(repeat(due), messages, strict=False)

    def _also_late(self, rows: Sequence[DueRow], said: Collection[int]) -> list[DueRow]:
        """Return the late duties that the message names besides those (by id) that are `said`."""
        return [row for row in rows if row.id not in said and row.due_at <= self._now]

    def _sounding(self, row: DueRow, one: DutyReminder) -> Sounding:
        waits = self._waits_for(row)
        return Sounding(row, one.step.tell if one.step else (), self._listening(row, one, waits), waits)

    def routine(self, row: DueRow) -> None:
        """Remind the owner of a check-in or report that has not come, and the listeners of its ladder."""
        office = self._office
        ladder = routine_reminders.ladder(row, office)
        step = ladder.fire(row.rung, self._now)
        if step is None:
            self.steps.append(_put_off(row, ladder.next_at(row.rung)))
            return
        people = routine_reminders.listeners(row, step, office)
        names = tuple(person.id for person in people)
        self.steps.append(Step(row.id, 0, row.next_at, step.rung, step.next_at, step.skipped, names))
        text = routine_reminders.text(row, step, people, office, self._now)
        message = office.to_group(Reply(text=text, mentions=names), duty=row.id, urgency=to_ms(row.due_at))
        self.outgoing.append((frozenset({row.id}), message._replace(reminds=reminds([(row.id, row.due_at)]))))

    def _decide(self, rows: Sequence[DueRow]) -> tuple[DutyReminder | None, ...]:
        # After the first step of its ladder the start of the duty no longer matters.
        key = tuple(
            (row.policy, row.tier, row.due_at, row.rung, row.next_at, row.started_at if _is_before(row) else None)
            for row in rows
        )
        if key not in self._decided:
            ladders = [_ladder(row, self._facts, self._office) for row in rows]
            duties = [OpenDuty(one, row.rung, row.next_at) for one, row in zip(ladders, rows, strict=True)]
            self._decided[key] = reminding.decide(duties, self._now)
        return self._decided[key]

    def _listening(self, row: DueRow, one: DutyReminder, waits: str | None) -> tuple[Person, ...]:
        rung = one.step.rung if one.step else one.taken[0]
        signs = self._facts.asked_at_once(row.incident, waits) if waits else None
        key = (row.owner, row.kind, row.department, row.holder, row.about, rung, one.tell, signs)
        if key not in self._listeners:
            people = hearing(row, one.tell, rung, self._office, signs)
            self._listeners[key] = not_concerned(row, people, self._office)
        return self._listeners[key]

    def _line(self, row: DueRow) -> str:
        key = (row.kind, row.owner, row.body, row.due_at)
        if key not in self._lines:
            facts = {"kind": row.kind, "owner": row.owner, "body": row.body, "due": row.due_at, "now": self._now}
            self._lines[key] = self._office.texts.say("overdue.line", **facts)
        return self._lines[key]

    def _outgoing(self, sounding: Sequence[Sounding], others: Sequence[DueRow]) -> list[OutgoingMessage]:
        """Return the reminder: the duties of which it says a step, then the `others` that are overdue."""
        first = sounding[0].row
        waiting = self._waiting(first, [one.waits for one in sounding])
        text = self._office.texts.say(
            "overdue.remind",
            number=first.incident,
            title=first.title,
            department=first.department,
            holder=first.holder,
            lines=[self._line(row) for row in (*(one.row for one in sounding), *others)],
            actions=[self._action(group) for group in _by_owner(sounding)],
            approved="reply" in self._facts.approved(first.incident),
            bulletin=any("bulletin" in one.tell and not self._spared(one.row) for one in sounding),
            requests=waiting.kinds,
            several=len(self._facts.pending(first.incident)) > 1,
            signs=waiting.signers,
        )
        people = dict.fromkeys((*_people(sounding), *waiting.signers))
        reply = Reply(text=text, mentions=tuple(person.id for person in people))
        duty = next((one.row.id for one in sounding if one.waits), first.id)
        return self._addressed(first, reply, duty, [*(one.row for one in sounding), *others])

    def _action(self, group: Sequence[Sounding]) -> tuple[tuple[Person, ...], str, str | None, str | None]:
        """Return who has to act on these duties, by what event, for whose signature it waits, and for which body."""
        first = group[0]
        return _people(group), self._event(first.row), first.waits, first.row.body

    def _addressed(self, row: DueRow, reply: Reply, duty: int, named: Sequence[DueRow]) -> list[OutgoingMessage]:
        """Return a reminder as a message for each group that hears it; `named` are the duties that it names."""
        place, about = (row.channel, row.conversation), json.decode(row.about, type=tuple[str, ...])
        facts = {"incident": row.incident, "duty": duty, "urgency": to_ms(row.due_at)}
        said = reminds((one.id, one.due_at) for one in named)
        return [one._replace(reminds=said) for one in self._office.around(reply, place, about, **facts)]

    def _waits_for(self, row: DueRow) -> str | None:
        """Return the kind of the request on whose signature the duty waits; None if it waits for none."""
        if not row.holder.startswith("approver:") or not waits_for_signature(row.owner, row.kind):
            return None
        pending = self._facts.pending(row.incident)
        return reminding.waits_for(row.kind, self._event(row), pending, self._facts.regime(row))

    def _waiting(self, row: DueRow, said: Iterable[str | None]) -> PendingSignatures:
        """Return the requests of the matter that wait although no duty in the message waits for them."""
        kinds = sorted(self._facts.pending(row.incident) - {*said})
        others = [id for kind in kinds for id in self._facts.asked_at_once(row.incident, kind)]
        signers = asked(row, self._office, others) if kinds else ()
        if not signers:
            return PendingSignatures((), ())
        return PendingSignatures(kinds, not_concerned(row, signers, self._office))

    def _event(self, row: DueRow) -> str:
        """Return the event that meets the duty by the regime, else the kind of duty."""
        regime = self._facts.regime(row)
        rule = regime.rule(row.kind, row.tier)
        event = rule.met_by if rule else row.kind
        planned = regime.plan_asked(row.tier) and "plan" not in self._facts.approved(row.incident)
        return "planned" if event == "published" and planned else event

    def _spared(self, row: DueRow) -> bool:
        """Return whether the regime keeps the duty out of the bulletin because more time was asked for in time."""
        latest = self._facts.requests.get(row.incident, {}).get("extension")
        if latest is None:
            return False
        request = latest._asdict() | {"subject": json.decode(latest.subject)}
        return is_spared({"due_at": row.due_at, "duty": row.id}, self._facts.regime(row), (request,))


def _is_before(row: DueRow) -> bool:
    """Return whether no step of a duty's ladder is taken."""
    return row.rung is None or row.rung <= BEFORE_LADDER


def _ladder(row: DueRow, facts: ReminderFacts, office: Office) -> Ladder:
    return Ladder(facts.regime(row), row.tier, office.institution.calendar, row.started_at, row.due_at)


def _by_owner(sounding: Sequence[Sounding]) -> list[list[Sounding]]:
    """Return the duties by who has to act on them and for which body, the first one's first."""
    groups: dict[tuple[str | None, ...], list[Sounding]] = {}
    for one in sounding:
        body = None if one.waits else one.row.body
        groups.setdefault((one.row.owner, one.waits, body), []).append(one)
    return list(groups.values())


def _people(sounding: Iterable[Sounding]) -> tuple[Person, ...]:
    return tuple(dict.fromkeys(person for one in sounding for person in one.people))


def _step(row: DueRow, one: DutyReminder, told: tuple[str, ...]) -> Step:
    """Return the step that a decision takes; a duty that is only put off keeps its rung and is not said."""
    if not one.taken:
        return _put_off(row, one.next_at)
    return Step(row.id, row.incident, row.next_at, one.taken[-1], one.next_at, one.taken[:-1], told)


def _put_off(row: DueRow, until: datetime | None) -> Step:
    """Return a step that says nothing: the next one is at another time, such as in another zone."""
    return Step(row.id, row.incident, row.next_at, row.rung, until, (), (), sounds=False)
