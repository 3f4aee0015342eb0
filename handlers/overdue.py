"""What time brings: reminders before and after a due time, up the ladder. Steps of one incident make one message."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from handlers.office import Office
from handlers.rules.institution import Person
from handlers.rules.ladder import Firing, Ladder
from handlers.rules.messages import Say
from handlers.rules.regimes import Listener, thaw
from storage.duties import DueRow, Signature, Step
from storage.outbox import Letter
from storage.tables import to_ms

Signatures = Mapping[tuple[int, str], Signature]


class Reminders(NamedTuple):
    """Steps to take, and the messages that tell of them, each with the duties that it is about."""

    steps: list[Step]
    letters: list[tuple[frozenset[int], Letter]]


def decide(rows: Sequence[DueRow], signatures: Signatures, office: Office, now: datetime) -> Reminders:
    """What sounds at `now` (aware) for duties whose next step is due."""
    steps: list[Step] = []
    letters: list[tuple[frozenset[int], Letter]] = []
    for _, group in groupby(sorted(rows, key=lambda row: (row.incident, row.due_at, row.id)), lambda row: row.incident):
        ladders = [(row, _ladder(row, office)) for row in group]
        fired = [(row, firing) for row, ladder in ladders if (firing := ladder.fire(row.rung, now))]
        sounding = {row.id for row, _ in fired}
        steps += [_put_right(row, ladder) for row, ladder in ladders if row.id not in sounding]
        if fired:
            people = _people(fired, office)
            names = tuple(person.id for person in people)
            steps += [_step(row, firing, names) for row, firing in fired]
            letters.append(_letter(fired, people, signatures, office, now))
    return Reminders(steps, letters)


def _ladder(row: DueRow, office: Office) -> Ladder:
    return Ladder(thaw(row.policy), row.tier, office.institution.zone, row.started_at, row.due_at)


def _step(row: DueRow, firing: Firing, told: tuple[str, ...]) -> Step:
    return Step(row.id, row.incident, row.next_at, firing.rung, firing.next_at, firing.skipped, told)


def _put_right(row: DueRow, ladder: Ladder) -> Step:
    """A row whose next step was reckoned otherwise, in another time zone perhaps: nothing sounds yet."""
    return Step(row.id, row.incident, row.next_at, row.rung, ladder.next_at(row.rung), (), (), sounds=False)


def _letter(
    fired: Sequence[tuple[DueRow, Firing]],
    people: Sequence[Person],
    signatures: Signatures,
    office: Office,
    now: datetime,
) -> tuple[frozenset[int], Letter]:
    row = fired[0][0]
    reply = signatures.get((row.incident, "reply"))
    text = office.texts.say(
        "overdue.remind",
        number=row.incident,
        title=row.title,
        department=row.department,
        holder=row.holder,
        steps=[each for each, _ in fired],
        people=people,
        now=now,
        asked=row.holder.startswith("approver:"),
        approved=reply is not None and reply.state == "approved",
        bulletin=any("bulletin" in firing.tell for _, firing in fired),
    )
    say = Say(text=text, mentions=tuple(person.id for person in people))
    urgency = to_ms(min(each.due_at for each, _ in fired))
    letter = office.letter(say, row.channel, row.conversation, incident=row.incident, duty=row.id, urgency=urgency)
    return frozenset(each.id for each, _ in fired), letter


def _people(fired: Sequence[tuple[DueRow, Firing]], office: Office) -> tuple[Person, ...]:
    return tuple(
        dict.fromkeys(
            person for row, firing in fired for listener in firing.tell for person in _listening(listener, row, office)
        )
    )


def _listening(listener: Listener, row: DueRow, office: Office) -> tuple[Person, ...]:
    institution = office.institution
    match listener:
        case "owner":
            return _owner(row, office)
        case "head":
            return institution.with_role("head", department=row.department) if row.department else institution.desk()
        case "leader":
            return institution.leaders(row.department)
        case "chief":
            return institution.with_role("chief")
        case "office":
            return institution.desk()
        case "bulletin":
            return ()


def _owner(row: DueRow, office: Office) -> tuple[Person, ...]:
    """Whoever the matter waits for: the leader who has to sign, else the department, else the desk."""
    kind, _, name = row.holder.partition(":")
    signer = office.institution.person(name) if kind == "approver" else None
    if signer and row.kind != "acknowledge":
        return (signer,)
    return office.institution.liaisons(row.department) if row.department else office.institution.desk()
