"""`接办 12` · `接办 12 总务处` / `take over 12`: the office takes over what a unit handed up.

Without a department the desk has it, and assigns it like any other. What a unit found still counts for it.
"""

from typing import NamedTuple

from handlers.common.cards import to_acknowledge, to_assign
from handlers.common.context import Context
from handlers.rules.incident.case import Case
from handlers.rules.incident.handing_up import take_over
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people import recusal
from handlers.rules.people.institution import Department, Person
from handlers.rules.people.names import bare, department_named
from handlers.rules.refusal import Refusal

VERBS = ("接办", "take over", "takes over")
EXAMPLES = {"zh": ("接办 12", "接办 12 总务处"), "en": ("take over 12", "take over 12 General Services")}


class TakingOver(NamedTuple):
    number: int | None
    department: str


def parse(utterance: Utterance) -> TakingOver | None:
    found = utterance.command(VERBS) if utterance.units else None
    return TakingOver(found.number, bare(found.rest)) if found else None


async def handle(context: Context, asked: TakingOver) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    to = _department(context, asked.department)
    decision = take_over(case, context.person, to, context.now)
    people = _called(context, case, to)
    facts = {"case": case, "by": context.person.id, "to": to.name if to else None, "people": people}
    text = context.text("unit.taken_over", **facts)
    card = (
        to_acknowledge(context.office, case.number, case.incident.title)
        if to
        else to_assign(context.office, case.number, case.incident.title, ())
    )
    mentions = tuple(one.id for one in people)
    await context.commit(case, decision, lambda _: (Reply(text=text, mentions=mentions, card=card),))


def _called(context: Context, case: Case, to: Department | None) -> tuple[Person, ...]:
    return recusal.owners(to.name if to else None, case.incident.about, context.office.institution)


def _department(context: Context, name: str) -> Department | None:
    institution = context.office.institution
    found = department_named(name, institution) if name else None
    if name and found is None:
        raise Refusal("assign.unknown", name=name, departments=institution.departments)
    return found
