"""`改派 12 教务处` / `assign 12 Academic Affairs`: the desk passes a matter to a department, whose clock starts anew."""

from typing import NamedTuple

from handlers.rules.case import Case
from handlers.rules.commands import spoken
from handlers.rules.incident import assign
from handlers.rules.institution import Department
from handlers.rules.messages import Button, Card, Say
from handlers.rules.refusal import Refusal
from handlers.turn import Said, Turn

VERBS = ("改派", "分派", "指派", "转派", "派给", "派", "assign", "reassign")
EXAMPLES = {"zh": ("改派 12 教务处",), "en": ("assign 12 Academic Affairs",)}


class Assignment(NamedTuple):
    number: int | None
    department: str


def parse(said: Said) -> Assignment | None:
    if pressed := said.pressed("assign"):
        return Assignment(int(pressed[0]), pressed[1])
    found = spoken(said.text, VERBS)
    return Assignment(found.number, found.rest.removeprefix("给").removeprefix("到").lstrip("@ ")) if found else None


async def handle(turn: Turn, asked: Assignment) -> None:
    case = await turn.case(turn.number(asked.number, turn.text("assign.form")))
    department = _department(turn, asked.department)
    decision = assign(case, turn.person, department, turn.now)
    liaisons = turn.office.institution.liaisons(department.name)
    text = turn.text("assign.done", case=case, to=department.name, people=liaisons, duties=decision.opened)
    await turn.commit(
        case,
        decision,
        lambda _: (
            Say(text=text, mentions=tuple(p.id for p in liaisons), card=card(turn, case, department, decision.opened)),
            Say(text=turn.text("assign.card", to=department.name), update=f"assign-{case.number}"),
        ),
    )


def _department(turn: Turn, name: str) -> Department:
    institution = turn.office.institution
    if not name:
        raise Refusal("assign.whom", departments=institution.departments)
    person = next((p for p in institution.people if p.name == name), None)
    found = institution.department(person.department if person and person.department else name)
    if found is None:
        raise Refusal("assign.unknown", name=name, departments=institution.departments)
    return found


def card(turn: Turn, case: Case, department: Department, _opened: object) -> Card:
    """The card on which the new department acknowledges."""
    return Card(
        id=f"incident-{case.number}-{case.incident.version}",
        title=turn.text("forward.card_title", number=case.number, title=case.incident.title),
        buttons=(
            Button(label=turn.text("acknowledge.button"), key=f"acknowledge:{case.number}", style="primary"),
            Button(label=turn.text("lookup.button"), key=f"lookup:{case.number}"),
        ),
    )
