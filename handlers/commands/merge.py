"""`并入 13 12` · `13 并入 12` / `merge 13 into 12`: two reports of one matter become one; the older number stays."""

import re
from typing import NamedTuple

from msgspec.structs import replace

from handlers.common.cards import incident_card_id, request_card_id
from handlers.common.context import CaseDecision, Context, home
from handlers.common.tier_announcement import announcement
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.merging import merge
from handlers.rules.language.folding import normalize
from handlers.rules.language.incident_numbers import take_numbers
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal

VERBS = ("并入", "合并", "并案", "merge")
EXAMPLES = {"zh": ("13 并入 12", "合并 12 13"), "en": ("merge 13 into 12",)}
_NUMBER = r"(?:第\s*)?#?\s*(\d{1,7})号?"
_ONE_INTO_ANOTHER = re.compile(rf"(?:把|将)?\s*{_NUMBER}\s*(?:并入|并到|合并到|合并入)\s*{_NUMBER}[\s。.!！]*")
_INTO = re.compile(r"^[\s,，]*(?:并入|并到|到|入|into|to|and|和|与|跟)[\s,，]*", re.IGNORECASE)


class Merge(NamedTuple):
    """`number` is merged into `into`; None where only the quote can tell. Two bare numbers: the older one stays."""

    number: int | None
    into: int | None


def parse(utterance: Utterance) -> Merge | None:
    direct = _ONE_INTO_ANOTHER.fullmatch(normalize(utterance.text))
    if direct:
        return Merge(int(direct[1]), int(direct[2]))
    found = utterance.command(VERBS, many=True)
    if found is None:
        return None
    numbers = found.numbers
    behind, rest = take_numbers(_INTO.sub("", normalize(found.rest)))
    if behind and numbers:
        return Merge(numbers[0], behind[0])
    if len(numbers) == 2 and not rest.strip("。.!！ "):
        return Merge(max(numbers), min(numbers))
    return Merge(None, numbers[0]) if len(numbers) == 1 else Merge(None, None)


async def handle(context: Context, asked: Merge) -> None:
    if asked.into is None:
        raise Refusal("merge.which")
    into = await context.case(asked.into)
    case = await context.meant(asked.number, EXAMPLES)
    gone, received = merge(case, into, context.person, context.now)
    opened = received.opened if "tier" not in received.changes else ()
    people = _owing(context, into, received) if opened else ()
    facts = {"opened": opened, "people": people}
    text = context.text("merge.done", case=case, into=into, by=context.person.id, **facts)
    done = context.text("merge.card", into=into)
    cards = [incident_card_id(case.number), *(request_card_id(change.id) for change in gone.decided)]
    updates = tuple(Reply(text=done, update=card) for card in cards)
    said = announcement(context.office, into, received, text)
    told_of = tuple(dict.fromkeys((*said.mentions, *(person.id for person in people))))
    replies = (replace(said, mentions=told_of), *_signs(context, into, received))
    told = () if home(case) == home(into) else (Reply(text=text),)
    moves = (CaseDecision(into, received, lambda _: replies), CaseDecision(case, gone, lambda _: (*told, *updates)))
    await context.commit_all(moves)


def _owing(context: Context, into: Case, received: Decision) -> tuple[Person, ...]:
    """Return who is called for what the merged report leaves to do, without people whom the matter is about."""
    department = received.changes.get("department", into.incident.department)
    about = received.changes.get("about", into.incident.about)
    return tuple(
        person for person in context.office.institution.owners(department) if not recusal.concerned(person, about)
    )


def _signs(context: Context, into: Case, received: Decision) -> tuple[Reply, ...]:
    """Tell the new signer, where the merged report is about the person who was asked to sign."""
    holder = str(received.changes.get("holder", ""))
    signer = context.person_of(holder.removeprefix("approver:"))
    return (
        (Reply(text=context.text("concern.signs", case=into, signer=signer), mentions=(signer.id,)),) if signer else ()
    )
