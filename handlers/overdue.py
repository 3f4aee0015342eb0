"""What time brings: reminders before and after a due time, up the ladder. Steps of one incident make one message."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from handlers.office import Office
from handlers.rules.institution import Person
from handlers.rules.ladder import Firing, Ladder
from handlers.rules.messages import Say
from handlers.rules.regimes import Listener, Regime, thaw
from storage.duties import DueRow, Signature, Step
from storage.outbox import Letter
from storage.tables import to_ms

A_DAY = 86_400
OWNERS: dict[str, Listener] = {"department": "owner", "desk": "office", "leader": "leader", "chief": "chief"}


class Facts(NamedTuple):
    """What reminders need beside their rows: where requests stand, and the frozen regimes by their number."""

    signatures: Mapping[tuple[int, str], Signature]
    policies: Mapping[int, str]

    def regime(self, row: DueRow) -> Regime:
        return thaw(self.policies[row.policy])


class Reminders(NamedTuple):
    """Steps to take, and the messages that tell of them, each with the duties that it is about."""

    steps: list[Step]
    letters: list[tuple[frozenset[int], Letter]]


def decide(rows: Sequence[DueRow], facts: Facts, office: Office, now: datetime) -> Reminders:
    """What sounds at `now` (aware) for duties whose next step is due."""
    steps: list[Step] = []
    letters: list[tuple[frozenset[int], Letter]] = []
    for row in rows:
        if row.routine:
            _routine(row, steps, letters, office, now)
    incidents = [row for row in rows if not row.routine]
    for _, group in groupby(
        sorted(incidents, key=lambda row: (row.incident, row.due_at, row.id)), lambda row: row.incident
    ):
        ladders = [(row, _ladder(row, facts, office)) for row in group]
        fired = [(row, firing) for row, ladder in ladders if (firing := ladder.fire(row.rung, now))]
        sounding = {row.id for row, _ in fired}
        steps += [_put_right(row, ladder) for row, ladder in ladders if row.id not in sounding]
        if fired:
            people = _people(fired, office)
            names = tuple(person.id for person in people)
            steps += [_step(row, firing, names) for row, firing in fired]
            letters.append(_letter(fired, people, facts, office, now))
    return Reminders(steps, letters)


def _routine(
    row: DueRow, steps: list[Step], letters: list[tuple[frozenset[int], Letter]], office: Office, now: datetime
) -> None:
    """A check-in or a report that has not come: its owner is chased, and the ladder climbs."""
    ladder = Ladder(office.regime, "general", office.institution.zone, row.started_at, row.due_at)
    firing = ladder.fire(row.rung, now)
    if firing is None:
        steps.append(_put_right(row, ladder))
        return
    people = _chased(row, firing, office)
    steps.append(_step(row, firing, tuple(person.id for person in people)))
    listed = "bulletin" in firing.tell
    text = office.texts.say("check_in.remind", kind=row.kind, due=row.due_at, now=now, people=people, bulletin=listed)
    group = office.institution.groups[0]
    say = Say(text=text, mentions=tuple(person.id for person in people))
    letter = office.letter(say, group.channel, group.conversation, duty=row.id, urgency=to_ms(row.due_at))
    letters.append((frozenset({row.id}), letter))


def _chased(row: DueRow, firing: Firing, office: Office) -> tuple[Person, ...]:
    person = office.institution.person(row.person or "")
    owners = (person,) if person else office.institution.with_role(row.person or "officer")
    others = office.listening([listener for listener in firing.tell if listener != "owner"], None)
    return tuple(dict.fromkeys((*owners, *others))) if "owner" in firing.tell else others


def _ladder(row: DueRow, facts: Facts, office: Office) -> Ladder:
    return Ladder(facts.regime(row), row.tier, office.institution.zone, row.started_at, row.due_at)


def _step(row: DueRow, firing: Firing, told: tuple[str, ...]) -> Step:
    return Step(row.id, row.incident, row.next_at, firing.rung, firing.next_at, firing.skipped, told)


def _put_right(row: DueRow, ladder: Ladder) -> Step:
    """A row whose next step was reckoned otherwise, in another time zone perhaps: nothing sounds yet."""
    return Step(row.id, row.incident, row.next_at, row.rung, ladder.next_at(row.rung), (), (), sounds=False)


def _letter(
    fired: Sequence[tuple[DueRow, Firing]],
    people: Sequence[Person],
    facts: Facts,
    office: Office,
    now: datetime,
) -> tuple[frozenset[int], Letter]:
    row = fired[0][0]
    reply = facts.signatures.get((row.incident, "reply"))
    text = office.texts.say(
        "overdue.remind",
        number=row.incident,
        title=row.title,
        department=row.department,
        holder=row.holder,
        steps=[each for each, _ in fired],
        people=people,
        now=now,
        event=_event(row, facts),
        asked=_waits_for_signature(row),
        approved=reply is not None and reply.state == "approved",
        bulletin=any("bulletin" in firing.tell for _, firing in fired) and not _spared(row, facts),
    )
    say = Say(text=text, mentions=tuple(person.id for person in people))
    urgency = to_ms(min(each.due_at for each, _ in fired))
    letter = office.letter(say, row.channel, row.conversation, incident=row.incident, duty=row.id, urgency=urgency)
    return frozenset(each.id for each, _ in fired), letter


def _event(row: DueRow, facts: Facts) -> str:
    """What would meet the duty: the regime's event, else what the duty is called."""
    rule = facts.regime(row).rule(row.kind, row.tier)
    return rule.met_by if rule else row.kind


def _spared(row: DueRow, facts: Facts) -> bool:
    """Whether the regime spares who asked for more time before it ran out."""
    asked = facts.signatures.get((row.incident, "extension"))
    return facts.regime(row).bulletin_spares_who_asked and asked is not None and asked.state != "approved"


def _people(fired: Sequence[tuple[DueRow, Firing]], office: Office) -> tuple[Person, ...]:
    return tuple(dict.fromkeys(person for row, firing in fired for person in _listening(row, firing, office)))


def _listening(row: DueRow, firing: Firing, office: Office) -> tuple[Person, ...]:
    """Who hears a step; the owner is whoever the matter waits for, a leader who has to sign perhaps."""
    owner = OWNERS[row.owner]
    signer = office.institution.person(row.holder.partition(":")[2]) if _waits_for_signature(row) else None
    if signer is None:
        tell = [owner if listener == "owner" else listener for listener in firing.tell]
        return office.listening(tell, row.department)
    others = office.listening([listener for listener in firing.tell if listener != "owner"], row.department)
    return (*_signers(signer, firing.rung, office), *others) if "owner" in firing.tell else others


def _waits_for_signature(row: DueRow) -> bool:
    """Whether a leader's signature is what the duty lacks: nobody signs for an acknowledgement, or for the desk."""
    return row.holder.startswith("approver:") and row.owner == "department" and row.kind != "acknowledge"


def _signers(asked: Person, rung: int, office: Office) -> tuple[Person, ...]:
    """Who may sign in time: once it is late the other leaders hear of it too, a day later the chief and the desk."""
    institution = office.institution
    leaders = institution.with_role("leader") if rung > 0 else ()
    return (asked, *leaders, *((*institution.with_role("chief"), *institution.desk()) if rung >= A_DAY else ()))
