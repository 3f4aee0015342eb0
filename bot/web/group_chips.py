"""The page's chips: what waits for each person first, then what people of their role mostly say."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from handlers.common.office import Office
from handlers.common.waiting import reminders_of
from handlers.registry import HANDLERS
from handlers.rules.incident.case import Case
from handlers.rules.incident.own_steps import OwnStep, steps_of
from handlers.rules.incident.permissions import DESK_ROLES, LEADERS, may_ever
from handlers.rules.incident.publication_checks import open_checks, waits_for
from handlers.rules.incident.signers import Reminder, called_by
from handlers.rules.people.institution import Person
from storage import incidents, undo
from storage.undo import UndoableChange

PHRASES = (
    "acknowledge",
    "bounce",
    "reply",
    "approve",
    "publish",
    "resolve",
    "extend",
    "assign",
    "follow_up",
    "lookup",
    "explain",
)
"""The commands about an open matter that a person is offered for it, if they may ever say them."""
ENDED_PHRASES = ("lookup", "explain", "follow_up", "reopen")
"""The same for a matter that has ended."""
OTHERWISE = ("bounce", "extend")
"""What is said instead of the work that is owed: offered behind it."""
MOST_MATTERS = 100
MOST_STEPS = 6
Chip = dict[str, Any]


class Chips:
    def __init__(self, office: Office) -> None:
        self._office = office

    def phrases(self, person: Person) -> dict[str, list[Chip]]:
        """Return the commands that the person may ever say about an open and an ended matter; a number follows each."""
        return {"open": self._phrases(person, PHRASES), "ended": self._phrases(person, ENDED_PHRASES)}

    def _phrases(self, person: Person, names: tuple[str, ...]) -> list[Chip]:
        return [_chip(f"{self._verb(name)} ", self._verb(name)) for name in names if may_ever(person, name)]

    async def of_everybody(self, numbers: Iterable[int], now: datetime) -> dict[str, list[Chip]]:
        """Return each person's chips by their id: what they may take back, what waits for them, and the usual ones."""
        records = await incidents.load_all([*numbers][:MOST_MATTERS])
        cases = [self._office.case(record, now) for record in records]
        calls = await reminders_of(cases)
        within = HANDLERS["undo"].WITHIN
        undoable = await undo.standing(now - within)
        people = self._office.institution.people
        each = [(case, steps_of(case, people, _called(case, calls[case.number], now))) for case in cases]
        looked_at = [case for case in cases if open_checks(case)]
        found: dict[str, list[Chip]] = {}
        for person in people:
            steps = [(case, step) for case, theirs in each for step in theirs.get(person.id, ())]
            steps.sort(key=lambda one: (one[1].request is None, one[1].command in OTHERWISE))
            own = [self._step(case, step) for case, step in steps[:MOST_STEPS]]
            taken = [self._undo(undoable[person.id], within)] if person.id in undoable else []
            looks = [self._look(case) for case in looked_at if waits_for(case, person, now)]
            found[person.id] = [*own, *looks[:MOST_STEPS], *taken, *self._usual(person)]
        return found

    def _usual(self, person: Person) -> Iterator[Chip]:
        yield _chip(f"{self._verb('lookup')} ", self._verb("lookup"))
        yield from (_chip(self._verb(name), self._verb(name)) for name in _usual_names(person))

    def _step(self, case: Case, step: OwnStep) -> Chip:
        if step.request is None:
            words = f"{self._verb(step.command)} {step.number}"
            return _chip(
                words if step.command == "acknowledge" else f"{words} ", words, strong=step.command not in OTHERWISE
            )
        several = len(case.pending()) > 1
        words = self._office.texts.say(
            f"group_page.{step.command}", number=step.number, kind=step.request, several=several
        )
        return _chip(words if step.command == "approve" else f"{words} ", words, strong=True)

    def _look(self, case: Case) -> Chip:
        words = f"{self._verb('stand')} {case.number}"
        return _chip(words, words, strong=True)

    def _undo(self, change: UndoableChange, within: timedelta) -> Chip:
        words = f"{self._verb('undo')} {change.number}"
        return _chip(words, words, until=(change.at + within).isoformat())

    def _verb(self, name: str) -> str:
        """Return the first word of the command's example in the institution's language."""
        return str(HANDLERS[name].EXAMPLES[self._office.texts.language][0].split()[0])


def _usual_names(person: Person) -> Iterator[str]:
    yield "todo"
    if person.has(*DESK_ROLES, *LEADERS):
        yield from ("digest", "ledger")
    yield "help"


def _called(case: Case, calls: list[Reminder], now: datetime) -> frozenset[str]:
    """Return the ids of those whom reminders have called to sign something in the matter."""
    return frozenset(id for request in case.pending() for id in called_by(case, request, calls, now))


def _chip(text: str, label: str, **more: Any) -> Chip:
    """Return a chip; a text that ends with a space wants more words behind it."""
    return {"label": label, "text": text, **more}
