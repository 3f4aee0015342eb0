"""`查 12` / `show 12`: a matter's stage and holder, what is owed by when, and what was sent about it.

Whom the matter is about, and who is kept out of it, is told apart and alone to the desk, the leaders and the chief
whom it is not about. People whom it is about see its state, but neither the posts' addresses, which lead to who
complained, nor why a department returned it; nobody sees a post's whole text here.
"""

from typing import NamedTuple

from msgspec.structs import replace

from handlers.common import case_library
from handlers.common.conflict_notices import told_apart
from handlers.common.context import Context
from handlers.common.late_matters import on_record
from handlers.rules.incident.beside import KINDS, Beside, beside_of
from handlers.rules.incident.case import Case
from handlers.rules.incident.chain import chain_of
from handlers.rules.incident.signers import asked_at_once
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from storage import audit, reports
from storage.tables import EPOCH

VERBS = ("查一下", "查下", "查询", "查看", "查", "show", "look up", "lookup", "status")
EXAMPLES = {"zh": ("查 12", "查 食堂"), "en": ("show 12", "show canteen")}
MOST_FOUND = 8
MOST_SEARCHED = 200
"""How many of the newest matters are looked through for a unit, which sees only its own."""


class Query(NamedTuple):
    numbers: tuple[int, ...]
    words: str


def parse(utterance: Utterance) -> Query | None:
    if pressed := utterance.pressed("lookup"):
        return Query((int(pressed[0]),), "")
    found = utterance.inquiry(VERBS, many=True)
    if found is None or not (found.numbers or found.rest or utterance.message.quote):
        return None
    return Query(found.numbers, "" if found.numbers else found.rest.rstrip("?？"))


async def handle(context: Context, query: Query) -> None:
    if query.words:
        most = MOST_SEARCHED if context.units else MOST_FOUND + 1
        found = (await context.shown(await case_library.search(query.words, most)))[: MOST_FOUND + 1]
        text = context.text("lookup.found", words=query.words, rows=found[:MOST_FOUND], more=len(found) > MOST_FOUND)
        await context.answer(Reply(text=text))
        return
    numbers = await context.numbers(query.numbers, EXAMPLES)
    cases = [await context.case(number) for number in numbers[:MOST_FOUND]]
    texts = [await _one(context, case) for case in cases]
    apart = [reply for case in cases for reply in told_apart(context, case)]
    await context.answer(Reply(text="\n\n".join(texts)), *apart, incident=numbers[0])


async def _one(context: Context, case: Case) -> str:
    whole = not case.concerns(context.person)
    posts = await reports.posts(case.number) if whole else []
    late = await on_record(context.office, case.number, context.now)
    facts = {"posts": posts, "sending": await reports.sending(case.number), "late": late, "whole": whole}
    facts["signing"] = {one.id: (chain_of(case, one), asked_at_once(case, one)) for one in case.pending()}
    beside = beside_of(await audit.of_incident(case.number, KINDS, EPOCH), case.incident.replied_at)
    facts["beside"] = await _for_units(context, beside) if context.units else beside
    return context.text("lookup.one", case=case, now=context.now, **facts)


async def _for_units(context: Context, beside: Beside) -> Beside:
    """Return what is on record as a unit reads it: its own talks with the public, and links with what it sees."""
    person, unit_of = context.office.institution.person, context.office.institution.unit_of
    own = tuple(one for one in beside.contacts if (by := person(one.by)) and unit_of(by) in context.units)
    links = beside.links
    seen = {case.number for case in await context.cases([*links.numbers, *links.gathered])}
    numbers, gathered = (tuple(n for n in every if n in seen) for every in (links.numbers, links.gathered))
    return replace(beside, contacts=own, links=links._replace(numbers=numbers, gathered=gathered))
