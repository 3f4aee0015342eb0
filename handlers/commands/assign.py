"""`改派 12 教务处` / `assign 12 Academic Affairs`: the desk gives a matter to a department; its duties start again."""

from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from handlers.common.cards import incident_card_id, to_acknowledge
from handlers.common.context import Context
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.lifecycle import assign
from handlers.rules.language.commands import Spoken, asks, courteous, spoken
from handlers.rules.language.incident_numbers import take_numbers
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal
from handlers.rules.people.institution import Department
from handlers.rules.people.names import bare, department_named
from handlers.rules.refusal import Refusal

VERBS = ("改派", "分派", "指派", "转派", "派给", "派单", "assign", "reassign")
PASS_ON = ("转给", "转到", "转交给", "转交", "交给", "分给", "给到", "派给", "改派给", "改派到", "goes to")
"""Verbs that count only behind the number of the matter."""
GIVE = ("give", "pass", "hand", "send")
"""Verbs that count only with "to" behind the number: give 12 to Security."""
_OBJECT = LazyPattern(r"^\s*(?:请|麻烦)?(?:把|将)\s*")
EXAMPLES = {"zh": ("改派 12 教务处",), "en": ("assign 12 Academic Affairs",)}


class Assignment(NamedTuple):
    number: int | None
    department: str


def parse(utterance: Utterance) -> Assignment | None:
    if pressed := utterance.pressed("assign"):
        return Assignment(int(pressed[0]), pressed[1])
    found = utterance.command(VERBS) or _in_prose(utterance)
    return Assignment(found.number, bare(found.rest)) if found else None


def _in_prose(utterance: Utterance) -> Spoken | None:
    """Return the command of 12转给教务处 and 把12号转给教务处: with its number before the verb."""
    text = _OBJECT.sub("", utterance.text)
    found = spoken(text, PASS_ON, glued=True)
    given = spoken(text, GIVE)
    if given and given.numbers and given.rest.casefold().startswith("to "):
        found = replace(given, rest=given.rest[3:])
    elif found and not take_numbers(courteous(text))[0]:
        return None
    return found if found and found.rest and not asks(text) else None


async def handle(context: Context, asked: Assignment) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    department = _department(context, asked.department)
    decision = assign(case, context.person, department, context.now)
    liaisons = recusal.liaisons(department.name, case.incident.about, context.office.institution)
    facts = {"case": case, "to": department.name, "by": context.person.id}
    await context.commit(
        case,
        decision,
        lambda _: (
            Reply(
                text=context.text("assign.done", people=liaisons, duties=owed_then(case, decision), **facts),
                mentions=tuple(person.id for person in liaisons),
                card=to_acknowledge(context.office, case.number),
            ),
        ),
        before=lambda _: (Reply(text=context.text("assign.card", **facts), update=incident_card_id(case.number)),),
    )


def owed_then(case: Case, decision: Decision) -> list[tuple[str, datetime]]:
    """Return what will be owed after the decision: kinds of duties with their due times (aware)."""
    over = {*decision.met, *decision.waived}
    fresh = [(duty.kind, duty.due.at) for duty in decision.opened]
    return fresh + [(duty.kind, duty.due_at) for duty in case.duties if duty.state == "open" and duty.id not in over]


def _department(context: Context, name: str) -> Department:
    institution = context.office.institution
    if not name:
        raise Refusal("assign.whom", departments=institution.departments)
    found = department_named(name, institution)
    if found is None:
        raise Refusal("assign.unknown", name=name, departments=institution.departments)
    return found
