"""`涉及 12 钱副校长` · `涉及 12 无` / `concerns 12 …`: set whom a matter is about; they neither sign nor close it."""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.rules.incident.conflict import concern
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people.names import departments_in, people_in, people_named
from handlers.rules.refusal import Refusal

VERBS = ("涉及", "回避", "concerns", "concern")
EXAMPLES = {"zh": ("涉及 12 钱副校长", "涉及 12 无"), "en": ("concerns 12 General Services", "concerns 12 nobody")}
NOBODY = ("无", "没有", "无人", "nobody", "none")


class Concern(NamedTuple):
    number: int | None
    names: str


def parse(utterance: Utterance) -> Concern | None:
    found = utterance.command(VERBS)
    return Concern(found.number, found.rest.strip("。.!！ ")) if found else None


async def handle(context: Context, asked: Concern) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    institution = context.office.institution
    nobody = asked.names.casefold() in NOBODY
    people = () if nobody else people_in(asked.names, institution.people) or people_named(asked.names, institution)
    departments = () if nobody else departments_in(asked.names, institution)
    if not (nobody or people or departments):
        raise Refusal("concern.whom", case=case)
    decision = concern(case, context.person, people, departments)
    holder = decision.changes.get("holder", "")
    signer = context.person_of(str(holder).removeprefix("approver:"))
    names = [*(person.name for person in people), *(department.name for department in departments)]
    done = Reply(text=context.text("concern.done", case=case, names=names))
    replies: tuple[Reply, ...] = ()
    if signer:
        replies = (Reply(text=context.text("concern.signs", case=case, signer=signer), mentions=(signer.id,)),)
    await context.commit(case, decision, lambda _: replies, quietly=done)
